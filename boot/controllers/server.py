"""Server: its acceptance written down, its power switched, its status always whole. Decisions are in boot.lifecycle."""

from dataclasses import replace

from boot.client.allocation import Allocation, find_allocation
from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.config import Lifecycle
from boot.controllers.power_orders import PowerOrders
from boot.controllers.presence import Presence
from boot.errors import NotFound
from boot.lifecycle.acceptances import must_stay_accepted, record_acceptance
from boot.lifecycle.guard import Rules
from boot.lifecycle.power import PowerDecision, PowerFacts, decide_power
from boot.lifecycle.server_status import decide_status
from boot.lifecycle.wiping import Annotations, is_overdue, overrun
from boot.power.protocol import PowerBook, PowerError, PowerState
from boot.resources.annotations import STOPPED
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server

FINALIZER = "storage.finalizers.server.k8s.io"
"""Sidero's: a Server in use cannot be deleted."""
POWER_AGAIN = 60.0
"""Seconds after which the power state of a server with a BMC is read anew."""


class ServerReconciler:
    def __init__(
        self,
        client: Client,
        clock: Clock,
        book: PowerBook,
        presence: Presence,
        settings: Lifecycle,
        rules: Rules,
    ) -> None:
        self._client = client
        self._clock = clock
        self._book = book
        self._presence = presence
        self._settings = settings
        self._rules = rules
        self._events = EventRecorder(client, clock)
        self._orders = PowerOrders(client, clock, self._events, rules)

    async def reconcile(self, key: str) -> float | None:
        """PowerError, after everything else is written: it is tried again, later each time."""
        try:
            server = await self._note(key)
        except NotFound:
            return None
        allocation = await find_allocation(self._client, server)
        if must_stay_accepted(server, allocated=allocation.bound):
            await self._put_back(key)
            return 0.0
        if await self._keep_finalizer(server, allocation):
            return None
        facts = self._facts(server, allocation)
        try:
            power = await self._book.for_server(server)
            facts = replace(facts, state=await power.state(), manual=power.kind == "manual")
            server = await self._orders.serve_request(server, power)
            decision = decide_power(server, facts, self._clock.now(), self._rules, self._settings.reboot_timeout)
            await self._orders.carry_out(server, power, decision, facts)
        except PowerError as error:
            await self._orders.tell(server, str(error))
            await self._write_status(key, facts, allocation)
            raise
        self._orders.forget_trouble(key)
        await self._write_status(key, facts, allocation)
        return _again(decision, facts)

    def _facts(self, server: Server, allocation: Allocation) -> PowerFacts:
        return PowerFacts(
            state=PowerState.UNKNOWN,
            heard=self._presence.seconds_since(server.name),
            settled=self._presence.settled,
            allocated=allocation.bound,
        )

    async def _note(self, key: str) -> Server:
        """Its acceptance and the deadline of its wipe, in its annotations."""
        told: Annotations = {}

        def note(obj: Object) -> Object:
            nonlocal told
            server, now = Server.model_validate(obj), self._clock.now()
            told = record_acceptance(server, now) or (overrun(server, now) if is_overdue(server, now) else {})
            return {"metadata": {"annotations": told}} if told else {}

        obj = await change_object(self._client, SERVER, key, note)
        if stopped := told.get(STOPPED):
            await self._events.record(obj, "Stopped", f"It is not tried again: {stopped}", warning=True)
        return Server.model_validate(obj)

    async def _put_back(self, key: str) -> None:
        obj = await self._client.patch(SERVER, key, {"spec": {"accepted": True}})
        await self._events.record(
            obj, "AcceptanceKept", "Its acceptance was taken back while it is in use: it stays accepted.", warning=True
        )

    async def _keep_finalizer(self, server: Server, allocation: Allocation) -> bool:
        """Whether that ended it: a Server that is deleted and no longer in use is let go."""
        held, deleted = FINALIZER in server.metadata.finalizers, server.metadata.deletion_timestamp is not None
        allocated = allocation.bound
        if allocated == held or (deleted and not held):
            return False
        others = [name for name in server.metadata.finalizers if name != FINALIZER]
        wanted = [*others, FINALIZER] if allocated else others
        await self._client.patch(SERVER, server.name, {"metadata": {"finalizers": wanted}})
        return deleted

    async def _write_status(self, key: str, facts: PowerFacts, allocation: Allocation) -> None:
        def status(obj: Object) -> Object:
            server = Server.model_validate(obj)
            wanted = decide_status(
                server,
                allocated=allocation.bound,
                installed=allocation.installed,
                power=str(facts.state),
                now=self._clock.now(),
            )
            present = obj.get("status", {})
            return {} if all(present.get(field) == value for field, value in wanted.items()) else {"status": wanted}

        try:
            await change_object(self._client, SERVER, key, status, "status")
        except NotFound:
            return


def _again(decision: PowerDecision, facts: PowerFacts) -> float | None:
    if facts.manual:
        return decision.again
    return POWER_AGAIN if decision.again is None else min(decision.again, POWER_AGAIN)
