"""TFTP on the wire (RFC 1350, 2347): what clients send is parsed here, what we send is encoded here.

tftpy's error codes, block size bounds and OACK encoder are used. Its parsers are not: they raise struct.error,
UnicodeDecodeError or ValueError on datagrams that real boot ROMs send, log every client ERROR, and know no code 0.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from tftpy.TftpPacketTypes import TftpPacketOACK
from tftpy.TftpShared import DEF_BLKSIZE, MIN_BLKSIZE, TftpErrors

from boot.errors import PacketError

DEFAULT_BLOCK_SIZE: int = DEF_BLKSIZE
SMALLEST_BLOCK_SIZE: int = MIN_BLKSIZE
NOT_DEFINED: int = TftpErrors.NotDefined
NOT_FOUND: int = TftpErrors.FileNotFound
ACCESS_VIOLATION: int = TftpErrors.AccessViolation
ILLEGAL_OPERATION: int = TftpErrors.IllegalTftpOp
REFUSED_OPTIONS: int = TftpErrors.FailedNegotiation

LARGEST_REQUEST = 512
"""RFC 2347: a request packet has at most 512 octets."""

_RRQ, _WRQ, _DATA, _ACK, _ERROR = 1, 2, 3, 4, 5
_PAIR = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class Request:
    """RRQ or WRQ. `name` is the file name as sent, each byte one character; option names are lower case."""

    name: str
    mode: str = "octet"
    options: Mapping[str, str] = field(default_factory=dict)
    write: bool = False


@dataclass(frozen=True, slots=True)
class Ack:
    """`block` counts modulo 65536."""

    block: int


@dataclass(frozen=True, slots=True)
class Error:
    code: int
    message: str


def parse_request(datagram: bytes) -> Request:
    """RRQ or WRQ as boot ROMs send it; PacketError for anything else."""
    if len(datagram) < 4:
        raise PacketError("shorter than 4 bytes")
    if len(datagram) > LARGEST_REQUEST:
        raise PacketError("request longer than 512 bytes")
    opcode = int.from_bytes(datagram[:2], "big")
    if opcode not in (_RRQ, _WRQ):
        raise PacketError("not a read or write request")
    if datagram[-1] != 0:
        raise PacketError("request without final NUL")
    # File names carry any byte (0xFF tails of old ROMs, netbootxyz/netboot.xyz#1198): latin-1 keeps them all.
    texts = datagram[2:-1].decode("latin-1").split("\0")
    if len(texts) < 2 or not texts[1]:
        raise PacketError("request without mode")
    if len(texts) % 2:
        raise PacketError("option without value")
    names = (name.lower() for name in texts[2::2])
    return Request(texts[0], texts[1].lower(), dict(zip(names, texts[3::2], strict=True)), write=opcode == _WRQ)


def is_request(datagram: bytes) -> bool:
    """Whether it opens a transfer, well-formed or not; everything else belongs to one that runs."""
    return int.from_bytes(datagram[:2], "big") in (_RRQ, _WRQ)


def parse_reply(datagram: bytes) -> Ack | Error:
    """What a client may send during a transfer; PacketError for anything else."""
    if len(datagram) < 4:
        raise PacketError("shorter than 4 bytes")
    opcode, number = _PAIR.unpack_from(datagram)
    if opcode == _ACK:
        return Ack(number)
    if opcode == _ERROR:
        return Error(number, datagram[4:].split(b"\0")[0][:80].decode("latin-1"))
    raise PacketError("neither acknowledgement nor error")


def encode_data(block: int, payload: bytes) -> bytes:
    """DATA; `block` counts from 1 without end and wraps to 0 on the wire."""
    return _PAIR.pack(_DATA, block & 0xFFFF) + payload


def encode_oack(options: Mapping[str, int]) -> bytes:
    """OACK (RFC 2347) with exactly these options."""
    packet = TftpPacketOACK()
    packet.options = options
    return bytes(packet.encode().buffer)


def encode_error(code: int, message: str) -> bytes:
    """ERROR; the message is for a person at the client's screen."""
    return _PAIR.pack(_ERROR, code) + message.encode("latin-1", "replace") + b"\0"
