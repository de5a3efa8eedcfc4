"""What our agent is told to do next, and why: each answer asks the write guard anew, disk by disk. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from boot.errors import ConfigError
from boot.lifecycle.deadlines import deadline_seconds
from boot.lifecycle.disks import choose_method, read_plan
from boot.lifecycle.guard import Act, Order, Permit, Rules, decide_order, grace_left, is_fenced
from boot.resources.annotations import REJECTED, STOPPED
from boot.resources.metal import Server
from boot.resources.wiping import Disk, DiskAction, WipeMethod

POLL_SECONDS = 3
"""Between two questions of an agent; a wipe may be ordered that late."""


class AgentAction(StrEnum):
    WAIT = "wait"
    WIPE = "wipe"
    REBOOT = "reboot"
    POWEROFF = "poweroff"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class DiskOrder:
    """One disk as the agent named it."""

    disk: Disk
    action: DiskAction
    method: WipeMethod
    reason: str


@dataclass(frozen=True, slots=True)
class Orders:
    """`reason` is one sentence for the server's own screen; `disks` and `deadline_seconds` are set for WIPE."""

    action: AgentAction
    reason: str
    disks: tuple[DiskOrder, ...] = ()
    deadline_seconds: int = 0
    poll_seconds: int = POLL_SECONDS


def decide_orders(
    server: Server, disks: Sequence[Disk] | None, now: datetime, rules: Rules, *, allocated: bool = False
) -> Orders:
    """`disks` are those that the agent itself has reported in this boot, None when it has not."""
    if REJECTED in server.metadata.annotations:
        return Orders(AgentAction.STOP, "This server was rejected: it is left alone.")
    if (stopped := server.metadata.annotations.get(STOPPED)) is not None:
        return Orders(AgentAction.STOP, f"Stopped: {stopped}")
    if is_fenced(server, rules):
        return Orders(AgentAction.WAIT, "A pivot has this server in its hands: nothing is done to it meanwhile.")
    if not server.spec.accepted:
        return Orders(AgentAction.WAIT, "Not accepted: nothing is written to its disks.")
    if allocated or server.status.in_use:
        return Orders(AgentAction.REBOOT, "Allocated to a cluster: it restarts into its environment.")
    if server.status.is_clean:
        return Orders(AgentAction.POWEROFF, "Clean: it is switched off until it is needed.")
    left = grace_left(server, now, rules)
    if left is None or left > 0:
        seconds = f" for another {left:.0f} s" if left else ""
        return Orders(AgentAction.WAIT, f"Accepted: its disks will be wiped, which can be taken back{seconds}.", poll_seconds=1)
    if disks is None:
        return Orders(AgentAction.WAIT, "Its disks are not known yet: report them first.")
    return _order_wipe(server, disks, now, rules)


def _order_wipe(server: Server, disks: Iterable[Disk], now: datetime, rules: Rules) -> Orders:
    try:
        method = choose_method(read_plan(server))
    except ConfigError as error:
        return Orders(AgentAction.WAIT, f"Nothing is wiped: {error}.")
    rows = []
    for disk in disks:
        permit = decide_order(Order(Act.WIPE, disk), server, now, rules)
        action = DiskAction.WIPE if permit.allowed else DiskAction.KEEP
        rows.append(DiskOrder(disk, action, method, permit.reason))
    wiped = [row.disk for row in rows if row.action is DiskAction.WIPE]
    reason = f"Wiping {len(wiped)} of {len(rows)} disks." if wiped else "No disk is to be wiped."
    return Orders(AgentAction.WIPE, reason, tuple(rows), deadline_seconds(wiped, method))


def decide_progress(disk: Disk | None, server: Server, now: datetime, rules: Rules, *, allocated: bool = False) -> Permit:
    """Whether the agent may go on with this disk; `disk` None when it is none that was ordered."""
    if disk is None:
        return Permit(allowed=False, reason="this disk was never reported")
    return decide_order(Order(Act.WIPE, disk), server, now, rules, allocated=allocated)


def decide_sidero_wipe(
    server: Server, disks: Sequence[Disk] | None, now: datetime, rules: Rules, *, allocated: bool = False
) -> Permit:
    """Whether Sidero's own agent may be told to wipe: it takes every disk it can write to, so all of them must be allowed.

    None is what an agent that reports no disks says; then there must be no plan that could keep one.
    """
    if disks is None:
        disks = [Disk(device_name="every disk")]
    for disk in disks:
        permit = decide_order(Order(Act.WIPE, disk), server, now, rules, allocated=allocated)
        if not permit.allowed:
            return permit
    if not disks:
        return Permit(allowed=False, reason="it has no disk")
    return Permit(allowed=True, reason="every disk it reports may be wiped")
