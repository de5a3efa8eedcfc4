"""Hears the DHCP of one interface as it is on the wire, what we send included (packet(7)).

That wants CAP_NET_RAW. Without it a socket on port 68 hears what is broadcast to clients, our own OFFERs among it.
"""

import asyncio
import ctypes
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

from boot.dhcp.link import Link

_EVERYTHING, _IPV4, _OUTGOING = 0x0003, 0x0800, 4
"""What is sent is shown only to who asks for every protocol."""
_PROTOCOL = 0xFFFFF000
"""SKF_AD_OFF + SKF_AD_PROTOCOL: the frame's type, which is before the packet a filter sees."""
_UDP = 17
_ATTACH_FILTER = 26
_SERVER, _CLIENT = 67, 68
LARGEST = 4096
# IPv4, UDP, first fragment, destination port 67 or 68 (bpf(4) over an IP packet): the kernel drops the kernels we serve.
_FILTER = (
    (0x28, 0, 0, _PROTOCOL),
    (0x15, 0, 9, _IPV4),
    (0x30, 0, 0, 9),
    (0x15, 0, 7, _UDP),
    (0x28, 0, 0, 6),
    (0x45, 5, 0, 0x1FFF),
    (0xB1, 0, 0, 0),
    (0x48, 0, 0, 2),
    (0x15, 1, 0, _SERVER),
    (0x15, 0, 1, _CLIENT),
    (0x06, 0, 0, LARGEST),
    (0x06, 0, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One datagram of DHCP: `source` is its IP, `mac` whose card sent it ("" where that is not known), `outgoing` ours."""

    data: bytes
    source: str
    mac: str
    outgoing: bool


class Tap:
    """`raw` says whether it hears everything. Close it when done."""

    def __init__(self, link: Link) -> None:
        self._link = link
        try:
            self._opened, self.raw = _open_raw(link), True
        except PermissionError:
            self._opened, self.raw = _open_client_port(link), False

    def close(self) -> None:
        self._opened.close()

    async def listen(self) -> AsyncIterator[Heard]:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._opened, readable.set)
        try:
            while True:
                await readable.wait()
                readable.clear()
                while (heard := self._receive()) is not None:
                    yield heard
        finally:
            loop.remove_reader(self._opened)

    def _receive(self) -> Heard | None:
        """None when there is nothing more now; what is no DHCP is passed over."""
        while True:
            try:
                data, sender = self._opened.recvfrom(LARGEST)
            except OSError:  # nothing more, or the link went down
                return None
            if not self.raw:
                return Heard(data, sender[0], "", outgoing=sender[0] == self._link.address)
            found = parse_ip(data)
            if found is not None:
                source, payload = found
                return Heard(payload, source, sender[4].hex(":"), outgoing=sender[2] == _OUTGOING)


def parse_ip(data: bytes) -> tuple[str, bytes] | None:
    """Source address and UDP payload of an IP packet; None when it carries none."""
    if len(data) < 20 or data[0] >> 4 != 4 or data[9] != _UDP:
        return None
    start = (data[0] & 15) * 4
    if start < 20 or len(data) < start + 8:
        return None
    length = int.from_bytes(data[start + 4 : start + 6], "big")
    return socket.inet_ntoa(data[12:16]), data[start + 8 : start + max(length, 8)]


def _open_raw(link: Link) -> socket.socket:
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    try:
        opened.setblocking(False)
        code = b"".join(struct.pack("@HBBI", *step) for step in _FILTER)
        # struct sock_fprog: how many steps, and where they are.
        buffer = ctypes.create_string_buffer(code)
        opened.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HL", len(_FILTER), ctypes.addressof(buffer)))
        opened.bind((link.name, _EVERYTHING))
    except OSError:
        opened.close()
        raise
    return opened


def _open_client_port(link: Link) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        # This machine may be a DHCP client itself: its port is shared.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.name.encode())
        opened.bind(("0.0.0.0", _CLIENT))
    except OSError:
        opened.close()
        raise
    return opened
