"""The embedded plane's store: an awaited write is on disk; reads come from memory; changes are a feed.

Writes are grouped: whatever is queued while one transaction is being synced goes into the next, so 32 writers pay for one
fsync and not for 32. Objects are JSON bytes without metadata.resourceVersion; the revision of their last write stands in.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from boot.errors import ConfigError, ServiceUnavailable
from boot.feed import Feed

CHANGES_KEPT = 10_000
"""A watch may fall this many changes behind before it must list again."""


class Key(NamedTuple):
    """What an object is stored under; `namespace` is "" for cluster-scoped kinds."""

    group: str
    plural: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An object's JSON bytes and the revision that wrote them."""

    key: Key
    data: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class StoreChange:
    """`new` is None for a deletion, `old` for a creation; `revision` is the change's own."""

    key: Key
    old: Stored | None
    new: Stored | None
    revision: int


@dataclass(frozen=True, slots=True)
class _Pending:
    key: Key
    data: bytes | None
    done: asyncio.Future[int]


_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    grp TEXT NOT NULL, plural TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (grp, plural, namespace, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
INSERT OR IGNORE INTO counter VALUES (1, 1);
"""


class Store:
    """Opened with `open_store`; belongs to one event loop. Callers serialise writes to the same key."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        objects: dict[tuple[str, str], dict[tuple[str, str], Stored]],
        revision: int,
        path: Path,
    ) -> None:
        self._connection = connection
        self._objects = objects
        self._revision = revision
        self._path = path
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._writer = threading.Thread(target=self._write_until_closed, name="store-writer", daemon=True)
        self._closed = False
        self.changes: Feed[StoreChange] = Feed(CHANGES_KEPT, start=revision)
        self._writer.start()

    @property
    def revision(self) -> int:
        """Of the newest write that is on disk."""
        return self.changes.last

    def get(self, key: Key) -> Stored | None:
        return self._objects.get((key.group, key.plural), {}).get((key.namespace, key.name))

    def list(self, group: str, plural: str, namespace: str = "") -> list[Stored]:
        """All of a kind, of one namespace or ("") of all, sorted by namespace and name."""
        found = self._objects.get((group, plural), {})
        names = sorted(name for name in found if not namespace or name[0] == namespace)
        return [found[name] for name in names]

    def everything(self) -> Sequence[Stored]:
        """All objects of all kinds, in no order."""
        return [stored for kind in self._objects.values() for stored in kind.values()]

    async def put(self, key: Key, data: bytes) -> int:
        """Write; returns the new revision once it is on disk. ServiceUnavailable when the disk refuses it."""
        return await self._submit(key, data)

    async def remove(self, key: Key) -> int:
        """Delete; returns the deletion's revision once it is on disk."""
        return await self._submit(key, None)

    async def close(self) -> None:
        """Finish what is queued, then release the file."""
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._writer.join)
        self._connection.close()

    async def _submit(self, key: Key, data: bytes | None) -> int:
        if self._closed:
            raise ServiceUnavailable("the plane is shutting down")
        done: asyncio.Future[int] = self._loop.create_future()
        self._queue.put(_Pending(key, data, done))
        # A caller that is cancelled must not cancel the write: it may be on disk already.
        return await asyncio.shield(done)

    def _write_until_closed(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, closing = [first], False
            while not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    closing = True
                    break
                batch.append(following)
            self._write(batch)
            if closing:
                return

    def _write(self, batch: Sequence[_Pending]) -> None:
        revision = self._revision
        try:
            with self._connection:
                for number, pending in enumerate(batch, revision + 1):
                    if pending.data is None:
                        self._connection.execute(
                            "DELETE FROM objects WHERE grp=? AND plural=? AND namespace=? AND name=?", pending.key
                        )
                    else:
                        self._connection.execute(
                            "INSERT OR REPLACE INTO objects VALUES (?,?,?,?,?,?)", (*pending.key, number, pending.data)
                        )
                self._connection.execute("UPDATE counter SET revision=?", (revision + len(batch),))
        except sqlite3.Error as error:
            refusal = f"{self._path}: nothing can be written ({error}): free some space or check the disk; reads go on"
            self._loop.call_soon_threadsafe(self._refuse, batch, refusal)
            return
        self._revision = revision + len(batch)
        self._loop.call_soon_threadsafe(self._apply, batch, revision)

    def _refuse(self, batch: Sequence[_Pending], refusal: str) -> None:
        for pending in batch:
            if not pending.done.done():
                pending.done.set_exception(ServiceUnavailable(refusal))

    def _apply(self, batch: Sequence[_Pending], revision: int) -> None:
        for number, pending in enumerate(batch, revision + 1):
            key = pending.key
            kind = self._objects.setdefault((key.group, key.plural), {})
            old = kind.pop((key.namespace, key.name), None)
            new = None if pending.data is None else Stored(key, pending.data, number)
            if new is not None:
                kind[key.namespace, key.name] = new
            self.changes.publish(StoreChange(key, old, new, number), number)
            if not pending.done.done():
                pending.done.set_result(number)


def open_store(path: Path) -> Store:
    """Open or create; ConfigError names the file and what to do when it is damaged or cannot be opened."""
    try:
        path.touch(mode=0o600, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"{path}: cannot be opened: {error}") from error
    try:
        # FULL syncs the write-ahead log at every commit: an acknowledged write survives power loss.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        connection.executescript(_SCHEMA)
        (revision,) = connection.execute("SELECT revision FROM counter").fetchone()
        objects: dict[tuple[str, str], dict[tuple[str, str], Stored]] = {}
        for grp, plural, namespace, name, number, data in connection.execute("SELECT * FROM objects"):
            stored = Stored(Key(grp, plural, namespace, name), data, number)
            objects.setdefault((grp, plural), {})[namespace, name] = stored
    except sqlite3.Error as error:
        connection.close()
        raise ConfigError(
            f"{path} is damaged or not a plane's database ({error}): move it away to start empty, or put a backup in its place"
        ) from error
    return Store(connection, objects, revision, path)
