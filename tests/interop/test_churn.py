"""What k9s does all day: lists and watches of many kinds as tables, opened and dropped by the hundred while writers write.

The server keeps no connection and little memory of what came and went; a watcher that reads nothing is dropped and slows nobody.
"""

import asyncio
import base64
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.support.program import Served, serve

pytestmark = pytest.mark.interop

TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
COLLECTIONS = (
    "/api/v1/namespaces",
    "/api/v1/configmaps",
    "/api/v1/secrets",
    "/api/v1/events",
    "/apis/metal.sidero.dev/v1alpha2/servers",
    "/apis/metal.sidero.dev/v1alpha2/serverclasses",
    "/apis/metal.sidero.dev/v1alpha2/environments",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
)
MAPS = "/api/v1/namespaces/default/configmaps"
ROUNDS = 40
"""One list and one watch of each collection in each."""
SPARE_FILES = 4
"""File descriptors that may stay: what the program opens once, when it is first needed."""
SPARE_MEMORY = 48 * 1024 * 1024
"""Bytes: what an interpreter keeps of its busiest moment."""
WRITES = 150
"""Of 200 kB each: more than the sockets' buffers on both sides hold."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


@asynccontextmanager
async def _browser(served: Served) -> AsyncIterator[aiohttp.ClientSession]:
    config = yaml.safe_load(served.kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    pair = served.state_dir.parent / "pair.pem"
    pair.write_bytes(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
    context.load_cert_chain(pair)
    connector = aiohttp.TCPConnector(ssl=context, limit=0)
    async with aiohttp.ClientSession(cluster["server"], connector=connector) as session:
        yield session


async def _look(session: aiohttp.ClientSession, path: str) -> None:
    """A table, a watch from there, and away in the middle of it."""
    async with session.get(path, headers=TABLE) as answer:
        answer.raise_for_status()
        table = await answer.json()
    assert table["kind"] == "Table"
    query = {"watch": "1", "resourceVersion": table["metadata"]["resourceVersion"], "allowWatchBookmarks": "true"}
    async with session.get(path, headers=TABLE, params=query) as answer:
        answer.raise_for_status()


async def _write(session: aiohttp.ClientSession, until: asyncio.Event, took: list[float]) -> None:
    number = 0
    while not until.is_set():
        body: dict[str, Any] = {"metadata": {"name": f"churn-{number}"}, "data": {"n": str(number)}}
        began = time.monotonic()
        async with session.post(MAPS, json=body) as answer:
            answer.raise_for_status()
        took.append(time.monotonic() - began)
        async with session.delete(f"{MAPS}/churn-{number}") as answer:
            answer.raise_for_status()
        number += 1


async def _churn(session: aiohttp.ClientSession, rounds: int) -> None:
    """Every collection at once, round after round, while one writer writes."""
    until, took = asyncio.Event(), list[float]()
    async with asyncio.TaskGroup() as group:
        group.create_task(_write(session, until, took))
        for _ in range(rounds):
            await asyncio.gather(*(_look(session, path) for path in COLLECTIONS))
        until.set()
    assert took


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _memory(pid: int) -> int:
    """Resident bytes (proc(5), status)."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


async def _until_files(pid: int, at_most: int, within: float = 15) -> None:
    async with asyncio.timeout(within):
        while _open_files(pid) > at_most:
            await asyncio.sleep(0.05)


async def test_hundreds_of_tables_and_watches_leave_no_connection_and_little_memory(served: Served) -> None:
    pid = served.process.pid
    async with _browser(served) as session:
        await _churn(session, ROUNDS // 4)
    before = _open_files(pid)
    memory = _memory(pid)
    async with _browser(served) as session:
        await _churn(session, ROUNDS)
    await _until_files(pid, before + SPARE_FILES)
    assert _memory(pid) - memory < SPARE_MEMORY


async def test_a_watcher_that_reads_nothing_is_dropped_and_slows_no_writer(served: Served) -> None:
    padding = "x" * 200_000
    async with _browser(served) as stuck, _browser(served) as session:
        async with session.post(MAPS, json={"metadata": {"name": "large"}, "data": {"x": padding}}) as answer:
            answer.raise_for_status()
        alone = await _patch(session, padding, WRITES)
        before = _open_files(served.process.pid)
        async with stuck.get(MAPS, params={"watch": "1"}) as watch:
            watch.raise_for_status()
            assert _open_files(served.process.pid) == before + 1
            beside = await _patch(session, padding, WRITES)
            assert beside < 3 * alone + 0.5
            await _until_files(served.process.pid, before, within=60)


async def _patch(session: aiohttp.ClientSession, padding: str, times: int) -> float:
    """Seconds that so many writes of the large object took."""
    began = time.monotonic()
    headers = {"Content-Type": "application/merge-patch+json"}
    for number in range(times):
        body = {"data": {"x": padding, "n": f"{began}-{number}"}}
        async with session.patch(f"{MAPS}/large", json=body, headers=headers) as answer:
            answer.raise_for_status()
    return time.monotonic() - began
