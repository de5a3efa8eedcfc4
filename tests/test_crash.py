"""kill -9 in the middle of a thousand registrations."""

import asyncio
from pathlib import Path

import aiohttp

from boot.client.remote import open_remote_client
from boot.resources.kinds import SERVER
from tests.support.program import Served, serve
from tests.support.registration import register

MACHINES = 1000
KILLED_AFTER = 400


async def test_every_acknowledged_registration_is_there_after_kill_9(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        acknowledged = await _register_until_killed(served)
    assert KILLED_AFTER <= len(acknowledged) < MACHINES
    with serve(tmp_path) as served:
        async with open_remote_client(served.kubeconfig) as client:
            there = {obj["metadata"]["name"]: obj for obj in (await client.list(SERVER)).items}
    assert acknowledged <= there.keys()
    processors = [there[name]["spec"]["hardware"]["compute"]["processors"] for name in acknowledged]
    assert all(len(found) == 1 and found[0]["productName"] == "Atom" for found in processors)


async def _register_until_killed(served: Served) -> set[str]:
    acknowledged: set[str] = set()
    numbers = iter(range(MACHINES))

    async def work(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            try:
                acknowledged.add(await register(session, f"http://127.0.0.1:{served.ports['http']}", number))
            except (aiohttp.ClientError, OSError):
                return
            if len(acknowledged) == KILLED_AFTER:
                served.kill()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(work(session) for _ in range(32)))
    return acknowledged
