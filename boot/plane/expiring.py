"""When an Event has been there for long enough (kube-apiserver's --event-ttl). Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import orjson

from boot.resources.base import Object
from boot.resources.kinds import EVENT
from boot.store.store import Key, Stored

EVENT_LIFE = timedelta(hours=1)
"""Upstream's default, counted from the last write."""


def expired_events(stored: Iterable[Stored], now: datetime) -> Iterator[Key]:
    """Those of `stored`, which may be of any kind, whose time is over."""
    for entry in stored:
        if (entry.key.group, entry.key.plural) == (EVENT.group, EVENT.plural):
            written = _last_written(orjson.loads(entry.data))
            if written is not None and now - written > EVENT_LIFE:
                yield entry.key


def _last_written(event: Object) -> datetime | None:
    """By what the server itself noted: clients' clocks may be anywhere. None when it cannot be read."""
    metadata = event["metadata"]
    times = [metadata.get("creationTimestamp"), *(entry.get("time") for entry in metadata.get("managedFields") or ())]
    try:
        return max(datetime.fromisoformat(time) for time in times if time)
    except ValueError:
        return None
