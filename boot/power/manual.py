"""Power without a BMC: a person is the driver, a Task is the order."""

from contextlib import suppress

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists, ApiError, Conflict, NotFound
from boot.power.human_tasks import build_spec, build_task, find_place, reopen
from boot.power.protocol import PowerError, PowerState, PxeMode
from boot.resources.kinds import TASK
from boot.resources.metal import Server
from boot.resources.tasks import POWER_CYCLE, POWER_OFF, POWER_ON, TaskSpec

FROM_NETWORK = "let it boot from the network"
_RACES = 5
"""Tries against others that write the same task."""


class ManualPower:
    """Implements boot.power.protocol.Power. Acknowledged is: the task is in the queue; whether it was done, the task tells."""

    kind = "manual"

    def __init__(self, client: Client, clock: Clock, server: Server, network_next: set[str]) -> None:
        """`network_next` are the names of servers whose next start is to be from the network; shared by all of the book."""
        self._client = client
        self._clock = clock
        self._server = server
        self._network_next = network_next

    async def state(self) -> PowerState:
        return PowerState.UNKNOWN

    async def on(self) -> None:
        await self._ask_for(POWER_ON)

    async def off(self) -> None:
        await self._ask_for(POWER_OFF)

    async def cycle(self) -> None:
        await self._ask_for(POWER_CYCLE)

    async def pxe_once(self, mode: PxeMode) -> None:  # noqa: ARG002  # a person sees which firmware it is
        """The next task says so."""
        self._network_next.add(self._server.name)

    async def identify(self, on: bool) -> None:
        place = find_place(self._server)
        where = f"it stands at {place}" if place else "write its place into the annotation boot.sidero-tui.dev/rack-position"
        raise PowerError(f"identify {'on' if on else 'off'}: server {self._server.name} has no BMC that could light it; {where}")

    async def _ask_for(self, action: str) -> None:
        name = self._server.name
        from_network = action != POWER_OFF and name in self._network_next
        spec = build_spec(self._server, action, FROM_NETWORK if from_network else "")
        try:
            for _ in range(_RACES):
                if await self._write(spec):
                    if from_network:
                        self._network_next.discard(name)
                    return
        except ApiError as error:
            raise PowerError(f"{action}: the task for server {name} cannot be written: {error}") from error
        raise PowerError(f"{action}: the task for server {name} is being written by somebody else; it is tried again")

    async def _write(self, spec: TaskSpec) -> bool:
        """Whether the task now asks for this; False when somebody else was faster."""
        now = self._clock.now()
        try:
            stored = await self._client.get(TASK, spec.server)
        except NotFound:
            with suppress(AlreadyExists):
                await self._client.create(TASK, build_task(spec, now))
                return True
            return False
        wanted = reopen(stored, spec, now)
        if wanted is None:
            return True
        with suppress(Conflict, NotFound):
            await self._client.update(TASK, wanted)
            return True
        return False
