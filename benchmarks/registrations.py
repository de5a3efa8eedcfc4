"""Registrations per second, and how long after its script a machine is a row for whoever watches the plane."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import aiohttp

from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.resources.kinds import SERVER
from tests.support.program import Served, serve
from tests.support.registration import register

MACHINES, IN_FLIGHT, IDLE_ROUNDS = 500, 32, 30
STORM, STEADY, IDLE = 100_000, 1000, 0
"""First machine of each part."""
REQUESTS = 4
"""boot.ipxe, the system's report, the processor's, and the one that finds no further socket."""


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, serve(Path(directory)) as served:
        asyncio.run(_measure(served))


class _Rack:
    """Registers machines by number, and sees in `rows` when a watch delivered each."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self._base = base
        self._session = session
        self._rows: dict[str, asyncio.Future[float]] = {}

    async def watch(self, client: Client) -> None:
        listing = await client.list(SERVER)
        async for change in client.watch(SERVER, after=listing.revision):
            row = self._row(change.object["metadata"]["name"])
            if not row.done():
                row.set_result(time.monotonic())

    async def boot(self, number: int) -> float:
        """Seconds from its script to its row."""
        await self.fetch_script()
        began = time.monotonic()
        name = await register(self._session, self._base, number)
        return await self._row(name) - began

    async def fetch_script(self) -> None:
        async with self._session.get(f"{self._base}/boot.ipxe") as response:
            await response.read()

    def _row(self, name: str) -> asyncio.Future[float]:
        return self._rows.setdefault(name, asyncio.get_running_loop().create_future())


async def _measure(served: Served) -> None:
    base, connector = f"http://127.0.0.1:{served.ports['http']}", aiohttp.TCPConnector(limit=0)
    async with open_remote_client(served.kubeconfig) as client, aiohttp.ClientSession(connector=connector) as session:
        rack = _Rack(base, session)
        watching = asyncio.create_task(rack.watch(client))
        _report("script to row, idle", [await rack.boot(number) for number in range(IDLE, IDLE + IDLE_ROUNDS)])
        _report(f"script to row, {MACHINES} at once", await asyncio.gather(*map(rack.boot, range(STORM, STORM + MACHINES))))
        rate = await _rate(rack.boot, range(STEADY, STEADY + MACHINES))
        plain = await _rate(lambda _number: rack.fetch_script(), range(MACHINES * REQUESTS))
        print(f"{'registrations':28}{rate:8.0f} /s    {IN_FLIGHT} in flight, {REQUESTS} requests each")
        print(f"{'plain boot.ipxe requests':28}{plain:8.0f} /s    one registration costs {plain / rate:.1f} of them")
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _report(title: str, seconds: Sequence[float]) -> None:
    milliseconds = sorted(each * 1000 for each in seconds)
    print(f"{title:28}{statistics.median(milliseconds):8.1f} ms median{milliseconds[-1]:10.1f} ms worst")


async def _rate(work: Callable[[int], Awaitable[object]], numbers: Iterable[int]) -> float:
    """Calls per second, IN_FLIGHT at a time."""
    left, done = iter(numbers), 0

    async def worker() -> None:
        nonlocal done
        for number in left:
            await work(number)
            done += 1

    began = time.monotonic()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return done / (time.monotonic() - began)


if __name__ == "__main__":
    main()
