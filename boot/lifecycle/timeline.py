"""The timeline of a boot: what happened, newest last, bounded. Pure."""

from datetime import datetime

from boot.clock import rfc3339_micro
from boot.resources.boots import BootStatus, TimelineEntry

TIMELINE_KEPT = 64


def tell(status: BootStatus, now: datetime, message: str) -> BootStatus:
    entry = TimelineEntry(at=rfc3339_micro(now), message=message)
    return status.model_copy(update={"timeline": [*status.timeline, entry][-TIMELINE_KEPT:]})


def tell_once(status: BootStatus, now: datetime, message: str) -> BootStatus:
    """Nothing where the timeline says it already: several disks report in turn, each every second."""
    return status if any(entry.message == message for entry in status.timeline) else tell(status, now, message)
