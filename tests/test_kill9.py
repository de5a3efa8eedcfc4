"""kill -9, two hundred times, at any moment: every acknowledged write is there, and nothing that nobody wrote."""

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from boot.client.remote import open_remote_client
from boot.resources.kinds import CONFIG_MAP
from tests.boot.apiserver.served import open_session
from tests.support.program import Served, serve

CYCLES, LANES = 200, 2
"""Half of the kills in each of two processes side by side."""
WHOLE_PROGRAM_CYCLES = 4
MAPS = "/api/v1/namespaces/default/configmaps"
ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(240)
def test_two_hundred_kills_in_the_middle_of_writes_checkpoints_and_restores_lose_and_invent_nothing(tmp_path: Path) -> None:
    lanes = []
    for lane in range(LANES):
        directory = tmp_path / str(lane)
        directory.mkdir()
        arguments = (str(directory), str(CYCLES // LANES), str(lane * CYCLES))
        command = [sys.executable, "-m", "tests.support.killed_plane", *arguments]
        lanes.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    told: Counter[str] = Counter()
    for process in lanes:
        output, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors
        told += Counter(json.loads(output))
    print(f"{CYCLES} kills: {dict(told)}")
    assert told["done"] > CYCLES * 20
    assert told["restored"] > CYCLES / 10
    assert told["killed in a restore"] > 0


@pytest.mark.timeout(240)
async def test_the_whole_program_killed_again_and_again_has_every_write_it_acknowledged(tmp_path: Path) -> None:
    truth: dict[str, int] = {}
    moments = random.Random(5)
    for cycle in range(WHOLE_PROGRAM_CYCLES):
        with serve(tmp_path) as served:
            await _check(served, truth)
            await _write_until_killed(served, cycle, truth, moments.randint(20, 80))
    with serve(tmp_path) as served:
        await _check(served, truth)
    assert len(truth) >= WHOLE_PROGRAM_CYCLES * 20


async def _check(served: Served, truth: dict[str, int]) -> None:
    async with open_remote_client(served.kubeconfig) as client:
        maps = (await client.list(CONFIG_MAP, "default")).items
    there = {obj["metadata"]["name"]: int(obj["metadata"]["resourceVersion"]) for obj in maps}
    assert truth.items() <= there.items()


async def _write_until_killed(served: Served, cycle: int, truth: dict[str, int], answers: int) -> None:
    """Notes the revision of every ConfigMap whose creation was answered; kills in the middle of it, after that many answers."""
    enough = len(truth) + answers

    async def work(session: aiohttp.ClientSession, writer: int) -> None:
        for number in range(100_000):
            name = f"m{cycle}-{writer}-{number}"
            try:
                async with session.post(MAPS, json={"metadata": {"name": name}, "data": {"padding": "x" * 2000}}) as response:
                    created = await response.json()
            except (aiohttp.ClientError, OSError):
                return
            assert response.status == 201, created
            truth[name] = int(created["metadata"]["resourceVersion"])
            if len(truth) >= enough and served.process.poll() is None:
                served.kill()

    async with open_session(f"https://127.0.0.1:{served.ports['plane']}", served.state_dir) as session:
        await asyncio.gather(*(work(session, writer) for writer in range(16)))
