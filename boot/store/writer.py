"""The thread that writes. What is queued while one transaction is being synced goes into the next: 32 writers, one fsync."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from boot.store.disk import Disk, DiskTrouble
from boot.store.records import Key, Stored, Write

_LOG = logging.getLogger(__name__)

IDLE = 0.25
"""Seconds without a write after which the log is carried over to the database."""
PROBE = 1.0
"""Seconds between two looks whether a disk that had trouble takes writes again."""


class Answer(asyncio.Future[int]):
    """The revision of a write once it is on disk.

    It cannot be cancelled: who waits for it learns of his cancellation when the write is done. Until then he holds the
    object's lock, so that nobody reads what this write is about to change.
    """

    def cancel(self, msg: Any | None = None) -> bool:  # noqa: ARG002
        return False


@dataclass(frozen=True, slots=True)
class Pending:
    """A put, or where `data` is None a removal."""

    key: Key
    data: bytes | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Replacement:
    """All objects there shall be; their own revisions are `revision`, which is above all there were."""

    objects: Sequence[Stored]
    revision: int
    answer: Answer


@dataclass(slots=True)
class WriterMetrics:
    """Totals since the start; seconds are those of whole transactions, most of which is the sync. `checkpoints` are those of
    idle moments; a commit that finds the log too long does one by itself."""

    commits: int = 0
    writes: int = 0
    refused: int = 0
    largest_batch: int = 0
    commit_seconds: float = 0.0
    slowest_commit: float = 0.0
    checkpoints: int = 0


Job = list[Pending] | Replacement | None
"""None ends the thread."""
Applied = Callable[[Sequence[Pending], int], None]
"""Called on the loop after a commit, with the revision before the batch's first."""


class Writer:
    """`trouble` is why nothing can be written at the moment, or "". Read it and `metrics` from any thread."""

    def __init__(self, disk: Disk, revision: int, applied: Applied, replaced: Callable[[Replacement], None]) -> None:
        self.trouble = ""
        self.metrics = WriterMetrics()
        self._disk = disk
        self._revision = revision
        self._applied = applied
        self._replaced = replaced
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._probe()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, job: list[Pending] | Replacement) -> None:
        self._jobs.put(job)

    async def close(self) -> None:
        """Finish what is queued, then release the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        job = self._next()
        while job is not None:
            if isinstance(job, Replacement):
                self._replace(job)
                job = self._next()
            else:
                job = self._write_with_followers(job)
        self._disk.close()

    def _next(self) -> Job:
        while True:
            wait = PROBE if self.trouble else IDLE if self._disk.log_begun else None
            try:
                return self._jobs.get(timeout=wait)
            except queue.Empty:
                self._use_pause()

    def _use_pause(self) -> None:
        if self.trouble:
            self._probe()
        elif self._disk.log_begun:
            self._disk.checkpoint()
            self.metrics.checkpoints += 1

    def _write_with_followers(self, batch: list[Pending]) -> Job:
        """Write `batch` and what is queued behind it in one transaction; returns the job after that."""
        while not self._jobs.empty():
            following = self._jobs.get()
            if not isinstance(following, list):
                self._write(batch)
                return following
            batch += following
        self._write(batch)
        return self._next()

    def _write(self, batch: Sequence[Pending]) -> None:
        before = self._revision
        try:
            seconds = self._disk.commit(
                [Write(pending.key, pending.data, number) for number, pending in enumerate(batch, before + 1)]
            )
        except DiskTrouble as error:
            self._tell(str(error))
            self.metrics.refused += len(batch)
            self._loop.call_soon_threadsafe(_refuse, [pending.answer for pending in batch], error)
            return
        self._revision = before + len(batch)
        self._tell("")
        self._count(len(batch), seconds)
        self._loop.call_soon_threadsafe(self._applied, batch, before)

    def _replace(self, job: Replacement) -> None:
        try:
            self._disk.replace(job.objects, job.revision)
        except DiskTrouble as error:
            self._loop.call_soon_threadsafe(_refuse, [job.answer], error)
            return
        self._revision = job.revision
        self._tell("")
        self._loop.call_soon_threadsafe(self._replaced, job)

    def _probe(self) -> None:
        try:
            self._disk.probe()
        except DiskTrouble as error:
            self._tell(str(error))
        else:
            self._tell("")

    def _tell(self, trouble: str) -> None:
        if trouble != self.trouble:
            _LOG.warning("%s", trouble or f"{self._disk.path}: writes go through again")
            self.trouble = trouble

    def _count(self, writes: int, seconds: float) -> None:
        metrics = self.metrics
        metrics.commits += 1
        metrics.writes += writes
        metrics.largest_batch = max(metrics.largest_batch, writes)
        metrics.commit_seconds += seconds
        metrics.slowest_commit = max(metrics.slowest_commit, seconds)


def _refuse(answers: Sequence[Answer], error: DiskTrouble) -> None:
    for answer in answers:
        answer.set_exception(DiskTrouble(str(error)))
