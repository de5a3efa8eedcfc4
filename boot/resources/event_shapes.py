"""core/v1 Event <-> events.k8s.io/v1 Event: the same object in two sets of words. Pure."""

from boot.resources.base import Object

_NEWER = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_OLDER = {newer: older for older, newer in _NEWER.items()}


def to_newer(event: Object) -> Object:
    """As events.k8s.io/v1 has it."""
    return {_NEWER.get(field, field): value for field, value in event.items()} | {"apiVersion": "events.k8s.io/v1"}


def to_older(event: Object) -> Object:
    """As core/v1 has it."""
    return {_OLDER.get(field, field): value for field, value in event.items()} | {"apiVersion": "v1"}
