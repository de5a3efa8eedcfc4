"""Is an address in use already? Asked by ARP before it is offered (RFC 5227 section 2.1.1), without holding up anybody.

Wants CAP_NET_RAW; without it nothing is asked, and a machine's own DECLINE remains.
"""

import asyncio
import socket
import struct
from typing import Self

from boot.dhcp.link import Link

_ARP = 0x0806
_FRAME = struct.Struct("!6s6sHHHBBH6s4s6s4s")
_ETHERNET, _IPV4, _ASK, _ANSWER = 1, 0x0800, 1, 2
_EVERYBODY, _NOBODY = b"\xff" * 6, bytes(6)
WAITS = (0.15, 0.25)
"""Seconds after each question: iPXE asks for its offer again after one, EDK2 waits for four."""


class ConflictProbe:
    """Asks on one interface; OSError (EPERM) at its making when this user may not."""

    def __init__(self, link: Link) -> None:
        self._opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP))
        try:
            self._opened.setblocking(False)
            self._opened.bind((link.name, _ARP))
            self._mac: bytes = self._opened.getsockname()[4]
        except OSError:
            self._opened.close()
            raise
        self._awaited: dict[bytes, asyncio.Future[str]] = {}

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._opened, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._opened)
        self._opened.close()

    async def find_owner(self, address: str, client: str) -> str:
        """MAC of whoever but the client itself answers for the address, or ""."""
        packed = socket.inet_aton(address)
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited[packed] = answered
        try:
            for wait in WAITS:
                self._opened.send(encode_probe(self._mac, packed))
                done, _ = await asyncio.wait([answered], timeout=wait)
                if done and answered.result() != client:
                    return answered.result()
        except OSError:  # the link went down: nothing can be offered there either
            return ""
        finally:
            self._awaited.pop(packed, None)
        return ""

    def _read(self) -> None:
        for _ in range(64):
            try:
                frame = self._opened.recv(2048)
            except OSError:  # nothing more to read, or the link is down
                return
            owner = parse_answer(frame)
            if owner is not None and (awaited := self._awaited.get(owner[0])) is not None and not awaited.done():
                awaited.set_result(owner[1])


def encode_probe(mac: bytes, address: bytes) -> bytes:
    """Who has it? Asked without an address of our own, so that no cache learns anything."""
    return _FRAME.pack(_EVERYBODY, mac, _ARP, _ETHERNET, _IPV4, 6, 4, _ASK, mac, bytes(4), _NOBODY, address)


def parse_answer(frame: bytes) -> tuple[bytes, str] | None:
    """Address and MAC of who claims it, in an answer or a question of its own; None for anything else."""
    if len(frame) < _FRAME.size:
        return None
    _, _, kind, hardware, protocol, hlen, plen, operation, mac, address, _, _ = _FRAME.unpack_from(frame)
    if (kind, hardware, protocol, hlen, plen) != (_ARP, _ETHERNET, _IPV4, 6, 4) or operation not in (_ASK, _ANSWER):
        return None
    return (address, mac.hex(":")) if any(address) else None
