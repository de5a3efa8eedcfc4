"""What the controller writes down about an acceptance: when it was first seen, and what goes with it. Pure."""

from datetime import datetime

from boot.clock import rfc3339_micro
from boot.lifecycle.wiping import Annotations
from boot.resources.annotations import ACCEPTED_AT, WIPE_FAILURE, WIPE_RUN
from boot.resources.metal import Server


def record_acceptance(server: Server, now: datetime) -> Annotations:
    """Annotations to set (None removes); {} when they say it already."""
    noted = server.metadata.annotations
    if server.spec.accepted:
        return {} if ACCEPTED_AT in noted else {ACCEPTED_AT: rfc3339_micro(now)}
    # Accepted anew, it gets its grace period and its tries anew.
    return {key: None for key in (ACCEPTED_AT, WIPE_RUN, WIPE_FAILURE) if key in noted}


def must_stay_accepted(server: Server, *, allocated: bool) -> bool:
    """A server in use whose acceptance was taken away, which would let nobody care for it."""
    return allocated and not server.spec.accepted
