"""kill -9 in the middle of a thousand registrations."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import aiohttp

from boot.client.remote import open_remote_client
from boot.resources.kinds import SERVER
from tests.support.program import Served, serve
from tests.support.registration import register

MACHINES = 1000
KILLED_AFTER = 400
READY_WITHIN = 20.0
"""Seconds after which something is wrong; the goal is 2, and what it took is printed."""
SYSTEM, PROCESSOR = "/register/system", "/register/processor/0/0"


async def test_every_acknowledged_registration_is_there_after_kill_9(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        acknowledged = await _register_until_killed(served)
    assert KILLED_AFTER <= len(acknowledged[PROCESSOR]) <= len(acknowledged[SYSTEM]) < MACHINES
    with serve(tmp_path) as served:
        async with open_remote_client(served.kubeconfig) as client:
            there = {obj["metadata"]["name"]: obj["spec"]["hardware"] for obj in (await client.list(SERVER)).items}
    print(f"{len(there)} registrations; all ports bound {served.seconds:.2f} s after the restart")
    assert served.seconds < READY_WITHIN
    assert acknowledged[SYSTEM] <= there.keys()
    processors = [there[name]["compute"]["processors"] for name in acknowledged[PROCESSOR]]
    assert all([found["productName"] for found in each] == ["Atom"] for each in processors)


async def _register_until_killed(served: Served) -> dict[str, set[str]]:
    """The machines whose report of each sort was answered, be it the last thing that was."""
    acknowledged: dict[str, set[str]] = {SYSTEM: set(), PROCESSOR: set()}
    numbers = iter(range(MACHINES))

    async def note(_session: aiohttp.ClientSession, _context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
        if ended.response.status == 200 and ended.url.path in acknowledged:
            acknowledged[ended.url.path].add(ended.url.query["uuid"])
        if len(acknowledged[PROCESSOR]) == KILLED_AFTER and served.process.poll() is None:
            served.kill()

    async def work(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            try:
                await register(session, f"http://127.0.0.1:{served.ports['http']}", number)
            except (aiohttp.ClientError, OSError):
                return

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        await asyncio.gather(*(work(session) for _ in range(32)))
    return acknowledged
