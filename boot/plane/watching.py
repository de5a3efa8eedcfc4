"""A watch: the store's changes as events of one kind, filtered, in the version that was asked for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from boot.errors import Expired
from boot.feed import FeedGone
from boot.plane.codec import decode, decode_deleted
from boot.plane.options import WatchOptions
from boot.resources.base import Object
from boot.resources.kinds import Definition
from boot.store.selectors import Predicate
from boot.store.store import Store, StoreChange

BOOKMARK_EVERY = 60.0
INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """meta/v1 WatchEvent; type ADDED, MODIFIED, DELETED or BOOKMARK."""

    type: str
    object: Object


class Watching:
    """One watch of one kind. `matches` is asked for the old and the new state: leaving a selector is a DELETED."""

    def __init__(self, store: Store, definition: Definition, version: str, namespace: str, matches: Predicate) -> None:
        self._store = store
        self._definition = definition
        self._version = version
        self._namespace = namespace
        self._matches = matches

    async def events(self, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        """Without end; Expired when what comes next is no longer kept."""
        seen = self._store.revision if options.after is None else options.after
        if options.after is None:
            for stored in self._store.list(self._definition.group, self._definition.plural, self._namespace):
                obj = decode(stored, self._definition, self._version)
                if self._matches(obj):
                    yield WatchEvent("ADDED", obj)
            if options.initial_end:
                yield self._bookmark(seen, initial_end=True)
        while True:
            try:
                changes = self._store.changes.after(seen, most=500)
            except FeedGone as error:
                raise Expired(f"too old resource version: {seen} ({self._store.changes.floor})") from error
            for _, change in changes:
                event = self._event(change)
                if event is not None:
                    yield event
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

    def _event(self, change: StoreChange) -> WatchEvent | None:
        key, definition = change.key, self._definition
        if (key.group, key.plural) != (definition.group, definition.plural):
            return None
        if self._namespace and key.namespace != self._namespace:
            return None
        new = decode(change.new, definition, self._version) if change.new else None
        old = decode_deleted(change.old, change.revision, definition, self._version) if change.old else None
        before = old is not None and self._matches(old)
        if new is not None and self._matches(new):
            return WatchEvent("MODIFIED" if before else "ADDED", new)
        # What leaves a selector is shown as it was while it was selected.
        return WatchEvent("DELETED", old) if old is not None and before else None

    def _bookmark(self, revision: int, *, initial_end: bool = False) -> WatchEvent:
        metadata: Object = {"resourceVersion": str(revision), "creationTimestamp": None}
        if initial_end:
            metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
        kind = self._definition.kind_for(self._version)
        return WatchEvent("BOOKMARK", {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata})
