"""The write guard: the one place that says whether a server's disks may be written or its power switched. Pure.

Agent API, controllers, install configuration and pivot all ask decide_order, each time, with the server as it is at that
moment. What is not clearly allowed is refused, with a sentence for people.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from boot.clock import parse_time
from boot.errors import ConfigError
from boot.lifecycle.conditions import PXE_BOOTED, find_condition
from boot.lifecycle.disks import decide_fate, read_plan
from boot.resources.annotations import ACCEPTED_AT, FENCED_BY, REJECTED, STOPPED
from boot.resources.metal import Server
from boot.resources.wiping import Disk, DiskAction

GRACE_SECONDS = 10.0


class Act(StrEnum):
    WIPE = "wipe"
    INSTALL = "install"
    POWER_ON = "power on"
    POWER_OFF = "power off"
    POWER_CYCLE = "power cycle"
    PXE_ONCE = "boot from the network once"
    IDENTIFY = "identify"


@dataclass(frozen=True, slots=True)
class Order:
    """`disk` for a wipe or an install; `by` is the person who asks, "" for this program on its own account.

    `confirmed`: that person was told what it does to a server in use or not accepted. It counts for power alone.
    """

    act: Act
    disk: Disk | None = None
    by: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard knows beside the server: the grace period, and servers fenced by a pivot that say so nowhere else."""

    grace: float = GRACE_SECONDS
    fenced: AbstractSet[str] = frozenset()


DEFAULT_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Permit:
    """`reason` is one clause in plain words, set either way."""

    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class _Case:
    order: Order
    server: Server
    now: datetime
    rules: Rules
    in_use: bool


_Check = Callable[[_Case], str]
"""Why not, or ""."""


def decide_order(order: Order, server: Server, now: datetime, rules: Rules, *, allocated: bool = False) -> Permit:
    """`allocated` is what a binding says where the server's own status may lag behind it."""
    case = _Case(order, server, now, rules, allocated or server.status.in_use)
    for check in _CHECKS[order.act]:
        if reason := check(case):
            return Permit(allowed=False, reason=reason)
    return Permit(allowed=True, reason=f"{order.act} is allowed: {_STANDING[order.act]}")


def grace_left(server: Server, now: datetime, rules: Rules) -> float | None:
    """Seconds until a wipe may be ordered, 0.0 when they are over; None while the acceptance is not recorded."""
    try:
        accepted = parse_time(server.metadata.annotations[ACCEPTED_AT])
    except (KeyError, ValueError):
        return None
    return max(0.0, (accepted + timedelta(seconds=rules.grace) - now).total_seconds())


def is_fenced(server: Server, rules: Rules) -> bool:
    return server.name in rules.fenced or FENCED_BY in server.metadata.annotations


def _leaving(case: _Case) -> str:
    return "it is being deleted" if case.server.metadata.deletion_timestamp else ""


def _rejected(case: _Case) -> str:
    return "it is rejected: it is left alone" if REJECTED in case.server.metadata.annotations else ""


def _fenced(case: _Case) -> str:
    if not is_fenced(case.server, case.rules):
        return ""
    return f"the pivot {case.server.metadata.annotations.get(FENCED_BY, '')} has it in its hands".replace("  ", " ")


def _unaccepted(case: _Case) -> str:
    return "" if case.server.spec.accepted else "it is not accepted"


def _used(case: _Case) -> str:
    return "it is in use" if case.in_use else ""


def _free(case: _Case) -> str:
    return "" if case.in_use else "it is not allocated to a cluster"


def _installed(case: _Case) -> str:
    # Sidero asks only whether the condition is there, whatever its status.
    installed = find_condition(case.server, PXE_BOOTED) is not None
    return "it is installed: only its own system writes to its disks" if installed else ""


def _in_grace(case: _Case) -> str:
    left = grace_left(case.server, case.now, case.rules)
    if left is None:
        return "its acceptance is not recorded yet"
    return f"its acceptance can be taken back for another {ceil(left)} s" if left else ""


def _stopped(case: _Case) -> str:
    reason = case.server.metadata.annotations.get(STOPPED)
    return f"it is stopped: {reason}" if reason is not None else ""


def _clean(case: _Case) -> str:
    return "it is clean" if case.server.status.is_clean else ""


def _kept(case: _Case) -> str:
    if case.order.disk is None:
        return "no disk is named"
    try:
        fate = decide_fate(case.order.disk, read_plan(case.server))
    except ConfigError as error:
        return str(error)
    return "" if fate.action is DiskAction.WIPE else f"{case.order.disk.device_name} is kept: {fate.reason}"


def _person_must_confirm(case: _Case) -> str:
    """A person may switch a server that the program would not touch, knowing what it is."""
    order = case.order
    reason = _unaccepted(case) or (_used(case) if order.act is not Act.POWER_ON else "")
    if not reason:
        return ""
    if order.by and order.confirmed:
        return ""
    return f"{reason}: that must be confirmed" if order.by else reason


def _not_yet(case: _Case) -> str:
    # A person who switches a server in its grace period does what they want; the program waits.
    return "" if case.order.by or case.in_use else _in_grace(case)


def _not_again(case: _Case) -> str:
    return "" if case.order.by else _stopped(case)


_POWER: tuple[_Check, ...] = (_rejected, _fenced, _person_must_confirm, _not_yet, _not_again)
_CHECKS: dict[Act, tuple[_Check, ...]] = {
    Act.WIPE: (_leaving, _rejected, _fenced, _unaccepted, _used, _in_grace, _stopped, _clean, _kept),
    Act.INSTALL: (_leaving, _rejected, _fenced, _unaccepted, _free, _in_grace, _stopped, _installed, _kept),
    Act.POWER_ON: _POWER,
    Act.POWER_OFF: _POWER,
    Act.POWER_CYCLE: _POWER,
    Act.PXE_ONCE: _POWER,
    Act.IDENTIFY: (_rejected,),
}
_STANDING = {
    Act.WIPE: "accepted, free, not clean, and no plan keeps the disk",
    Act.INSTALL: "accepted, allocated, not installed, and no plan keeps the disk",
    Act.POWER_ON: "nothing speaks against it",
    Act.POWER_OFF: "nothing speaks against it",
    Act.POWER_CYCLE: "nothing speaks against it",
    Act.PXE_ONCE: "nothing speaks against it",
    Act.IDENTIFY: "a light does no harm",
}
