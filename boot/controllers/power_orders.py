"""Power orders carried out: what the lifecycle decided, and what a person asked for; each is told in an Event."""

from collections.abc import Awaitable, Callable

from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import ConfigError
from boot.lifecycle.conditions import IN_PROGRESS, POWER_CYCLE, build_false, renew_condition
from boot.lifecycle.guard import Act, Order, Rules, decide_order
from boot.lifecycle.power import PowerDecision, PowerFacts, PowerStep
from boot.lifecycle.wiping import Annotations, fail_step, find_run, lose_run
from boot.power.protocol import Power, PowerError, PxeMode
from boot.resources.annotations import POWER_REQUEST, STOPPED
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.resources.wiping import PowerAction, PowerRequest, read_record

BOOT_STEP = "boot"
"""The step that fails when a server was power-cycled and its agent never came."""
_ACTS = {
    PowerAction.ON: Act.POWER_ON,
    PowerAction.OFF: Act.POWER_OFF,
    PowerAction.CYCLE: Act.POWER_CYCLE,
    PowerAction.PXE_ONCE: Act.PXE_ONCE,
    PowerAction.IDENTIFY_ON: Act.IDENTIFY,
    PowerAction.IDENTIFY_OFF: Act.IDENTIFY,
}


class PowerOrders:
    def __init__(self, client: Client, clock: Clock, events: EventRecorder, rules: Rules) -> None:
        self._client = client
        self._clock = clock
        self._events = events
        self._rules = rules
        self._troubles: dict[str, str] = {}

    async def carry_out(self, server: Server, power: Power, decision: PowerDecision, facts: PowerFacts) -> None:
        """PowerError, ApiError. Nothing is switched for a server that its failures have stopped just now."""
        if decision.step is PowerStep.NONE:
            return
        if decision.expired and not facts.manual and await self._count_failure(server):
            return
        if decision.pxe:
            await power.pxe_once(_pxe_mode(server))
        if decision.step in {PowerStep.CYCLE, PowerStep.ON} and decision.pxe and not facts.allocated:
            # Written before it is switched: a console killed in between waits instead of switching twice.
            await self._mark_cycle(server)
        await {PowerStep.ON: power.on, PowerStep.OFF: power.off, PowerStep.CYCLE: power.cycle}[decision.step]()
        await self._events.record(server.wire(), "Power", f"{str(decision.step).capitalize()}: {decision.reason}.")

    async def serve_request(self, server: Server, power: Power) -> Server:
        """Do what a person asked for, once: the request is taken away first, so that a crash repeats nothing."""
        if POWER_REQUEST not in server.metadata.annotations:
            return server
        try:
            request = read_record(server, POWER_REQUEST, PowerRequest)
        except ConfigError as error:
            request, refusal = None, str(error)
        else:
            refusal = self._refusal(server, request) if request else ""
        server = await self._annotate(server.name, lambda _: {POWER_REQUEST: None})
        if refusal or request is None:
            by = request.by if request else ""
            await self._events.record(server.wire(), "PowerRefused", f"Not done: {refusal}.", user=by, warning=True)
            return server
        await self._perform(request.action, power, server)
        await self._events.record(server.wire(), "Power", f"{request.action}, as asked for.", user=request.by)
        return server

    def _refusal(self, server: Server, request: PowerRequest) -> str:
        order = Order(_ACTS[request.action], by=request.by or "somebody", confirmed=request.confirmed)
        permit = decide_order(order, server, self._clock.now(), self._rules)
        return "" if permit.allowed else permit.reason

    async def _perform(self, action: PowerAction, power: Power, server: Server) -> None:
        steps: dict[PowerAction, Callable[[], Awaitable[None]]] = {
            PowerAction.ON: power.on,
            PowerAction.OFF: power.off,
            PowerAction.CYCLE: power.cycle,
            PowerAction.PXE_ONCE: lambda: power.pxe_once(_pxe_mode(server)),
            PowerAction.IDENTIFY_ON: lambda: power.identify(on=True),
            PowerAction.IDENTIFY_OFF: lambda: power.identify(on=False),
        }
        try:
            await steps[action]()
        except PowerError as error:
            raise PowerError(f"{action}: {error}") from error

    async def tell(self, server: Server, trouble: str) -> None:
        """An Event for a power command that failed; one for as long as it says the same."""
        if self._troubles.get(server.name) == trouble:
            return
        self._troubles[server.name] = trouble
        await self._events.record(server.wire(), "PowerFailed", trouble, warning=True)

    def forget_trouble(self, name: str) -> None:
        self._troubles.pop(name, None)

    async def _count_failure(self, server: Server) -> bool:
        """Whether that was once too often."""

        def fail(current: Server) -> Annotations:
            now = self._clock.now()
            if find_run(current) is not None:
                return lose_run(current, now)
            return fail_step(current, BOOT_STEP, "", "it was started from the network and its agent did not come", now)

        written = await self._annotate(server.name, fail)
        stopped = written.metadata.annotations.get(STOPPED)
        if stopped is not None:
            await self._events.record(written.wire(), "Stopped", f"It is not tried again: {stopped}", warning=True)
        return stopped is not None

    async def _mark_cycle(self, server: Server) -> None:
        def mark(obj: Object) -> Object:
            current = Server.model_validate(obj)
            told = build_false(POWER_CYCLE, self._clock.now(), IN_PROGRESS, "Server is being started from the network.")
            conditions = renew_condition(current.status.conditions or (), told)
            return {"status": {"conditions": [condition.wire() for condition in conditions]}}

        await change_object(self._client, SERVER, server.name, mark, "status")

    async def _annotate(self, name: str, decide: Callable[[Server], Annotations]) -> Server:
        def patch(obj: Object) -> Object:
            return {"metadata": {"annotations": decide(Server.model_validate(obj))}}

        return Server.model_validate(await change_object(self._client, SERVER, name, patch))


def _pxe_mode(server: Server) -> PxeMode:
    return PxeMode(server.spec.pxe_mode) if server.spec.pxe_mode else PxeMode.UEFI
