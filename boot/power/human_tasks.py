"""What a person is asked to do at a server without a BMC, and what on the wire shows that it was done. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from boot.clock import parse_time, rfc3339, rfc3339_micro
from boot.resources.base import Object
from boot.resources.boots import Boot
from boot.resources.metal import Server
from boot.resources.tasks import BY_PERSON, BY_WIRE, DONE, OPEN, POWER_OFF, RACK_POSITION, WITHDRAWN, Task, TaskSpec, TaskStatus

QUIET = timedelta(seconds=180)
"""A server that spoke after it was to be switched off, and then no more for that long, is off."""
NETWORK_BOOT = ("discover", "offer", "request", "bootserver", "tftp", "ipxe")
"""Rungs that a server only comes to by starting."""
SETTLING = timedelta(seconds=60)
"""An operating system that spoke later than this after its hand-over is one that speaks regularly: an agent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`done` says why the task is done, "" while nothing shows it; look `again` after that, None when the wire will tell."""

    done: str = ""
    again: timedelta | None = None


def find_place(server: Server) -> str:
    """Where it stands, as its annotation or label says; "" when nobody wrote it down."""
    return server.metadata.annotations.get(RACK_POSITION) or server.metadata.labels.get(RACK_POSITION, "")


def build_spec(server: Server, action: str, reason: str) -> TaskSpec:
    return TaskSpec(server=server.name, action=action, where=find_place(server), reason=reason)


def build_task(spec: TaskSpec, now: datetime) -> Object:
    """A new Task, open."""
    return {
        "metadata": {"name": spec.server},
        "spec": spec.wire(),
        "status": TaskStatus(state=OPEN, opened_at=rfc3339_micro(now)).wire(),
    }


def reopen(obj: Object, spec: TaskSpec, now: datetime) -> Object | None:
    """The stored Task asking for this; None when it asks for that already.

    A new action starts anew: what the wire showed until now was not for it.
    """
    task = Task.model_validate(obj)
    same = task.status.state == OPEN and task.spec.action == spec.action
    if same and task.spec == spec:
        return None
    status = obj["status"] if same else TaskStatus(state=OPEN, opened_at=rfc3339_micro(now)).wire()
    return obj | {"spec": spec.wire(), "status": status}


def find_evidence(task: Task, boots: Sequence[Boot], now: datetime) -> Evidence:
    """What the wire shows of an open task; `boots` are those of its server's MACs."""
    if task.status.opened_at is None:
        return Evidence()
    opened = parse_time(task.status.opened_at)
    if task.spec.action != POWER_OFF:
        return Evidence(next((started for boot in boots if (started := _started(boot, opened))), ""))
    spoken = [parse_time(boot.status.last_seen) for boot in boots if boot.status.last_seen and _speaks_regularly(boot)]
    if not spoken or max(spoken) <= opened:
        return Evidence()
    silent = now - max(spoken)
    if silent < QUIET:
        return Evidence(again=QUIET - silent)
    return Evidence(f"nothing heard since {rfc3339(max(spoken))}")


def settle(task: Task, now: datetime) -> TaskStatus:
    """The status a person's patch was meant to give: who and when, where they only wrote the state."""
    status = task.status
    filled = {"done_by": status.done_by or (BY_PERSON if status.state == DONE else ""), "at": status.at or rfc3339_micro(now)}
    return status.model_copy(update={key: value for key, value in filled.items() if value})


def tick_off(task: Task, evidence: str, now: datetime) -> TaskStatus:
    update = {"state": DONE, "done_by": BY_WIRE, "at": rfc3339_micro(now), "evidence": evidence}
    return task.status.model_copy(update=update)


def withdraw(task: Task, why: str, now: datetime) -> TaskStatus:
    return task.status.model_copy(update={"state": WITHDRAWN, "at": rfc3339_micro(now), "evidence": why})


def find_obsolete(server: Server | None) -> str:
    """Why nobody need do it any more, "" while somebody must."""
    if server is None or server.metadata.deletion_timestamp:
        return "the server is gone"
    if server.spec.bmc is not None and has_credentials(server):
        return "the server has a BMC now"
    return "the server has a management API now" if server.spec.management_api is not None and server.spec.bmc is None else ""


def has_credentials(server: Server) -> bool:
    """Whether the spec names a user or password, here or in a Secret: without, Sidero drives no BMC either."""
    bmc = server.spec.bmc
    return bmc is not None and bool(bmc.user or bmc.password or bmc.user_from or bmc.pass_from)


def _started(boot: Boot, opened: datetime) -> str:
    for step in boot.status.steps:
        if step.name in NETWORK_BOOT and step.at and parse_time(step.at) > opened:
            return f"{boot.spec.mac} came to {step.name} at {rfc3339(parse_time(step.at))}"
    return ""


def _speaks_regularly(boot: Boot) -> bool:
    """Not one that was sent to its disk or has handed over: an operating system is silent and very much on."""
    steps = {step.name: step for step in boot.status.steps}
    if "script" in steps and steps["script"].detail == "exit":
        return False
    over = steps.get("handed-over")
    if over is None or over.at is None or boot.status.last_seen is None:
        return True
    return parse_time(boot.status.last_seen) > parse_time(over.at) + SETTLING
