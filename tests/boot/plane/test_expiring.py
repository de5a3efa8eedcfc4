from datetime import UTC, datetime, timedelta

import orjson

from boot.plane.expiring import EVENT_LIFE, expired_events
from boot.resources.base import Object
from boot.store.store import Key, Stored

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def _stored(plural: str, metadata: Object) -> Stored:
    times = {"creationTimestamp": "2026-01-01T00:00:00Z"}
    return Stored(Key("", plural, "default", "e"), orjson.dumps({"metadata": times | metadata}), 1)


def test_an_event_goes_when_nobody_has_written_it_for_an_hour() -> None:
    event = _stored("events", {})
    assert not list(expired_events([event], MADE + EVENT_LIFE))
    assert list(expired_events([event], MADE + EVENT_LIFE + timedelta(seconds=1))) == [event.key]
    counted = _stored("events", {"managedFields": [{"time": "2026-01-01T00:30:00Z"}, {}]})
    assert not list(expired_events([counted], MADE + EVENT_LIFE + timedelta(minutes=29)))
    assert list(expired_events([counted], MADE + EVENT_LIFE + timedelta(minutes=31)))


def test_nothing_but_events_expires_and_none_without_a_time() -> None:
    later = MADE + 9 * EVENT_LIFE
    assert not list(expired_events([_stored("configmaps", {}), _stored("events", {"creationTimestamp": "x"})], later))
