"""Level-based control: changes name keys, a reconciler makes each key so, the exception it raises is the retry policy."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import ApiError, Expired, SideroError
from boot.resources.base import Object
from boot.resources.kinds import Kind
from boot.runtime.queue import WorkQueue

_LOG = logging.getLogger(__name__)

FIRST_RETRY, LAST_RETRY = 0.5, 300.0
"""Seconds; doubled with each failure in a row."""
UNREACHABLE_RETRY = 2.0


class Reconciler(Protocol):
    """Makes one key so. Returns seconds after which to look again, or None; SideroError means: try again, later each time."""

    async def reconcile(self, key: str) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind, and which keys an object of it (new, changed or deleted) concerns."""

    kind: Kind
    keys: Callable[[Object], Iterable[str]]


class Controller:
    """Runs until cancelled. `rest` is how long a key is left alone after it was done: a storm of changes is one pass."""

    def __init__(
        self,
        name: str,
        client: Client,
        clock: Clock,
        reconciler: Reconciler,
        watched: Sequence[Watched],
        *,
        workers: int = 4,
        rest: float = 0.0,
        first_keys: Sequence[str] = (),
    ) -> None:
        self._name = name
        self._client = client
        self._clock = clock
        self._reconciler = reconciler
        self._watched = watched
        self._workers = workers
        self._rest = rest
        self._queue = WorkQueue()
        self._failures: dict[str, int] = {}
        for key in first_keys:
            self._queue.add(key)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for watched in self._watched:
                group.create_task(self._watch(watched))
            for _ in range(self._workers):
                group.create_task(self._work(group))

    async def _watch(self, watched: Watched) -> None:
        while True:
            try:
                listing = await self._client.list(watched.kind)
                for obj in listing.items:
                    self._queue_keys(watched, obj)
                async for change in self._client.watch(watched.kind, after=listing.revision):
                    self._queue_keys(watched, change.object)
            except Expired:
                continue
            except ApiError as error:
                _LOG.warning("%s cannot watch %s: %s", self._name, watched.kind.plural, error)
                await self._clock.sleep(UNREACHABLE_RETRY)

    def _queue_keys(self, watched: Watched, obj: Object) -> None:
        for key in watched.keys(obj):
            self._queue.add(key)

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while True:
            key = await self._queue.take()
            later: float | None
            try:
                later = await self._reconciler.reconcile(key)
                self._failures.pop(key, None)
            except SideroError as error:
                later = self._back_off(key)
                _LOG.info("%s %s: %s; again in %.1f s", self._name, key, error, later)
            except Exception:  # noqa: BLE001  # one broken object must not stop the others
                later = self._back_off(key)
                _LOG.exception("%s %s failed; again in %.1f s", self._name, key, later)
            if self._rest:
                await self._clock.sleep(self._rest)
            self._queue.done(key)
            if later is not None:
                group.create_task(self._add_later(key, later))

    def _back_off(self, key: str) -> float:
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        return float(min(FIRST_RETRY * 2 ** min(failures - 1, 20), LAST_RETRY))

    async def _add_later(self, key: str, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._queue.add(key)
