"""Wipes under way: ordered, watched, and brought to their end on the Server, each step decided on the state it is written to."""

from collections.abc import Callable, Mapping, Sequence

from boot.client.allocation import find_allocation
from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.lifecycle.conditions import POWER_CYCLE, build_true, set_condition
from boot.lifecycle.guard import Permit, Rules
from boot.lifecycle.heartbeat import renew_heartbeat
from boot.lifecycle.orders import AgentAction, Orders, decide_orders, decide_progress, decide_sidero_wipe
from boot.lifecycle.wiping import (
    SIDERO_BOOT,
    Annotations,
    DiskResult,
    WipedDisk,
    begin_run,
    check_wiped,
    decide_sidero_done,
    fail_step,
    find_run,
    finish_run,
    is_overdue,
    overrun,
)
from boot.resources.annotations import STOPPED
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server, ServerCondition
from boot.resources.wiping import Disk


class Runs:
    """Every method takes the Server it is about by name and returns it as it is afterwards; ApiError."""

    def __init__(self, client: Client, clock: Clock, rules: Rules, events: EventRecorder) -> None:
        self._client = client
        self._clock = clock
        self._rules = rules
        self._events = events

    async def order(self, name: str, boot: str, disks: Sequence[Disk] | None) -> tuple[Server, Orders]:
        """What our agent in this boot is to do now; a wipe that begins is written down before it is ordered."""
        allocation = await find_allocation(self._client, await self._get(name))

        def decide(server: Server) -> Orders:
            return decide_orders(server, disks, self._clock.now(), self._rules, allocated=allocation.bound)

        def begin(server: Server) -> Annotations:
            if is_overdue(server, self._clock.now()):
                return overrun(server, self._clock.now())
            orders = decide(server)
            if orders.action is not AgentAction.WIPE:
                return {}
            return begin_run(server, boot, orders.deadline_seconds, self._clock.now())

        server = await self._annotate(name, begin)
        orders = decide(server)
        if orders.action is AgentAction.WIPE:
            server = await self.beat(name)
        return server, orders

    async def order_sidero(self, name: str, disks: Sequence[Disk] | None, deadline: int) -> tuple[Server, Permit]:
        """Whether Sidero's agent is to wipe everything it finds. It asks once in a boot: a run that is there was lost."""
        allocation = await find_allocation(self._client, await self._get(name))

        def decide(server: Server) -> Permit:
            return decide_sidero_wipe(server, disks, self._clock.now(), self._rules, allocated=allocation.bound)

        def begin(server: Server) -> Annotations:
            return begin_run(server, SIDERO_BOOT, deadline, self._clock.now(), asks_once=True) if decide(server).allowed else {}

        server = await self._annotate(name, begin)
        permit = decide(server)
        if permit.allowed:
            server = await self.beat(name)
        return server, permit

    async def progress(self, name: str, boot: str, disk: Disk | None) -> Permit:
        """Whether our agent may go on writing to this disk."""
        server = await self._get(name)
        allocation = await find_allocation(self._client, server)
        run = find_run(server)
        if run is None or run.boot != boot:
            return Permit(allowed=False, reason="no wipe is ordered in this boot")
        if is_overdue(server, self._clock.now()):
            await self._annotate(name, lambda current: overrun(current, self._clock.now()))
            return Permit(allowed=False, reason="the wipe has taken longer than its disks need")
        permit = decide_progress(disk, server, self._clock.now(), self._rules, allocated=allocation.bound)
        if permit.allowed:
            await self.beat(name)
        return permit

    async def fail(self, name: str, step: str, disk: str, error: str) -> Permit:
        """A step failed; the third time in a row the server is stopped."""
        server = await self._annotate(name, lambda current: fail_step(current, step, disk, error, self._clock.now()))
        stopped = server.metadata.annotations.get(STOPPED)
        return Permit(allowed=False, reason=f"stopped: {stopped}" if stopped else f"{step} failed: it is tried again")

    async def finish(self, name: str, disks: Sequence[Disk] | None, results: Mapping[str, WipedDisk] | None) -> Permit:
        """Mark it clean if every disk that must be wiped is; `results` None is Sidero's agent, which wipes all or nothing."""
        allocation = await find_allocation(self._client, await self._get(name))
        permit = Permit(allowed=False, reason="not decided")

        def mark(obj: Object) -> Object:
            nonlocal permit
            server, now = Server.model_validate(obj), self._clock.now()
            if results is None:
                permit = decide_sidero_done(server, disks, now, self._rules, allocated=allocation.bound)
            else:
                permit = check_wiped(server, disks, results, now, self._rules, allocated=allocation.bound)
            if not permit.allowed:
                return {}
            conditions = set_condition(server.status.conditions or (), build_true(POWER_CYCLE, now))
            return {"status": {"isClean": True, "conditions": _wire(conditions)}}

        obj = await change_object(self._client, SERVER, name, mark, "status")
        if permit.allowed:
            wiped = [row.device_name for row in (results or {}).values() if row.result is DiskResult.WIPED]
            await self._annotate(name, lambda current: finish_run(current, wiped))
            await self._events.record(obj, "Server Wipe", _describe_wipe(wiped))
        return permit

    async def beat(self, name: str) -> Server:
        """The agent was heard: the reboot timeout counts from here."""

        def renew(obj: Object) -> Object:
            conditions = renew_heartbeat(Server.model_validate(obj), self._clock.now())
            return {} if conditions is None else {"status": {"conditions": _wire(conditions)}}

        return Server.model_validate(await change_object(self._client, SERVER, name, renew, "status"))

    async def _get(self, name: str) -> Server:
        return Server.model_validate(await self._client.get(SERVER, name))

    async def _annotate(self, name: str, decide: Callable[[Server], Annotations]) -> Server:
        """Write annotations; a stop among them is told in an Event."""
        told: Annotations = {}

        def patch(obj: Object) -> Object:
            nonlocal told
            told = decide(Server.model_validate(obj))
            return {"metadata": {"annotations": told}} if told else {}

        obj = await change_object(self._client, SERVER, name, patch)
        if stopped := told.get(STOPPED):
            await self._events.record(obj, "Stopped", f"It is not tried again: {stopped}", warning=True)
        return Server.model_validate(obj)


def _wire(conditions: Sequence[ServerCondition]) -> list[Object]:
    return [condition.wire() for condition in conditions]


def _describe_wipe(disks: Sequence[str]) -> str:
    return f"Server wiped via agent: {', '.join(disks)}." if disks else "Server wiped via agent."
