"""One BMC from the event loop: one conversation at a time, spaced, with rests after faults, and held to what it acknowledged."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from boot.clock import Clock
from boot.config import PowerConfig
from boot.power.driver import BootOverride, Driver, Switch, run_blocking
from boot.power.faults import Fault, FaultKind, build_error
from boot.power.protocol import PowerState, PxeMode
from boot.power.targets import Target

_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")

BUSY_TRIES = 3
FORGET_AFTER = 3
"""Failures in a row after which the protocol is looked for anew: the BMC may have been set up differently."""


class Turns:
    """Whose turn it is at one BMC: the servers behind one chassis controller share it."""

    def __init__(self, clock: Clock, spacing: float) -> None:
        self.lock = asyncio.Lock()
        self._clock = clock
        self._spacing = spacing
        self._last: float | None = None

    async def wait_spacing(self) -> None:
        """Until `spacing` seconds after the last conversation; called with the lock held."""
        if self._last is not None:
            pause = self._last + self._spacing - self._clock.monotonic()
            if pause > 0:
                await self._clock.sleep(pause)

    def end(self) -> None:
        self._last = self._clock.monotonic()


@dataclass(frozen=True, slots=True)
class _Promise:
    """What an acknowledged order must lead to by when."""

    order: Switch
    state: PowerState
    due: float


class Bmc:
    """Implements boot.power.protocol.Power for one server. `build` makes a driver for a target; nothing is sent before `find`."""

    def __init__(
        self, targets: Sequence[Target], build: Callable[[Target], Driver], turns: Turns, clock: Clock, config: PowerConfig
    ) -> None:
        self._targets = targets
        self._build = build
        self._turns = turns
        self._clock = clock
        self._config = config
        self._driver: Driver | None = None
        self._where = " or ".join(str(target) for target in targets)
        self._state: tuple[PowerState, float] | None = None
        self._promise: _Promise | None = None
        self._failures = 0
        self._rest: tuple[Fault, float] | None = None
        self.description = ""
        """What answered, such as "Supermicro, firmware 1.73, IPMI 2.0"."""

    @property
    def kind(self) -> str:
        return self._driver.kind if self._driver else self._targets[0].protocol

    @property
    def where(self) -> str:
        return self._where

    async def find(self) -> None:
        """Find out which protocol it speaks and log in, unless that is known; PowerError when it speaks none."""
        async with self._turns.lock:
            if self._driver is None:
                await self._talk("log in", lambda driver: driver.kind, reading=True)

    async def state(self) -> PowerState:
        """PowerError, once, when an acknowledged order has had no effect in time."""
        async with self._turns.lock:
            if self._state and self._clock.monotonic() - self._state[1] <= self._config.state_max_age:
                return self._state[0]
            state = await self._talk("read power state", lambda driver: driver.read_state(), reading=True)
            self._state = (state, self._clock.monotonic())
            self._hold_to_promise(state)
            return state

    async def on(self) -> None:
        await self._switch(Switch.ON)

    async def off(self) -> None:
        await self._switch(Switch.OFF)

    async def cycle(self) -> None:
        await self._switch(Switch.CYCLE)

    async def pxe_once(self, mode: PxeMode) -> None:
        await self.set_pxe_once(mode)

    async def set_pxe_once(self, mode: PxeMode) -> BootOverride:
        """As the BMC reads it back."""
        override = await self._converse("boot from the network once", lambda driver: driver.set_pxe_once(mode))
        if override.device != "pxe":
            fault = Fault(FaultKind.REFUSED, f"acknowledged a start from the network, but reads back: {override}")
            raise build_error("boot from the network once", self._where, fault)
        return override

    async def read_override(self) -> BootOverride:
        return await self._converse("read boot override", lambda driver: driver.read_override(), reading=True)

    async def clear_override(self) -> None:
        await self._converse("clear boot override", lambda driver: driver.clear_override())

    async def identify(self, on: bool) -> None:
        await self._converse(f"identify {'on' if on else 'off'}", lambda driver: driver.identify(on))

    def heard(self) -> None:
        """The server was heard on the wire: it is on, whatever its BMC says."""
        self._state = (PowerState.ON, self._clock.monotonic())
        if self._promise and self._promise.state is PowerState.ON:
            self._promise = None

    async def close(self) -> None:
        """Log out for good; what is under way ends first."""
        async with self._turns.lock:
            driver, self._driver = self._driver, None
            if driver is not None:
                await run_blocking(driver.close)

    async def _switch(self, order: Switch) -> None:
        async with self._turns.lock:
            before = await self._talk(f"power {order}", lambda driver: driver.switch(order))
            self._state = None
            wanted = PowerState.OFF if order is Switch.OFF else PowerState.ON
            if before is not wanted or order is Switch.CYCLE:
                self._promise = _Promise(order, wanted, self._clock.monotonic() + self._config.confirm_within)

    def _hold_to_promise(self, state: PowerState) -> None:
        promise = self._promise
        if promise is None or state is promise.state:
            self._promise = None
        elif self._clock.monotonic() > promise.due:
            self._promise = None
            cause = f"acknowledged power {promise.order} {self._config.confirm_within:.0f} s ago and still reads {state}"
            error = build_error(f"power {promise.order}", self._where, Fault(FaultKind.REFUSED, cause))
            _LOG.warning("%s", error)
            raise error

    async def _converse(self, verb: str, act: Callable[[Driver], _Result], *, reading: bool = False) -> _Result:
        async with self._turns.lock:
            return await self._talk(verb, act, reading=reading)

    async def _talk(self, verb: str, act: Callable[[Driver], _Result], *, reading: bool = False) -> _Result:
        """Called with the turn held. A reading is not repeated: whoever reads comes again."""
        self._respect_rest(verb, reading)
        tries = 1 if reading else BUSY_TRIES
        while True:
            tries -= 1
            await self._turns.wait_spacing()
            try:
                result = await self._once(act)
            except Fault as fault:
                if fault.kind is FaultKind.BUSY and tries:
                    continue
                await self._take_rest(fault)
                raise build_error(verb, self._where, fault) from fault
            finally:
                self._turns.end()
            self._failures, self._rest = 0, None
            return result

    async def _once(self, act: Callable[[Driver], _Result]) -> _Result:
        try:
            async with asyncio.timeout(self._config.deadline):
                driver = self._driver or await self._find_driver()
                return await run_blocking(lambda: act(driver))
        except TimeoutError as error:
            self._driver = None  # its thread is still inside the old one
            raise Fault(FaultKind.UNREACHABLE, f"not done within {self._config.deadline:.0f} s") from error

    async def _find_driver(self) -> Driver:
        """The first target that answers in its protocol and lets us in; a Fault that names what each said otherwise."""
        faults: list[tuple[Target, Fault]] = []
        for target in self._targets:
            driver = await run_blocking(lambda target=target: self._build(target))  # type: ignore[misc]  # bound now, not later
            try:
                self.description = await run_blocking(driver.connect)
            except Fault as fault:
                faults.append((target, fault))
                await run_blocking(driver.close)
            else:
                self._driver, self._where = driver, f"{target} ({driver.kind})"
                return driver
        # A refused login says more than a port that is closed.
        worst = next((found for _, found in faults if found.kind is FaultKind.LOGIN), faults[-1][1])
        causes = "; ".join(f"{target}: {found.cause}" for target, found in faults)
        raise Fault(worst.kind, causes if len(faults) > 1 else worst.cause)

    def _respect_rest(self, verb: str, reading: bool) -> None:
        """After a fault the BMC rests. An order is tried all the same, but not with a refused login: that locks accounts."""
        if self._rest is None:
            return
        fault, end = self._rest
        left = end - self._clock.monotonic()
        if left > 0 and (reading or fault.kind is FaultKind.LOGIN):
            raise build_error(verb, self._where, Fault(fault.kind, f"{fault.cause} (asked again in {left:.0f} s)"))

    async def _take_rest(self, fault: Fault) -> None:
        if fault.kind not in (FaultKind.UNREACHABLE, FaultKind.ABSENT, FaultKind.LOGIN, FaultKind.BUSY):
            return
        self._failures += 1
        if self._failures >= FORGET_AFTER and self._driver is not None:
            driver, self._driver = self._driver, None
            await run_blocking(driver.close)
        length = min(self._config.spacing * 2 ** min(self._failures - 1, 16), self._config.last_rest)
        self._rest = (fault, self._clock.monotonic() + length)
