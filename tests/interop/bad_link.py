"""A bad link for TFTP: a relay that loses, doubles, delays and reorders datagrams, the same ones for the same seed.

It stands in for netem, which not every kernel has. A client's requests go to its port; from there on each side sees one
port of the relay as the other's transfer port.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Address = tuple[str, int]
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Link:
    """Shares of the datagrams, and seconds. Jitter far above the gap between two datagrams reorders them."""

    loss: float = 0.0
    doubled: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self.datagram_received = receive  # type: ignore[assignment,method-assign]


@dataclass
class _Side:
    """Where one client's datagrams leave to, on each side of the relay."""

    client: Address
    server: Address
    to_client: asyncio.DatagramTransport
    to_server: asyncio.DatagramTransport


@dataclass
class Relay:
    """`counts` is what became of the datagrams: passed, lost, doubled.

    Of this seed nothing is lost before the first block: atftp gives up when its answer to the OACK is.
    """

    link: Link
    server: Address
    port: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "lost": 0, "doubled": 0})
    _chance: random.Random = field(default_factory=lambda: random.Random(11))
    _sides: dict[Address, _Side] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def request(self, datagram: bytes, client: Address) -> None:
        task = asyncio.create_task(self._forward_request(datagram, client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward_request(self, datagram: bytes, client: Address) -> None:
        if client not in self._sides:
            to_client = await _open(lambda data, _sender: self._pass(data, self._sides[client], up=True))
            to_server = await _open(lambda data, sender: self._answer(data, client, sender))
            self._sides[client] = _Side(client, self.server, to_client, to_server)
        self._pass(datagram, self._sides[client], up=True, to=self.server)

    def _answer(self, datagram: bytes, client: Address, sender: Address) -> None:
        self._sides[client].server = sender
        self._pass(datagram, self._sides[client], up=False)

    def _pass(self, datagram: bytes, side: _Side, *, up: bool, to: Address | None = None) -> None:
        if self._chance.random() < self.link.loss:
            self.counts["lost"] += 1
            return
        copies = 2 if self._chance.random() < self.link.doubled else 1
        self.counts["passed"] += 1
        self.counts["doubled"] += copies - 1
        transport, target = (side.to_server, to or side.server) if up else (side.to_client, side.client)
        for _ in range(copies):
            later = self.link.delay + self._chance.random() * self.link.jitter
            if later:
                asyncio.get_running_loop().call_later(later, _send, transport, datagram, target)
            else:
                _send(transport, datagram, target)

    def close(self) -> None:
        for side in self._sides.values():
            side.to_client.close()
            side.to_server.close()


def _send(transport: asyncio.DatagramTransport, datagram: bytes, target: Address) -> None:
    if not transport.is_closing():
        transport.sendto(datagram, target)


async def _open(receive: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Socket(receive), (LOOPBACK, 0))
    return transport


@asynccontextmanager
async def relay(link: Link, server_port: int) -> AsyncIterator[Relay]:
    """Ask its `port` instead of the server's."""
    between = Relay(link, (LOOPBACK, server_port))
    transport = await _open(between.request)
    between.port = transport.get_extra_info("sockname")[1]
    try:
        yield between
    finally:
        transport.close()
        between.close()
