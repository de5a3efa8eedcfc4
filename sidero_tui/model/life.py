"""Where a server stands on its way from accepted to clean, in sentences: what happens now, why, and who has to do something."""

from collections.abc import Iterator
from datetime import datetime

from boot.clock import parse_time
from boot.errors import ConfigError
from boot.lifecycle.disks import known_disks
from boot.lifecycle.guard import Act, Order, Rules, decide_order
from boot.lifecycle.orders import decide_orders
from boot.lifecycle.wiping import FAILURES_ALLOWED, describe_failure
from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, WIPE_FAILURE, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.tasks import OPEN
from boot.resources.wiping import Decree, WipeFailure, WipeRun, find_record, read_record
from sidero_tui.model.snapshot import Snapshot


def explain_life(snapshot: Snapshot, name: str, now: datetime) -> Iterator[str]:
    """One sentence each, the most pressing first. The reasons are those that agent API and controllers act on."""
    server = snapshot.servers[name]
    task = snapshot.tasks.get(name)
    if task is not None and task.status.state == OPEN:
        where = f" at {task.spec.where}" if task.spec.where else ""
        yield f"You are asked to {task.spec.action.replace('-', ' ')} it{where}: {task.spec.reason}"
    yield from _decree(server, REJECTED, "Rejected")
    yield from _decree(server, OUT_OF_SERVICE, "Out of service")
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


def _decree(server: Server, annotation: str, title: str) -> Iterator[str]:
    try:
        decree = read_record(server, annotation, Decree)
    except ConfigError as error:
        yield f"{title}; {error}"
        return
    if decree is not None:
        by = f" by {decree.by}" if decree.by else ""
        at = f" at {decree.at}" if decree.at else ""
        yield f"{title}{by}{at}" + (f": {decree.reason}" if decree.reason else ".")


def _run(server: Server, now: datetime) -> Iterator[str]:
    run = find_record(server, WIPE_RUN, WipeRun)
    if run is not None:
        taken = int((now - parse_time(run.started_at)).total_seconds())
        yield f"Being wiped for {taken} s; it must be done within {run.deadline_seconds} s."
