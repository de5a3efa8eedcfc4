"""The client's side of DHCP, behind a relay agent of its own so that it needs no privileged port.

The relay's replies come back to its source port (RFC 8357): that is how DHCP crosses loopback.
"""

import asyncio
import ipaddress
import secrets
import struct
import uuid
from dataclasses import dataclass

from boot.clock import Clock
from boot.simulator.datagrams import Endpoint
from boot.simulator.hardware import ARCHITECTURE_CODES, Hardware, Kind

_DISCOVER, _OFFER, _REQUEST, _ACK = 1, 2, 3, 5
_MAGIC = bytes((99, 130, 83, 99))
_WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds until an unanswered message is sent again; then the round begins anew."""
_RELAY_SOURCE_PORT = bytes((82, 2, 19, 0))
_IPXE_FEATURES = bytes((16, 1, 1, 19, 1, 1, 21, 1, 1, 24, 1, 1))
"""Sub-options of 175 a build announces: PXE extensions, HTTP, PXE, ELF."""


@dataclass(frozen=True, slots=True)
class Leased:
    """What the ACK said: our address, the server's (option 54), where to boot from and what."""

    address: str
    server: str
    next_server: str
    file: str


@dataclass(frozen=True, slots=True)
class DhcpServerAt:
    """The server, and the relay agent's own loopback address."""

    address: tuple[str, int]
    relay: str


async def configure(hardware: Hardware, server: DhcpServerAt, clock: Clock, *, ipxe: bool) -> Leased:
    """DISCOVER, OFFER, REQUEST, ACK; patient, as firmware is. Waits for a server as long as it takes."""
    async with Endpoint.open(server.relay) as endpoint:
        while True:
            leased = await _attempt(hardware, server, endpoint, ipxe=ipxe)
            if leased is not None:
                return leased
            await clock.sleep(_WAITS[-1])


async def _attempt(hardware: Hardware, server: DhcpServerAt, endpoint: Endpoint, *, ipxe: bool) -> Leased | None:
    xid = secrets.randbits(32)
    offer = await _ask(endpoint, server, _encode(hardware, server, xid, _DISCOVER, b"", ipxe=ipxe), xid, _OFFER)
    if offer is None:
        return None
    chosen = (
        bytes((50, 4)) + ipaddress.IPv4Address(offer.address).packed + bytes((54, 4)) + ipaddress.IPv4Address(offer.server).packed
    )
    return await _ask(endpoint, server, _encode(hardware, server, xid, _REQUEST, chosen, ipxe=ipxe), xid, _ACK)


async def _ask(endpoint: Endpoint, server: DhcpServerAt, message: bytes, xid: int, wanted: int) -> Leased | None:
    for wait in _WAITS:
        endpoint.send(message, server.address)
        try:
            async with asyncio.timeout(wait):
                while True:
                    answer = _decode(await endpoint.receive(), xid, wanted)
                    if answer is not None:
                        return answer
        except TimeoutError:
            continue
    return None


def _encode(hardware: Hardware, server: DhcpServerAt, xid: int, kind: int, chosen: bytes, *, ipxe: bool) -> bytes:
    """As OVMF and iPXE send it (netboot captures): class, architecture, UNDI, UUID, parameter list, sizes."""
    code = ARCHITECTURE_CODES[hardware.kind]
    undi = b"\x01\x02\x01" if hardware.kind is Kind.BIOS else b"\x01\x03\x00"
    vendor = f"PXEClient:Arch:{code:05d}:UNDI:003000".encode()
    options = [
        (53, bytes((kind,))),
        (57, b"\x05\xc0"),
        (55, bytes((1, 3, 6, 12, 15, 43, 54, 60, 66, 67, 128, 175))),
        (93, struct.pack("!H", code)),
        (94, undi),
        (97, b"\0" + uuid.UUID(hardware.uuid).bytes_le),
        (60, vendor),
    ]
    if ipxe:
        options += [(77, b"iPXE"), (175, _IPXE_FEATURES)]
    body = b"".join(bytes((option, len(value))) + value for option, value in options)
    mac = bytes.fromhex(hardware.mac.replace(":", ""))
    header = struct.pack(
        "!BBBBIHH4s4s4s4s16s192x",
        1,
        1,
        6,
        1,
        xid,
        0,
        0x8000,
        bytes(4),
        bytes(4),
        bytes(4),
        ipaddress.IPv4Address(server.relay).packed,
        mac,
    )
    return header + _MAGIC + body + chosen + _RELAY_SOURCE_PORT + b"\xff"


def _decode(data: bytes, xid: int, wanted: int) -> Leased | None:
    """None for what is not the answer awaited."""
    if len(data) < 241 or data[0] != 2 or data[236:240] != _MAGIC or data[4:8] != struct.pack("!I", xid):
        return None
    options: dict[int, bytes] = {}
    position = 240
    while position < len(data) and data[position] != 255:
        if data[position] == 0:
            position += 1
            continue
        length = data[position + 1]
        options[data[position]] = data[position + 2 : position + 2 + length]
        position += 2 + length
    if options.get(53) != bytes((wanted,)) or not any(data[16:20]):
        return None
    return Leased(
        address=str(ipaddress.IPv4Address(data[16:20])),
        server=str(ipaddress.IPv4Address(options[54])),
        next_server=str(ipaddress.IPv4Address(data[20:24])),
        file=data[108:236].split(b"\0")[0].decode(),
    )
