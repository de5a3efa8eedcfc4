"""A plane driven step by step beside a plain model of it; whatever the two disagree about is an AssertionError."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from boot.clock import SystemClock
from boot.errors import AlreadyExists, ApiError, Conflict, Expired, NotFound
from boot.plane.options import DeleteOptions, WatchOptions, WriteOptions
from boot.plane.plane import Plane
from boot.plane.watching import WatchEvent
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.store.store import Store

PATIENCE = 10.0
"""Seconds an event that must come may take."""
MERGE = "application/merge-patch+json"
Name = tuple[str, str]
"""Namespace and name."""
SENTINEL: Name = ("default", "sentinel")


@dataclass(frozen=True, slots=True)
class State:
    """One ConfigMap as it is at `revision`."""

    revision: int
    value: str
    red: bool


World = dict[Name, State]


@dataclass(frozen=True, slots=True)
class Op:
    """`basis`: which resourceVersion it gives: the fresh one, a stale one, or none."""

    verb: str
    key: Name
    basis: str
    red: bool


@dataclass(frozen=True, slots=True)
class Change:
    key: Name
    old: State | None
    new: State | None
    revision: int


@dataclass(frozen=True, slots=True)
class Selection:
    """All ConfigMaps, those of one namespace, or those that are red."""

    namespace: str
    red: bool

    def holds(self, key: Name, state: State | None) -> bool:
        return state is not None and self.namespace in {"", key[0]} and (state.red or not self.red)

    def event(self, change: Change) -> tuple[str, Name, int] | None:
        """What a watch is told of it: entering a selection is ADDED, leaving it DELETED."""
        before, after = self.holds(change.key, change.old), self.holds(change.key, change.new)
        kind = {(False, True): "ADDED", (True, True): "MODIFIED", (True, False): "DELETED"}.get((before, after))
        return (kind, change.key, change.revision) if kind else None


class Watcher:
    """One watch and what the model says it must be told; `after` None begins with everything there is."""

    def __init__(self, drive: "Drive", selection: Selection, after: int | None) -> None:
        options = WatchOptions(after, "red=true" if selection.red else "")
        self._events: AsyncIterator[WatchEvent] = drive.plane.watch(CONFIG_MAP, selection.namespace, options)
        self._drive = drive
        self._selection = selection
        self._position = after
        """What it has seen at the least; it may have looked further without anything to tell."""
        self._begun = False
        self._pending: list[tuple[str, Name, int]] = []
        self._cut = self._ended = False

    def tell(self, change: Change) -> None:
        """A change that it must be told of when it comes to it."""
        event = self._selection.event(change)
        if event is not None and self._position is not None and not self._cut:
            self._pending.append(event)

    def cut(self) -> None:
        """A restore: what was before it may still be told, nothing after it."""
        self._cut = self._position is not None

    async def read(self, most: int) -> None:
        """Up to `most` of the events it must be told."""
        for _ in range(most):
            self._look()
            if self._ended or not (self._pending or self._must_end()):
                return
            await self._read_one()

    def _look(self) -> None:
        """Begin with what there is at this moment, in the order of a list."""
        world = self._drive.world
        if self._position is None and any(self._selection.holds(*entry) for entry in world.items()):
            there = sorted((key, state.revision) for key, state in world.items() if self._selection.holds(key, state))
            self._pending = [("ADDED", key, revision) for key, revision in there]
            self._position = self._drive.plane.revision

    def _must_end(self) -> bool:
        return (self._cut and not self._pending) or (not self._begun and self._is_behind())

    def _is_behind(self) -> bool:
        return self._position is not None and self._position < self._drive.store.changes.floor

    async def _read_one(self) -> None:
        must_end, may_end = self._must_end(), self._is_behind()
        self._begun = True
        try:
            async with asyncio.timeout(PATIENCE):
                event = await anext(self._events)
        except Expired:
            assert may_end, f"Expired at {self._position}, kept is {self._drive.store.changes.floor}"
            self._ended = True
            return
        metadata = event.object["metadata"]
        seen = (event.type, (metadata["namespace"], metadata["name"]), int(metadata["resourceVersion"]))
        assert not must_end, f"{seen} came after what is lost"
        assert seen == self._pending.pop(0)
        self._position = max(self._position or 0, seen[2])


class Drive:
    """The plane and its model. Every step ends with both in agreement."""

    def __init__(self, store: Store, plane: Plane, before: "Drive | None" = None) -> None:
        self.store, self.plane = store, plane
        self.watchers: list[Watcher] = []
        self.world: World = before.world if before else {}
        self.worlds: dict[int, World] = before.worlds if before else {number: {} for number in range(plane.revision + 1)}
        self._values: int = before._values if before else 0
        self._stale: str = before._stale if before else "1"

    # Writers

    async def write(self, ops: Sequence[Op]) -> None:
        """All at once. Some order of those that were answered must explain every answer."""
        begin, was = self.plane.revision, dict(self.world)
        answers = await asyncio.gather(*(self._send(op) for op in ops))
        done = sorted((answer[0], number) for number, answer in enumerate(answers) if not isinstance(answer[2], ApiError))
        assert [revision for revision, _ in done] == list(range(begin + 1, self.plane.revision + 1))
        states: dict[Name, list[State | None]] = {op.key: [was.get(op.key)] for op in ops}
        for revision, number in done:
            op, (_, basis, value) = ops[number], answers[number]
            old = self.world.get(op.key)
            assert op.verb == "apply" or (old is None) == (op.verb == "create")
            assert basis in {"", str(old.revision) if old else ""}, "a stale version was taken"
            new = None if op.verb == "delete" else State(revision, str(value), op.red)
            self._change(Change(op.key, old, new, revision))
            states[op.key].append(new)
        for op, (_, basis, answer) in zip(ops, answers, strict=True):
            if isinstance(answer, ApiError):
                assert any(_explains(state, basis, answer) for state in states[op.key]), (op, answer)

    def _change(self, change: Change) -> None:
        if change.new is None:
            del self.world[change.key]
        else:
            self.world[change.key] = change.new
        self.worlds[change.revision] = dict(self.world)
        for watcher in self.watchers:
            watcher.tell(change)

    async def _send(self, op: Op) -> tuple[int, str, str | ApiError]:
        """The revision it was answered with, the version it gave, and the value it wrote or the error."""
        state = self.world.get(op.key)
        fresh = str(state.revision) if state else ""
        basis = {"fresh": fresh, "stale": self._stale, "none": ""}[op.basis] if op.verb not in {"create", "apply"} else ""
        self._stale = fresh or self._stale
        self._values += 1
        value = str(self._values)
        try:
            answer = await self._call(op, basis, value)
        except (AlreadyExists, Conflict, NotFound) as error:
            return 0, basis, error
        return int(answer["metadata"]["resourceVersion"]), basis, value

    async def _call(self, op: Op, basis: str, value: str) -> Object:
        namespace, name = op.key
        content: Object = {"data": {"value": value}}
        metadata: Object = {"name": name, "namespace": namespace, "labels": {"red": str(op.red).lower()}}
        if op.verb == "create":
            return await self.plane.create(CONFIG_MAP, content | {"metadata": metadata}, WriteOptions())
        if basis:
            metadata["resourceVersion"] = basis
        if op.verb == "update":
            return await self.plane.update(CONFIG_MAP, name, namespace, content | {"metadata": metadata}, WriteOptions())
        if op.verb == "apply":
            wanted = content | {"metadata": metadata}
            options = WriteOptions(manager=f"manager-{value[-1]}", force=True)
            applied, _ = await self.plane.apply(CONFIG_MAP, name, namespace, wanted, options)
            return applied
        if op.verb == "patch":
            patch = content | {"metadata": metadata}
            return await self.plane.patch(CONFIG_MAP, name, namespace, patch, MERGE, WriteOptions())
        return await self.plane.delete(CONFIG_MAP, name, namespace, DeleteOptions(resource_version=basis))

    # Watchers and readers

    def watch(self, selection: Selection, back: int | None) -> None:
        """From `back` revisions ago (None: with everything there is first)."""
        after = None if back is None else max(1, self.plane.revision - back)
        watcher = Watcher(self, selection, after)
        self.watchers.append(watcher)
        if after is not None and after >= self.store.changes.floor:
            for number in range(after + 1, self.plane.revision + 1):
                old, new = self.worlds[number - 1], self.worlds[number]
                for key in old.keys() | new.keys():
                    if old.get(key) != new.get(key):
                        watcher.tell(Change(key, old.get(key), new.get(key), number))

    def list_back(self, back: int) -> None:
        revision = max(1, self.plane.revision - back)
        found = self.store.list_at("", "configmaps", "", revision)
        if found is None:
            assert revision < self.store.changes.floor
        else:
            assert revision >= self.store.changes.floor
            then = sorted((key, state.revision) for key, state in self.worlds[revision].items())
            assert [(stored.key[2:], stored.revision) for stored in found] == then

    def compare(self) -> None:
        """Everything there is, now."""
        there = {stored.key[2:]: stored.revision for stored in self.store.list("", "configmaps")}
        assert there == {key: state.revision for key, state in self.world.items()}

    # The plane itself

    async def restore(self, snapshot: bytes, world: World) -> None:
        before = self.plane.revision
        revision = await self.plane.restore(snapshot, replace=True)
        for watcher in self.watchers:
            watcher.cut()
        assert revision == self.plane.revision == before + 1
        self.world = {key: State(revision, state.value, state.red) for key, state in world.items()}
        self.worlds[revision] = dict(self.world)

    async def finish(self) -> None:
        """Every watcher reads to its end: a last change that all of them select, or Expired."""
        await self.write([Op("create", SENTINEL, "none", red=True)])
        for watcher in self.watchers:
            await watcher.read(1000)


def _explains(state: State | None, basis: str, error: ApiError) -> bool:
    if isinstance(error, AlreadyExists):
        return state is not None
    if isinstance(error, NotFound):
        return state is None
    return state is not None and basis not in {"", str(state.revision)}


async def reopened(drive: Drive, store: Store) -> Drive:
    """The model goes on with a plane on the store that was opened again; its watchers ended with the old one."""
    plane = Plane(store, SystemClock())
    assert store.revision == drive.plane.revision
    await plane.start()
    return Drive(store, plane, drive)
