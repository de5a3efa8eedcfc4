"""Servers that are taken out of service or replaced: the next step of boot.lifecycle.retirement's plan, until none is left."""

from collections.abc import Sequence
from contextlib import suppress

from boot.client.allocation import find_allocation
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.controllers.membership import find_membership
from boot.errors import NotFound
from boot.lifecycle.retirement import (
    Membership,
    Operation,
    Retirement,
    Step,
    StepState,
    plan_decommission,
    plan_replacement,
    refuse_successor,
)
from boot.resources.annotations import OUT_OF_SERVICE, REPLACE_WITH
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.resources.wiping import Decree, find_record

AGAIN = 10.0
"""Seconds until a flow that waits for its cluster or for a successor is looked at anew: neither is watched for it."""
_OF_OTHERS = {"machine", "release"}
"""Steps that take a server away from its cluster."""


class RetirementReconciler:
    """A server in use without a binding is cordoned and waited for: whoever knows that it is free, says so in its status."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._events = EventRecorder(client, clock)
        self._refused: dict[str, str] = {}
        """What was told last about a successor, by server."""

    async def reconcile(self, key: str) -> float | None:
        try:
            obj = await self._client.get(SERVER, key)
        except NotFound:
            self._refused.pop(key, None)
            return None
        server = Server.model_validate(obj)
        if not server.metadata.annotations.keys() & {OUT_OF_SERVICE, REPLACE_WITH} or not server.spec.accepted:
            self._refused.pop(key, None)
            return None
        member = await find_membership(self._client, key)
        steps = await self._plan(obj, server, member)
        step = next((step for step in steps if step.state is StepState.NEXT), None)
        allocated = (await find_allocation(self._client, server)).bound
        if step is None or (allocated and not member.binding and step.name in {"release", "wipe", "off", "retire"}):
            return AGAIN
        await self._carry_out(obj, step, member)
        return AGAIN

    async def _plan(self, obj: Object, server: Server, member: Membership) -> Sequence[Step]:
        """None of the steps while its successor is not one."""
        decree = find_record(server, OUT_OF_SERVICE, Decree) or Decree()
        name = server.metadata.annotations.get(REPLACE_WITH)
        if name is None:
            return plan_decommission(server, member, Retirement(decree.by, decree.reason), self._clock.now())
        successor = await self._find(name)
        refusal = refuse_successor(server, successor) if successor else f"There is no server {name}."
        if refusal or successor is None:
            if self._refused.get(server.name) != refusal:
                self._refused[server.name] = refusal
                await self._events.record(obj, "NotReplaced", f"It is not replaced with {name}: {refusal}", warning=True)
            return ()
        wanted = Retirement(decree.by, decree.reason or f"replaced with {name}")
        return plan_replacement(server, successor, member, wanted, self._clock.now())

    async def _find(self, name: str) -> Server | None:
        try:
            return Server.model_validate(await self._client.get(SERVER, name))
        except NotFound:
            return None

    async def _carry_out(self, obj: Object, step: Step, member: Membership) -> None:
        for operation in step.operations:
            await self._apply(operation)
        if step.name in _OF_OTHERS and step.operations:
            gone = "" if member.answers else " Its cluster does not answer, or is gone."
            await self._events.record(obj, "LeavesCluster", step.sentence + gone, warning=not member.answers)
        if step.name == "retire":
            await self._events.record(obj, "OutOfService", "It is wiped, off and no longer accepted: out of service.")

    async def _apply(self, operation: Operation) -> None:
        if operation.patch is not None:
            await self._client.patch(
                operation.kind, operation.name, operation.patch, operation.namespace, subresource=operation.subresource
            )
            return
        with suppress(NotFound):  # others may delete it, too
            await self._client.delete(operation.kind, operation.name, operation.namespace)
