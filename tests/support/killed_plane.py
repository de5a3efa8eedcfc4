"""Runs a plane in a forked process, kills it, and compares what its store holds then with what it had acknowledged.

    python -m tests.support.killed_plane DIRECTORY CYCLES SEED

Prints how often what was told, and exits 0 when every cycle kept every acknowledged write and invented none; a traceback
says what was lost. Forked, so that a cycle costs no interpreter's start: two hundred of them fit into a minute.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from boot.clock import SystemClock
from boot.errors import NotFound, ServiceUnavailable
from boot.plane.options import DeleteOptions, ListOptions, WriteOptions
from boot.plane.plane import Plane
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.store.store import Store, open_store

WRITERS, KEYS_EACH = 8, 5
LONGEST = 0.25
"""Seconds from the first acknowledged write to the kill, at most."""
LOG_PAGES = 60
"""So small a log that many a kill falls into a checkpoint."""
NAMESPACE = "default"

World = dict[str, int]
"""The value of each ConfigMap that is there."""


@dataclass(slots=True)
class Truth:
    """What may be there after a kill."""

    world: World
    """Acknowledged."""
    begun: dict[str, int | None] = field(default_factory=dict)
    """Writes without an answer: done or not. None is a deletion."""
    restoring: World | None = None
    """What a restore without an answer puts in the place of everything."""
    revision: int = 0

    def read(self, lines: Iterable[str]) -> None:
        for line in lines:
            if not line.endswith("\n"):
                return  # it was killed while it said so
            event = json.loads(line)
            getattr(self, "see_" + event.pop("did"))(**event)

    def see_begin(self, name: str, value: int | None) -> None:
        self.begun[name] = value

    def see_done(self, name: str, revision: int) -> None:
        value = self.begun.pop(name)
        if value is None:
            del self.world[name]
        else:
            self.world[name] = value
        assert revision > 0
        self.revision = max(self.revision, revision)

    def see_refused(self, name: str) -> None:
        del self.begun[name]

    def see_restore(self, world: World) -> None:
        self.restoring = world

    def see_restored(self, revision: int) -> None:
        assert self.restoring is not None
        assert revision > self.revision, "a restore took time back"
        self.world, self.restoring, self.revision = self.restoring, None, revision

    def check(self, there: Mapping[str, int], revision: int) -> None:
        assert revision >= self.revision, f"revision {revision} after {self.revision} was acknowledged"
        if self.restoring is not None and there == self.restoring:
            return
        for name in self.world.keys() | self.begun.keys() | there.keys():
            allowed = {self.world.get(name)} | ({self.begun[name]} if name in self.begun else set())
            assert there.get(name) in allowed, f"{name} is {there.get(name)}, acknowledged or begun was {allowed}"


class KilledPlane:
    """Writes until it is killed, and tells `events` what it begins and what was answered."""

    def __init__(self, store: Store, events: Path, seed: int) -> None:
        self._store = store
        self._plane = Plane(store, SystemClock())
        self._events = os.open(events, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._random = random.Random(seed)
        self._values = iter(range(seed * 10**6, (seed + 1) * 10**6))
        self._open = asyncio.Event()

    async def run(self) -> None:
        await self._plane.start()
        self._open.set()
        async with asyncio.TaskGroup() as group:
            for writer in range(WRITERS):
                group.create_task(self._write_on(writer))
            group.create_task(self._restore_on())

    async def _write_on(self, writer: int) -> None:
        while True:
            await self._open.wait()
            name = f"w{writer}-{self._random.randrange(KEYS_EACH)}"
            with suppress(ServiceUnavailable):  # a restore is under way; told as refused
                await self._write(name)
            if self._random.random() < 0.05:
                await asyncio.sleep(self._random.random() / 50)

    async def _write(self, name: str) -> None:
        try:
            there = self._plane.get(CONFIG_MAP, name, NAMESPACE)
        except NotFound:
            there = {}
        verb = self._random.choice(("update", "patch", "apply", "delete") if there else ("create", "apply"))
        value = None if verb == "delete" else next(self._values)
        self._tell("begin", name=name, value=value)
        try:
            written = await self._send(verb, name, there, value)
        except ServiceUnavailable:
            self._tell("refused", name=name)
            raise
        self._tell("done", name=name, revision=int(written["metadata"]["resourceVersion"]))

    async def _send(self, verb: str, name: str, there: Object, value: int | None) -> Object:
        data = {"value": str(value), "padding": "x" * self._random.randrange(6000)}
        if verb == "create":
            obj: Object = {"metadata": {"name": name, "namespace": NAMESPACE}, "data": data}
            return await self._plane.create(CONFIG_MAP, obj, WriteOptions())
        if verb == "update":
            return await self._plane.update(CONFIG_MAP, name, NAMESPACE, there | {"data": data}, WriteOptions())
        if verb == "patch":
            merge = "application/merge-patch+json"
            return await self._plane.patch(CONFIG_MAP, name, NAMESPACE, {"data": data}, merge, WriteOptions())
        if verb == "apply":
            obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
            manager = self._random.choice(("one", "two"))
            applied, _ = await self._plane.apply(CONFIG_MAP, name, NAMESPACE, obj, WriteOptions(manager=manager, force=True))
            return applied
        return await self._plane.delete(CONFIG_MAP, name, NAMESPACE, DeleteOptions())

    async def _restore_on(self) -> None:
        while True:
            world, snapshot = read_world(self._plane), await self._store.snapshot()
            await asyncio.sleep(self._random.random() / 8)
            self._open.clear()  # writes that were begun go on beside the restore
            self._tell("restore", world=world)
            revision = await self._plane.restore(snapshot, replace=True)
            self._tell("restored", revision=revision)
            self._open.set()

    def _tell(self, did: str, **facts: object) -> None:
        os.write(self._events, json.dumps({"did": did} | facts).encode() + b"\n")


def read_world(plane: Plane) -> World:
    page = plane.list(CONFIG_MAP, NAMESPACE, ListOptions())
    return {obj["metadata"]["name"]: int(obj["data"]["value"]) for obj in page.items if "value" in (obj.get("data") or {})}


async def write_until_killed(database: Path, events: Path, seed: int) -> None:
    store = open_store(database)
    connection = store._disk._connection
    assert connection is not None
    connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
    await KilledPlane(store, events, seed).run()


async def look(database: Path) -> tuple[World, int]:
    """What is there after a crash, before anything else is written."""
    store = open_store(database)
    try:
        assert not store.trouble, store.trouble
        plane = Plane(store, SystemClock())
        return read_world(plane), store.revision
    finally:
        await store.close()


def run_cycle(database: Path, seed: int, world: World) -> tuple[World, Counter[str]]:
    """The world after the kill, and what was told before it."""
    events = database.with_suffix(".events")
    events.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.run(write_until_killed(database, events, seed))
        finally:
            os._exit(1)  # it ends by a kill only
    while not (events.exists() and b"done" in events.read_bytes()):
        assert os.waitpid(pid, os.WNOHANG) == (0, 0), "the plane ended by itself"
        time.sleep(0.002)
    time.sleep(random.Random(seed).random() * LONGEST)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    truth = Truth(dict(world))
    with events.open() as lines:
        told = list(lines)
    truth.read(told)
    there, revision = asyncio.run(look(database))
    truth.check(there, revision)
    counts = Counter(json.loads(line)["did"] for line in told if line.endswith("\n"))
    return there, counts + Counter({"killed in a restore": truth.restoring is not None})


def main(directory: Path, cycles: int, seed: int) -> None:
    world: World = {}
    counts: Counter[str] = Counter()
    for number in range(cycles):
        world, told = run_cycle(directory / "state.db", seed + number, world)
        counts += told
    print(json.dumps(counts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
