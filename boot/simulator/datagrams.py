"""A UDP socket one can await."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LARGEST = 65535


class Endpoint:
    """Bound to one local address and any port of it."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str) -> AsyncIterator["Endpoint"]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.setblocking(False)
            opened.bind((address, 0))
            yield cls(opened)

    def send(self, data: bytes, to: tuple[str, int]) -> None:
        self._socket.sendto(data, to)

    async def receive(self) -> tuple[bytes, tuple[str, int]]:
        """The data and who sent it."""
        return await asyncio.get_running_loop().sock_recvfrom(self._socket, _LARGEST)
