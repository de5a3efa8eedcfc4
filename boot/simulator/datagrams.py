"""A UDP socket one can await."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Endpoint:
    """Bound to one local address; `receive` gives the data, `peer` who sent it last."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self.peer: tuple[str, int] = ("", 0)

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str) -> AsyncIterator["Endpoint"]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.setblocking(False)
            opened.bind((address, 0))
            yield cls(opened)

    def send(self, data: bytes, to: tuple[str, int]) -> None:
        self._socket.sendto(data, to)

    async def receive(self) -> bytes:
        data, self.peer = await asyncio.get_running_loop().sock_recvfrom(self._socket, 65535)
        return data
