"""Registrations per second, and how long after its script a machine is a row for whoever watches the plane."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.resources.kinds import SERVER
from tests.support.program import Served, serve
from tests.support.registration import identity, register

MACHINES, AT_ONCE, IDLE_ROUNDS = 500, 32, 30


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, serve(Path(directory)) as served:
        asyncio.run(_measure(served))


async def _measure(served: Served) -> None:
    base = f"http://127.0.0.1:{served.ports['http']}"
    async with open_remote_client(served.kubeconfig) as client, aiohttp.ClientSession() as session:
        rows: dict[str, float] = {}
        watching = asyncio.create_task(_watch(client, rows))
        idle = [await _script_to_row(session, base, rows, number) for number in range(IDLE_ROUNDS)]
        print(f"script to row, idle:        median {statistics.median(idle) * 1000:6.1f} ms, worst {max(idle) * 1000:6.1f} ms")

        began = time.monotonic()
        await _at_once(session, base, range(1000, 1000 + MACHINES))
        seconds = time.monotonic() - began
        last = [identity(number)[0] for number in range(1000, 1000 + MACHINES)]
        while not rows.keys() >= set(last):
            await asyncio.sleep(0.001)
        rate, span = MACHINES / seconds, max(rows[name] for name in last) - began
        print(f"{MACHINES} at once:                {rate:6.0f} registrations/s (three requests each, {AT_ONCE} at a time)")
        print(f"last row of {MACHINES} at once:    {span * 1000:6.0f} ms after the first script")

        began = time.monotonic()
        await asyncio.gather(*(_plain(session, base, MACHINES * 3 // AT_ONCE) for _ in range(AT_ONCE)))
        plain = MACHINES * 3 / (time.monotonic() - began)
        print(f"plain boot.ipxe requests:   {plain:6.0f} /s; a registration costs {plain / rate:.1f} of them")
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(client: Client, rows: dict[str, float]) -> None:
    listing = await client.list(SERVER)
    async for change in client.watch(SERVER, after=listing.revision):
        rows.setdefault(change.object["metadata"]["name"], time.monotonic())


async def _script_to_row(session: aiohttp.ClientSession, base: str, rows: dict[str, float], number: int) -> float:
    async with session.get(f"{base}/boot.ipxe") as response:
        await response.read()
    began = time.monotonic()
    name = await register(session, base, number)
    while name not in rows:
        await asyncio.sleep(0.0005)
    return rows[name] - began


async def _at_once(session: aiohttp.ClientSession, base: str, numbers: range) -> None:
    left = iter(numbers)

    async def work() -> None:
        for number in left:
            await register(session, base, number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _plain(session: aiohttp.ClientSession, base: str, count: int) -> None:
    for _ in range(count):
        async with session.get(f"{base}/boot.ipxe") as response:
            await response.read()


if __name__ == "__main__":
    main()
