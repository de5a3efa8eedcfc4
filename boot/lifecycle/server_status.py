"""What Server.status says: Sidero's four fields, and conditions. Pure."""

from datetime import datetime

from boot.lifecycle.conditions import (
    PXE_BOOTED,
    STOPPED_CONDITION,
    build_true,
    drop_condition,
    set_condition,
)
from boot.resources.annotations import STOPPED
from boot.resources.base import Object
from boot.resources.metal import Server, ServerCondition


def decide_status(server: Server, *, allocated: bool, installed: bool, power: str, now: datetime) -> Object:
    """The fields that the controller owns, all present; conditions where there are any, or were.

    Not accepted means not clean and not ready; accepted, free and clean means ready. Only an agent's report makes it clean,
    and an allocation makes it unclean.
    """
    accepted = server.spec.accepted
    clean = accepted and server.status.is_clean and not allocated
    status: Object = {
        "ready": accepted and (clean or allocated),
        "inUse": allocated,
        "isClean": clean,
        "power": power or server.status.power or "unknown",
    }
    conditions = decide_conditions(server, allocated=allocated, installed=installed, now=now)
    if conditions or server.status.conditions:
        status["conditions"] = [condition.wire() for condition in conditions]
    return status


def decide_conditions(server: Server, *, allocated: bool, installed: bool, now: datetime) -> list[ServerCondition]:
    """PXEBooted only while allocated; Stopped while something stops it, with the reason."""
    conditions = list(server.status.conditions or ())
    if not allocated:
        conditions = drop_condition(conditions, PXE_BOOTED)
    elif installed:
        conditions = set_condition(conditions, build_true(PXE_BOOTED, now))
    stopped = server.metadata.annotations.get(STOPPED)
    if stopped is None:
        return drop_condition(conditions, STOPPED_CONDITION)
    told = build_true(STOPPED_CONDITION, now).model_copy(update={"reason": "LoopBreaker", "message": stopped})
    return set_condition(conditions, told)
