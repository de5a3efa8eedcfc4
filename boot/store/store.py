"""The embedded plane's store: an awaited write is on disk; reads come from memory; changes are a feed.

Objects are JSON bytes without metadata.resourceVersion; the revision of their last write stands in. The newest changes are
kept in memory only: after a restart, as after a restore, every watch from before is told Expired and lists again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boot.errors import ServiceUnavailable
from boot.feed import Feed, FeedGone
from boot.state_dir import write_private
from boot.store.contents import Contents
from boot.store.disk import Disk, DiskTrouble, before_restore
from boot.store.layout import Loaded
from boot.store.opening import open_disk
from boot.store.records import Key, StoreChange, Stored
from boot.store.snapshot import encode_snapshot
from boot.store.writer import Answer, Pending, Replacement, Writer, WriterMetrics

__all__ = ["CHANGES_KEPT", "Key", "Store", "StoreChange", "Stored", "open_store"]

CHANGES_KEPT = 10_000
"""A watch may fall this many changes behind before it must list again."""


class Store:
    """Opened with `open_store`; belongs to one event loop. Callers serialise writes to the same key."""

    def __init__(self, disk: Disk, loaded: Loaded) -> None:
        self._disk = disk
        self._contents = Contents(loaded.objects)
        self._loop = asyncio.get_running_loop()
        self._gathered: list[Pending] = []
        self._newest: Answer | None = None
        self._closed = self._restoring = False
        self.changes: Feed[StoreChange] = Feed(CHANGES_KEPT, start=loaded.revision)
        self._writer = Writer(disk, loaded.revision, self._apply, self._apply_replacement)

    @property
    def revision(self) -> int:
        """Of the newest write that is on disk."""
        return self.changes.last

    @property
    def trouble(self) -> str:
        """Why nothing can be written at the moment (full disk, damage) and what mends it, or ""."""
        return self._writer.trouble

    @property
    def metrics(self) -> WriterMetrics:
        return self._writer.metrics

    def get(self, key: Key) -> Stored | None:
        return self._contents.get(key)

    def list(self, group: str, plural: str, namespace: str = "") -> list[Stored]:
        """All of a kind, of one namespace or ("") of all, sorted by namespace and name."""
        return self._contents.list(group, plural, namespace)

    def list_at(self, group: str, plural: str, namespace: str, revision: int) -> Sequence[Stored] | None:
        """As `list`, but as it was at `revision`; None when that is no longer kept or has not been yet."""
        if revision > self.revision:
            return None
        try:
            changes = self.changes.after(revision)
        except FeedGone:
            return None
        return self._contents.list_before((change for _, change in changes), group, plural, namespace)

    def everything(self) -> Sequence[Stored]:
        """All objects of all kinds, in no order."""
        return self._contents.everything()

    async def put(self, key: Key, data: bytes) -> int:
        """Write; returns the new revision once it is on disk. ServiceUnavailable when the disk refuses it.

        Who is cancelled meanwhile learns of it once the write is done: it may be on disk already.
        """
        return await self._submit(key, data)

    async def remove(self, key: Key) -> int:
        """Delete; returns the deletion's revision once it is on disk."""
        return await self._submit(key, None)

    async def snapshot(self) -> bytes:
        """Everything at this moment's revision, as boot.store.snapshot reads it."""
        return await asyncio.to_thread(encode_snapshot, self.everything(), self.revision)

    async def replace_all(self, objects: Sequence[Stored], above: int) -> int:
        """Put `objects` in the place of everything, in one transaction, at a revision above `above` and all there were.

        Returns that revision. What was there before is kept beside the database (`state.db.before-restore`). Every open
        watch ends with Expired. Writes that come meanwhile are refused, ServiceUnavailable: they were decided on what is
        about to go.
        """
        self._check_open()
        self._restoring = True
        try:
            await self._settle()
            if not self._disk.damage:  # a damaged file is kept itself
                kept = await self.snapshot()
                await asyncio.to_thread(self._keep, kept)
            revision = max(self.revision, above) + 1
            answer = Answer()
            renumbered = [replace(stored, revision=revision) for stored in objects]
            self._writer.submit(Replacement(renumbered, revision, answer))
            return await _outcome(answer)
        finally:
            self._restoring = False

    async def close(self) -> None:
        """Finish what is queued, then release the file."""
        self._closed = True
        self._hand_over()
        await self._writer.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ServiceUnavailable("the plane is shutting down")
        if self._restoring:
            raise ServiceUnavailable("a backup is being restored: try again in a moment")

    async def _submit(self, key: Key, data: bytes | None) -> int:
        self._check_open()
        return await _outcome(self._gather(key, data))

    def _gather(self, key: Key, data: bytes | None) -> Answer:
        answer = self._newest = Answer()
        if not self._gathered:
            # After all that is ready to run now: what one turn of the loop writes is one hand-over and one transaction.
            self._loop.call_soon(self._hand_over)
        self._gathered.append(Pending(key, data, answer))
        return answer

    def _hand_over(self) -> None:
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self._writer.submit(gathered)

    async def _settle(self) -> None:
        """Return once every write that was begun is done: they are done in order."""
        if self._newest is not None and not self._newest.done():
            await asyncio.wait([self._newest])

    def _keep(self, snapshot: bytes) -> None:
        kept = before_restore(self._disk.path)
        try:
            write_private(kept, snapshot)
            kept.with_name(kept.name + "-wal").unlink(missing_ok=True)  # the log of a damaged file that was kept there
        except OSError as error:
            raise ServiceUnavailable(f"{kept}: what is there now cannot be kept: {error.strerror}: free some space") from error

    def _apply(self, batch: Sequence[Pending], before: int) -> None:
        for number, pending in enumerate(batch, before + 1):
            new = None if pending.data is None else Stored(pending.key, pending.data, number)
            old = self._contents.remove(pending.key) if new is None else self._contents.put(new)
            self.changes.publish(StoreChange(pending.key, old, new, number), number)
            pending.answer.set_result(number)

    def _apply_replacement(self, job: Replacement) -> None:
        self._contents = Contents(job.objects)
        self.changes.restart(job.revision)
        job.answer.set_result(job.revision)


async def _outcome(answer: Answer) -> int:
    try:
        return await answer
    except DiskTrouble as error:
        raise ServiceUnavailable(str(error)) from error


def open_store(path: Path) -> Store:
    """Open or create. Where the file can only be read, `trouble` says why; ConfigError when it cannot be read either."""
    return Store(*open_disk(path))
