"""A watch: the store's changes as events of one kind, filtered, in the version that was asked for."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from boot.errors import Expired
from boot.feed import FeedGone
from boot.plane.codec import decode_at
from boot.plane.options import WatchOptions
from boot.plane.texts import Texts
from boot.resources.base import Object
from boot.resources.kinds import Definition
from boot.store.selectors import Predicate
from boot.store.store import Store, StoreChange, Stored

BOOKMARK_EVERY = 60.0
_AT_ONCE = 500
"""Changes looked at before others have their turn."""
_TEXT_SIZE = 64 * 1024
"""Bytes of lines that are told at a time, and one object more at the most."""
INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """meta/v1 WatchEvent; type ADDED, MODIFIED, DELETED or BOOKMARK."""

    type: str
    object: Object


class _Told(NamedTuple):
    """One event; `revision` is the change's own, `obj` what a selector has decoded of it."""

    type: str
    stored: Stored
    revision: int
    obj: Object | None = None


_Turn = Sequence[_Told] | WatchEvent
"""What there is to tell at one time, or a bookmark."""


class Watching:
    """One watch of one kind. `matches` is asked for the old and the new state: leaving a selector is a DELETED."""

    def __init__(
        self, store: Store, definition: Definition, version: str, namespace: str, matches: Predicate | None = None
    ) -> None:
        self._store = store
        self._definition = definition
        self._version = version
        self._namespace = namespace
        self._matches = matches

    async def events(self, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        """Without end; Expired when what comes next is no longer kept."""
        async for turn in self._turns(options):
            if isinstance(turn, WatchEvent):
                yield turn
                continue
            for told in turn:
                yield WatchEvent(told.type, told.obj or self._decode(told.stored, told.revision))

    async def texts(self, options: WatchOptions) -> AsyncIterator[bytes]:
        """The same as JSON, a line for each event, several of them at a time where there are several."""
        texts = Texts(self._definition, self._version)
        async for turn in self._turns(options):
            if isinstance(turn, WatchEvent):
                yield orjson.dumps({"type": turn.type, "object": turn.object}) + b"\n"
                continue
            lines, size = [], 0
            for told in turn:
                lines.append(b'{"type":"%b","object":%b}\n' % (told.type.encode(), texts.render(told.stored, told.revision)))
                size += len(lines[-1])
                if size > _TEXT_SIZE:
                    yield b"".join(lines)
                    lines, size = [], 0
            if lines:
                yield b"".join(lines)

    async def _turns(self, options: WatchOptions) -> AsyncIterator[_Turn]:
        seen = self._store.revision if options.after is None else options.after
        if options.after is None:
            yield [told for told in map(self._initial, self._store.list(*self._kind, self._namespace)) if told]
            if options.initial_end:
                yield self._bookmark(seen, initial_end=True)
        while True:
            try:
                changes = self._store.changes.after(seen, most=_AT_ONCE)
            except FeedGone as error:
                raise Expired(f"too old resource version: {seen} ({self._store.changes.floor})") from error
            yield [told for _, change in changes if (told := self._told(change)) is not None]
            if changes:
                seen = changes[-1][0]
            elif not await self._news(seen) and options.bookmarks:
                yield self._bookmark(seen)

    async def _news(self, seen: int) -> bool:
        try:
            async with asyncio.timeout(BOOKMARK_EVERY):
                await self._store.changes.wait(seen)
        except TimeoutError:
            return False
        return True

    @property
    def _kind(self) -> tuple[str, str]:
        return self._definition.home

    def _initial(self, stored: Stored) -> _Told | None:
        if self._matches is None:
            return _Told("ADDED", stored, stored.revision)
        obj = self._decode(stored, stored.revision)
        return _Told("ADDED", stored, stored.revision, obj) if self._matches(obj) else None

    def _told(self, change: StoreChange) -> _Told | None:
        key, old, new = change.key, change.old, change.new
        if key[:2] != self._kind or (self._namespace and key.namespace != self._namespace):
            return None
        if self._matches is not None:
            return self._selected(change, self._matches)
        if new is None:
            return _Told("DELETED", old, change.revision) if old is not None else None
        return _Told("ADDED" if old is None else "MODIFIED", new, change.revision)

    def _selected(self, change: StoreChange, matches: Predicate) -> _Told | None:
        old = self._decode(change.old, change.revision) if change.old else None
        before = old is not None and matches(old)
        if change.new is not None:
            new = self._decode(change.new, change.revision)
            if matches(new):
                return _Told("MODIFIED" if before else "ADDED", change.new, change.revision, new)
        # What leaves a selector is shown as it was while it was selected.
        return _Told("DELETED", change.old, change.revision, old) if change.old is not None and before else None

    def _decode(self, stored: Stored, revision: int) -> Object:
        return decode_at(stored, revision, self._definition, self._version)

    def _bookmark(self, revision: int, *, initial_end: bool = False) -> WatchEvent:
        metadata: Object = {"resourceVersion": str(revision), "creationTimestamp": None}
        if initial_end:
            metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
        kind = self._definition.kind_for(self._version)
        return WatchEvent("BOOKMARK", {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata})
