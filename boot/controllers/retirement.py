"""Servers that are taken out of service: the next step of boot.lifecycle.retirement's plan, carried out until none is left."""

from boot.client.allocation import find_allocation
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import NotFound
from boot.lifecycle.retirement import Membership, Retirement, StepState, plan_decommission
from boot.resources.annotations import OUT_OF_SERVICE
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.resources.wiping import Decree, find_record


class RetirementReconciler:
    """A server in use is cordoned and waited for: its cluster, or whoever knows that there is none any more, releases it."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._events = EventRecorder(client, clock)

    async def reconcile(self, key: str) -> float | None:
        try:
            obj = await self._client.get(SERVER, key)
        except NotFound:
            return None
        server = Server.model_validate(obj)
        if OUT_OF_SERVICE not in server.metadata.annotations or not server.spec.accepted:
            return None
        decree = find_record(server, OUT_OF_SERVICE, Decree) or Decree()
        steps = plan_decommission(server, Membership(), Retirement(decree.by, decree.reason), self._clock.now())
        step = next((step for step in steps if step.state is StepState.NEXT), None)
        allocated = (await find_allocation(self._client, server)).of(server)
        if step is None or (allocated and step.name != "cordon"):
            return None
        for operation in step.operations:
            if operation.patch is not None:
                await self._client.patch(operation.kind, operation.name, operation.patch, subresource=operation.subresource)
        if step.name == "retire":
            await self._events.record(obj, "OutOfService", "It is wiped, off and no longer accepted: out of service.")
        return None
