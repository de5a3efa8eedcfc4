"""A wipe from its order to clean: when it began, what failed how often, and what must be reported before it counts. Pure.

Every function returns annotations to set (None removes one), for a merge patch of the Server.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from boot.clock import parse_time, rfc3339
from boot.lifecycle.disks import known_disks
from boot.lifecycle.guard import Permit, Rules
from boot.lifecycle.orders import AgentAction, decide_orders, decide_sidero_wipe
from boot.resources.annotations import DISK_CONTENTS, STOPPED, WIPE_FAILURE, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.wiping import (
    Disk,
    DiskAction,
    DiskContents,
    WipeFailure,
    WipeRun,
    encode_record,
    find_record,
)

FAILURES_ALLOWED = 3
"""The third failure of the same step stops the server."""
SIDERO_BOOT = "sidero"
"""Stands for the boot of an agent that names none."""
LOST = "agent"
"""The step that failed when an agent was never heard again, or came back in another boot."""
DEADLINE = "deadline"

Annotations = dict[str, str | None]


class DiskResult(StrEnum):
    WIPED = "wiped"
    KEPT = "kept"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class WipedDisk:
    """What the agent says it did with a disk; `verified`: it read back what it wrote."""

    device_name: str
    result: DiskResult
    verified: bool = False


def find_run(server: Server) -> WipeRun | None:
    return find_record(server, WIPE_RUN, WipeRun)


def begin_run(server: Server, boot: str, deadline: int, now: datetime, *, asks_once: bool = False) -> Annotations:
    """A wipe was ordered to this boot; {} when that is known already.

    A run of another boot that never came to its end failed: the agent died, or the server was restarted. An agent that
    `asks_once` in a boot and names none is in another boot whenever it asks.
    """
    run = find_run(server)
    if run is not None and run.boot == boot and not asks_once:
        return {}
    lost = {} if run is None else fail_step(server, LOST, "", "its agent was restarted before the wipe was done", now)
    begun = WipeRun(boot=boot, started_at=rfc3339(now), deadline_seconds=deadline)
    return lost | {WIPE_RUN: None if lost.get(STOPPED) else encode_record(begun)}


def fail_step(server: Server, step: str, disk: str, error: str, now: datetime) -> Annotations:
    """Count the failure; the third one of the same step stops the server with the reason."""
    before = find_record(server, WIPE_FAILURE, WipeFailure)
    again = before is not None and (before.step, before.disk) == (step, disk)
    # Whoever took the stop away wants it tried anew: then the count begins anew.
    resumed = before is not None and before.count >= FAILURES_ALLOWED
    count = before.count + 1 if before is not None and again and not resumed else 1
    failure = WipeFailure(step=step, disk=disk, count=count, error=error, at=rfc3339(now))
    told: Annotations = {WIPE_FAILURE: encode_record(failure)}
    if count >= FAILURES_ALLOWED:
        told |= {STOPPED: describe_failure(failure), WIPE_RUN: None}
    return told


def describe_failure(failure: WipeFailure) -> str:
    where = f" on {failure.disk}" if failure.disk else ""
    times = f"failed {failure.count} times" if failure.count > 1 else "failed"
    return f"the step {failure.step}{where} {times}: {failure.error}"


def is_overdue(server: Server, now: datetime) -> bool:
    """Whether the wipe under way has had more time than its disks need."""
    run = find_run(server)
    return run is not None and now > parse_time(run.started_at) + timedelta(seconds=run.deadline_seconds)


def overrun(server: Server, now: datetime) -> Annotations:
    """The deadline has passed: the run is over, and counts as a failure."""
    run = find_run(server)
    limit = run.deadline_seconds if run else 0
    return {WIPE_RUN: None} | fail_step(server, DEADLINE, "", f"not done within {limit} s", now)


def lose_run(server: Server, now: datetime) -> Annotations:
    """The agent was not heard for too long."""
    return {WIPE_RUN: None} | fail_step(server, LOST, "", "its agent was not heard any more during the wipe", now)


def decide_sidero_done(
    server: Server, disks: Sequence[Disk] | None, now: datetime, rules: Rules, *, allocated: bool = False
) -> Permit:
    """Whether Sidero's agent, which says no more than that it is done, makes it clean: if it was told to, and still would be."""
    run = find_run(server)
    if run is None or run.boot != SIDERO_BOOT:
        return Permit(allowed=False, reason="no wipe was ordered to it")
    return decide_sidero_wipe(server, disks, now, rules, allocated=allocated)


def check_wiped(
    server: Server,
    disks: Sequence[Disk] | None,
    results: Mapping[str, WipedDisk],
    now: datetime,
    rules: Rules,
    *,
    allocated: bool = False,
) -> Permit:
    """Whether it is clean now: every disk that must be wiped is reported wiped and read back.

    `disks` are those of this boot, `results` by device name. What is asked is the plan of now, not that of the order.
    """
    orders = decide_orders(server, disks, now, rules, allocated=allocated)
    if orders.action is not AgentAction.WIPE:
        return Permit(allowed=False, reason=orders.reason)
    for row in orders.disks:
        result = results.get(row.disk.device_name)
        if row.action is DiskAction.KEEP:
            continue
        if result is None:
            return Permit(allowed=False, reason=f"nothing is said about {row.disk.device_name}, which must be wiped")
        if result.result is not DiskResult.WIPED:
            return Permit(allowed=False, reason=f"{row.disk.device_name} must be wiped and was {result.result}")
        if not result.verified:
            return Permit(allowed=False, reason=f"the wipe of {row.disk.device_name} was not verified")
    return Permit(allowed=True, reason="every disk that must be wiped is wiped and verified")


def finish_run(server: Server, wiped: Iterable[str]) -> Annotations:
    """It is clean: nothing of the run is left, and nothing is known any more to be on the disks that were wiped."""
    told: Annotations = {WIPE_RUN: None, WIPE_FAILURE: None}
    contents = find_record(server, DISK_CONTENTS, DiskContents)
    if contents is not None:
        gone = frozenset(wiped)
        disks = [
            disk.model_copy(update={"contents": []}) if disk.device_name in gone else disk for disk in known_disks(server) or ()
        ]
        told[DISK_CONTENTS] = encode_record(contents.model_copy(update={"disks": disks}))
    return told
