"""The DHCP packet (RFC 2131 section 2, options RFC 2132, long options RFC 3396). Pure."""

import ipaddress
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from boot.errors import PacketError

REQUEST, REPLY = 1, 2
MAGIC = bytes((99, 130, 83, 99))
BROADCAST_FLAG = 0x8000
_HEADER = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_OPTIONS_AT = _HEADER.size + len(MAGIC)
SHORTEST_REPLY = 300
"""Bytes a BOOTP client expects at the least (RFC 1542 section 2.1)."""


class MessageType(IntEnum):
    """Option 53."""

    DISCOVER = 1
    OFFER = 2
    REQUEST = 3
    DECLINE = 4
    ACK = 5
    NAK = 6
    RELEASE = 7
    INFORM = 8


class Option(IntEnum):
    """Option codes that are read or written here."""

    SUBNET_MASK = 1
    ROUTER = 3
    DNS = 6
    HOST_NAME = 12
    VENDOR_SPECIFIC = 43
    REQUESTED_ADDRESS = 50
    LEASE_TIME = 51
    OVERLOAD = 52
    MESSAGE_TYPE = 53
    SERVER_ID = 54
    RENEWAL_TIME = 58
    REBINDING_TIME = 59
    VENDOR_CLASS = 60
    CLIENT_ID = 61
    BOOT_FILE = 67
    USER_CLASS = 77
    RELAY_INFO = 82
    ARCHITECTURE = 93
    CLIENT_UUID = 97
    IPXE = 175


_PAD, _END = 0, 255


@dataclass(frozen=True, slots=True)
class Packet:
    """A parsed packet. Addresses are dotted quads, `mac` lower-case with colons, `options` raw bytes by code."""

    op: int
    xid: int
    mac: str
    flags: int = 0
    seconds: int = 0
    hops: int = 0
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    server_name: bytes = b""
    file: bytes = b""
    options: Mapping[int, bytes] = field(default_factory=dict)

    def address(self, option: Option) -> str:
        """An option's IPv4 address; "" when it is absent or not four bytes."""
        data = self.options.get(option, b"")
        return str(ipaddress.IPv4Address(data)) if len(data) == 4 else ""


def parse_packet(data: bytes) -> Packet:
    """PacketError with a short cause when this is no DHCP packet.

    A missing end option is tolerated, names without a terminator too: real ROMs send both.
    """
    if len(data) < _OPTIONS_AT:
        raise PacketError("shorter than a DHCP header")
    (op, htype, hlen, hops, xid, seconds, flags, ciaddr, yiaddr, siaddr, giaddr, chaddr, sname, file) = _HEADER.unpack_from(data)
    if data[_HEADER.size : _OPTIONS_AT] != MAGIC:
        raise PacketError("no DHCP magic cookie")
    if op not in (REQUEST, REPLY):
        raise PacketError("neither a request nor a reply")
    if htype != 1 or hlen != 6:
        raise PacketError("hardware address is no Ethernet MAC")
    options: dict[int, bytes] = {}
    _parse_options(data[_OPTIONS_AT:], options)
    overload = options.get(Option.OVERLOAD, b"\0")[:1]
    if overload in (b"\x01", b"\x03"):
        _parse_options(file, options)
    if overload in (b"\x02", b"\x03"):
        _parse_options(sname, options)
    return Packet(
        op=op,
        xid=xid,
        mac=":".join(f"{byte:02x}" for byte in chaddr[:6]),
        flags=flags,
        seconds=seconds,
        hops=hops,
        ciaddr=_dotted(ciaddr),
        yiaddr=_dotted(yiaddr),
        siaddr=_dotted(siaddr),
        giaddr=_dotted(giaddr),
        server_name=sname.split(b"\0")[0],
        file=file.split(b"\0")[0],
        options=options,
    )


def _parse_options(data: bytes, options: dict[int, bytes]) -> None:
    position = 0
    while position < len(data):
        code = data[position]
        position += 1
        if code == _PAD:
            continue
        if code == _END:
            return
        if position >= len(data) or position + 1 + data[position] > len(data):
            raise PacketError("an option runs past the end")
        length = data[position]
        # Repeated options are one long one (RFC 3396).
        options[code] = options.get(code, b"") + data[position + 1 : position + 1 + length]
        position += 1 + length


def encode_packet(packet: Packet) -> bytes:
    """Options in the order of the mapping, relay information last (RFC 3046 section 2.1), padded to 300 bytes."""
    chaddr = bytes.fromhex(packet.mac.replace(":", ""))
    header = _HEADER.pack(
        packet.op,
        1,
        6,
        packet.hops,
        packet.xid,
        packet.seconds,
        packet.flags,
        *map(_packed, (packet.ciaddr, packet.yiaddr, packet.siaddr, packet.giaddr)),
        chaddr,
        packet.server_name[:63],
        packet.file[:127],
    )
    ordered = sorted(packet.options.items(), key=lambda option: option[0] == Option.RELAY_INFO)
    options = b"".join(_encode_option(code, value) for code, value in ordered)
    return (header + MAGIC + options + bytes((_END,))).ljust(SHORTEST_REPLY, b"\0")


def _encode_option(code: int, value: bytes) -> bytes:
    pieces = [value[start : start + 255] for start in range(0, len(value), 255)] or [b""]
    return b"".join(bytes((code, len(piece))) + piece for piece in pieces)


def _dotted(packed: bytes) -> str:
    return ".".join(map(str, packed))


def _packed(dotted: str) -> bytes:
    return bytes(map(int, dotted.split(".")))
