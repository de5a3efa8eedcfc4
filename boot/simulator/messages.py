"""DHCP messages of firmware and iPXE, as captures show them (RFC 2131, 4578, 8357). Pure."""

import ipaddress
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from boot.simulator.hardware import ARCHITECTURE_CODES, Hardware, Kind

DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
NO_ADDRESS = "0.0.0.0"
_MAGIC = bytes((99, 130, 83, 99))
_HEADER = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s4s")
_BROADCAST = 0x8000
_PAD, _END = 0, 255
_RELAY_SOURCE_PORT = bytes((19, 0))
"""Sub-option of option 82: replies go to the port the relay sent from (RFC 8357)."""
_USE_FILE_OF_REPLY = 8
"""Bit of PXE sub-option 6 of option 43: no boot server is to be asked."""
_SIZE, _SWAPPED_SIZE = b"\x05\xc0", b"\xff\x00"
"""Option 57; what EDK2 puts into its REQUEST."""
_FIRMWARE_WISHES = bytes.fromhex("0102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828384858687")
_IPXE_WISHES = bytes.fromhex("010306070c0f111a2b3c4243778081828384858687afcb")
_BIOS_FEATURES = bytes.fromhex("b105011af41000eb03010000170101220101130101110101270101190101290101100102210101150101180101120101")
_EFI_FEATURES = bytes.fromhex("b105011af41000eb030100001701012401011301011101012701012901011501011b0101120101")
"""Option 175: what this build of iPXE can do, HTTP among it."""

Options = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: our address (NO_ADDRESS for none), its own (option 54), where to boot from and what."""

    kind: int
    address: str
    server: str
    next_server: str
    file: str
    vendor_class: str
    names_file: bool
    """Its file is the one to boot: no boot server is to be asked for another."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who speaks and by what way: firmware or the iPXE it loaded, behind the relay agent at `relay`."""

    hardware: Hardware
    xid: int
    relay: str
    ipxe: bool


def encode_discover(exchange: Exchange, secs: int) -> bytes:
    return _encode(exchange, _options(exchange, DISCOVER), secs, giaddr=exchange.relay)


def encode_request(exchange: Exchange, offer: Reply, secs: int) -> bytes:
    """For the address that was offered, to the server that offered it."""
    return _encode(exchange, _options(exchange, REQUEST, offer), secs, giaddr=exchange.relay)


def encode_boot_server_request(exchange: Exchange, leased: Reply) -> bytes:
    """For port 4011: the address in its own field, neither option 50 nor 54, and no relay on the way.

    EDK2 sends the options of this one in order of their codes.
    """
    return _encode(exchange, sorted(_options(exchange, REQUEST)), 0, ciaddr=leased.address)


def _options(exchange: Exchange, kind: int, offer: Reply | None = None) -> Options:
    hardware = exchange.hardware
    code = ARCHITECTURE_CODES[hardware.kind]
    bios = hardware.kind is Kind.BIOS
    chosen = [(54, _packed(offer.server)), (50, _packed(offer.address))] if offer else []
    guid = (97, b"\0" + uuid.UUID(hardware.uuid).bytes_le)
    architecture = (93, struct.pack("!H", code))
    if exchange.ipxe:
        return [
            (53, bytes((kind,))),
            (57, _SIZE),
            architecture,
            (94, b"\x01\x02\x01" if bios else b"\x01\x03\x0a"),
            (60, f"PXEClient:Arch:{code:05d}:UNDI:{'002001' if bios else '003010'}".encode()),
            (77, b"iPXE"),
            (55, _IPXE_WISHES),
            (175, _BIOS_FEATURES if bios else _EFI_FEATURES),
            (61, b"\x01" + _mac(hardware)),
            guid,
            *chosen,
        ]
    return [
        (53, bytes((kind,))),
        *chosen,
        (57, _SWAPPED_SIZE if offer and not bios else _SIZE),
        (55, _FIRMWARE_WISHES),
        guid,
        (94, b"\x01\x02\x01" if bios else b"\x01\x03\x00"),
        architecture,
        (60, f"PXEClient:Arch:{code:05d}:UNDI:{'002001' if bios else '003000'}".encode()),
    ]


def _encode(exchange: Exchange, options: Options, secs: int, *, ciaddr: str = NO_ADDRESS, giaddr: str = NO_ADDRESS) -> bytes:
    relayed = giaddr == exchange.relay
    every = [*options, (82, _RELAY_SOURCE_PORT)] if relayed else options
    addresses = (_packed(ciaddr), bytes(4), bytes(4), _packed(giaddr))
    flags = 0 if exchange.ipxe or not relayed else _BROADCAST
    header = _HEADER.pack(1, 1, 6, int(relayed), exchange.xid, secs, flags, *addresses, _mac(exchange.hardware), b"", b"", _MAGIC)
    return header + b"".join(bytes((code, len(value))) + value for code, value in every) + bytes((_END,))


def decode_reply(data: bytes, exchange: Exchange) -> Reply | None:
    """None for anything that is no reply to this exchange, however broken."""
    if len(data) <= _HEADER.size:
        return None
    op, _, _, _, xid, _, _, _, address, next_server, _, mac, _, file, magic = _HEADER.unpack_from(data)
    if (op, xid, magic, mac[:6]) != (2, exchange.xid, _MAGIC, _mac(exchange.hardware)):
        return None
    options = _decode_options(data[_HEADER.size :], ended=True)
    kind, server = options.get(53, b""), options.get(54, b"")
    if len(kind) != 1 or len(server) != 4:
        return None
    discovery = _decode_options(options.get(43, b""), ended=False).get(6, b"\0")
    return Reply(
        kind=kind[0],
        address=str(ipaddress.IPv4Address(address)),
        server=str(ipaddress.IPv4Address(server)),
        next_server=str(ipaddress.IPv4Address(next_server)),
        file=file.split(b"\0")[0].decode("latin-1"),
        vendor_class=options.get(60, b"").decode("latin-1"),
        names_file=bool(discovery[:1] and discovery[0] & _USE_FILE_OF_REPLY),
    )


def _decode_options(data: bytes, *, ended: bool) -> Mapping[int, bytes]:
    """Code, length, value; nothing at all when one runs past the end, or when an end is due and missing."""
    found: dict[int, bytes] = {}
    position = 0
    while position < len(data) and data[position] != _END:
        if data[position] == _PAD:
            position += 1
            continue
        length = data[position + 1] if position + 1 < len(data) else len(data)
        if position + 2 + length > len(data):
            return {}
        found[data[position]] = data[position + 2 : position + 2 + length]
        position += 2 + length
    return found if position < len(data) or not ended else {}


def _mac(hardware: Hardware) -> bytes:
    return bytes.fromhex(hardware.mac.replace(":", ""))


def _packed(dotted: str) -> bytes:
    return ipaddress.IPv4Address(dotted).packed
