"""Power in memory: what was ordered of which server, in order, and states that tests set."""

from collections import defaultdict

from boot.power.protocol import Power, PowerError, PowerState, PxeMode
from boot.resources.metal import Server


class RecordedPower:
    """Implements boot.power.protocol.Power. `fault` is raised by every command while it is set."""

    def __init__(self, kind: str = "ipmi", state: PowerState = PowerState.OFF) -> None:
        self.kind = kind
        self.now = state
        self.orders: list[str] = []
        self.fault = ""

    async def state(self) -> PowerState:
        self._fail()
        return PowerState.UNKNOWN if self.kind == "manual" else self.now

    async def on(self) -> None:
        self._record("on")
        self.now = PowerState.ON

    async def off(self) -> None:
        self._record("off")
        self.now = PowerState.OFF

    async def cycle(self) -> None:
        self._record("cycle")
        self.now = PowerState.ON

    async def pxe_once(self, mode: PxeMode) -> None:
        self._record(f"pxe {mode}")

    async def identify(self, on: bool) -> None:
        self._record(f"identify {on}")

    def _record(self, order: str) -> None:
        self._fail()
        self.orders.append(order)

    def _fail(self) -> None:
        if self.fault:
            raise PowerError(self.fault)


class RecordedBook:
    """Implements boot.power.protocol.PowerBook: one RecordedPower per server, made when it is first asked for."""

    def __init__(self, kind: str = "ipmi", state: PowerState = PowerState.OFF) -> None:
        self.powers: defaultdict[str, RecordedPower] = defaultdict(lambda: RecordedPower(kind, state))

    async def for_server(self, server: Server) -> Power:
        return self.powers[server.name]
