"""Where a server stands on its way from accepted to clean, in sentences: what happens now, why, and who has to do something."""

from collections.abc import Iterator
from datetime import datetime

from boot.clock import parse_time
from boot.lifecycle.decrees import describe_rejection
from boot.lifecycle.disks import known_disks
from boot.lifecycle.guard import Act, Order, Rules, decide_order
from boot.lifecycle.orders import decide_orders
from boot.lifecycle.retirement import Membership, Retirement, StepState, plan_decommission
from boot.lifecycle.wiping import FAILURES_ALLOWED, describe_failure
from boot.resources.annotations import OUT_OF_SERVICE, WIPE_FAILURE, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.tasks import OPEN
from boot.resources.wiping import Decree, WipeFailure, WipeRun, find_record
from sidero_tui.model.snapshot import Snapshot

_STEPS = {StepState.DONE: "●", StepState.NEXT: "◌", StepState.LATER: "·"}


def explain_life(snapshot: Snapshot, name: str, now: datetime) -> Iterator[str]:
    """One sentence each, the most pressing first. The reasons are those that agent API and controllers act on."""
    server = snapshot.servers[name]
    task = snapshot.tasks.get(name)
    if task is not None and task.status.state == OPEN:
        where = f" at {task.spec.where}" if task.spec.where else ""
        yield f"You are asked to {task.spec.action.replace('-', ' ')} it{where}: {task.spec.reason}"
    if rejection := describe_rejection(server):
        yield rejection
    yield from _retirement(server, now)
    rules = Rules(grace=snapshot.stack.grace)
    yield decide_orders(server, known_disks(server), now, rules).reason
    yield from _run(server, now)
    failure = find_record(server, WIPE_FAILURE, WipeFailure)
    if failure is not None:
        yield f"Of {FAILURES_ALLOWED} tries allowed: {describe_failure(failure)}"
    if not snapshot.stack.agent and server.spec.accepted and not server.status.is_clean and not server.status.in_use:
        yield "There is no agent image here, so nothing wipes it: sidero-tui agent build makes one."
    permit = decide_order(Order(Act.POWER_CYCLE), server, now, rules)
    if not permit.allowed:
        yield f"Its power is not switched by itself: {permit.reason}."


def _retirement(server: Server, now: datetime) -> Iterator[str]:
    if OUT_OF_SERVICE not in server.metadata.annotations:
        return
    decree = find_record(server, OUT_OF_SERVICE, Decree) or Decree()
    by = f" by {decree.by}" if decree.by else ""
    yield f"Taken out of service{by}" + (f": {decree.reason}" if decree.reason else ".")
    for step in plan_decommission(server, Membership(), Retirement(decree.by, decree.reason), now):
        if step.state is not StepState.SKIPPED:
            yield f"{_STEPS[step.state]} {step.name}: {step.sentence}"


def _run(server: Server, now: datetime) -> Iterator[str]:
    run = find_record(server, WIPE_RUN, WipeRun)
    if run is not None:
        taken = int((now - parse_time(run.started_at)).total_seconds())
        yield f"Being wiped for {taken} s; it must be done within {run.deadline_seconds} s."
