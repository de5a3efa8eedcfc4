"""One BMC from the event loop, its driver a table of answers."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from boot.config import PowerConfig
from boot.power.bmc import Bmc, Turns
from boot.power.driver import BootOverride, Switch
from boot.power.faults import Fault, FaultKind
from boot.power.protocol import PowerError, PowerState, PxeMode
from boot.power.targets import Target
from tests.support.clock import FakeClock

REDFISH, IPMI = Target("redfish", "bmc", 443, "https://bmc"), Target("ipmi", "bmc", 623)


@dataclass
class _Driver:
    """Implements boot.power.driver.Driver. `faults` are raised first, one a call; `busy` counts who is inside."""

    kind: str = "redfish"
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    power: PowerState = PowerState.OFF
    acts: bool = True
    inside: int = 0

    def _call(self, name: str) -> None:
        self.inside += 1
        assert self.inside == 1
        self.calls.append(name)
        self.inside -= 1
        if self.faults:
            raise self.faults.pop(0)

    def connect(self) -> str:
        self._call("connect")
        return "a BMC"

    def read_state(self) -> PowerState:
        self._call("read")
        return self.power

    def switch(self, order: Switch) -> PowerState:
        self._call(order)
        before = self.power
        if self.acts:
            self.power = PowerState.OFF if order is Switch.OFF else PowerState.ON
        return before

    def set_pxe_once(self, mode: PxeMode) -> BootOverride:
        self._call(f"pxe {mode}")
        return BootOverride("pxe" if self.acts else "disk", once=True, mode=mode)

    def read_override(self) -> BootOverride:
        return BootOverride("none", once=True)

    def clear_override(self) -> None:
        self._call("clear")

    def identify(self, on: bool) -> None:
        self._call(f"identify {on}")

    def close(self) -> None:
        self.calls.append("close")


def _bmc(clock: FakeClock, *drivers: _Driver, turns: Turns | None = None, **config: float) -> Bmc:
    known = {driver.kind: driver for driver in drivers}
    build: Callable[[Target], _Driver] = lambda target: known[target.protocol]  # noqa: E731
    targets = [target for target in (REDFISH, IPMI) if target.protocol in known]
    return Bmc(targets, build, turns or Turns(clock, 5.0), clock, PowerConfig(**config))


async def test_the_protocol_that_answers_is_found_once_and_remembered() -> None:
    redfish = _Driver(faults=[Fault(FaultKind.ABSENT, "has no Redfish there")])
    ipmi = _Driver("ipmi")
    bmc = _bmc(FakeClock(), redfish, ipmi)
    await bmc.find()
    await bmc.find()
    assert (bmc.kind, redfish.calls, ipmi.calls) == ("ipmi", ["connect", "close"], ["connect"])
    assert (bmc.where, bmc.description) == ("bmc udp 623 (ipmi)", "a BMC")


async def test_where_nothing_answers_each_protocol_is_told_and_a_refused_login_first() -> None:
    refused = Fault(FaultKind.LOGIN, "Redfish login refused")
    bmc = _bmc(FakeClock(), _Driver(faults=[refused]), _Driver("ipmi", faults=[Fault(FaultKind.ABSENT, "no answer by IPMI")]))
    with pytest.raises(PowerError) as caught:
        await bmc.find()
    assert str(caught.value) == (
        "log in: the BMC at https://bmc or bmc udp 623: https://bmc: Redfish login refused; bmc udp 623: no answer by IPMI; "
        "correct the user and password in spec.bmc or its Secret"
    )


async def test_conversations_with_one_bmc_are_spaced_even_for_two_servers_behind_it() -> None:
    clock = FakeClock()
    turns, driver = Turns(clock, 5.0), _Driver()
    one, two = _bmc(clock, driver, turns=turns), _bmc(clock, driver, turns=turns)
    await asyncio.gather(one.on(), two.cycle(), one.identify(on=True), two.off())
    assert clock.monotonic() == 15.0


async def test_many_who_ask_for_the_state_share_one_reading() -> None:
    clock = FakeClock()
    driver = _Driver()
    bmc = _bmc(clock, driver)
    assert await asyncio.gather(*(bmc.state() for _ in range(20))) == [PowerState.OFF] * 20
    assert driver.calls == ["connect", "read"]
    clock.advance(11)
    await bmc.state()
    assert driver.calls.count("read") == 2


async def test_an_order_makes_the_next_reading_a_fresh_one() -> None:
    bmc = _bmc(FakeClock(), _Driver())
    assert await bmc.state() is PowerState.OFF
    await bmc.on()
    assert await bmc.state() is PowerState.ON


async def test_an_order_refused_during_post_is_repeated() -> None:
    clock, driver = FakeClock(), _Driver(faults=[])
    bmc = _bmc(clock, driver)
    await bmc.find()
    driver.faults += [Fault(FaultKind.BUSY, "refuses while the server is in POST")] * 2
    await bmc.pxe_once(PxeMode.UEFI)
    assert driver.calls == ["connect", "pxe uefi", "pxe uefi", "pxe uefi"]
    driver.faults += [Fault(FaultKind.BUSY, "refuses while the server is in POST")] * 3
    with pytest.raises(PowerError, match="in POST; it is tried again"):
        await bmc.pxe_once(PxeMode.UEFI)


async def test_a_bmc_that_does_not_answer_rests_longer_each_time_and_orders_are_tried_all_the_same() -> None:
    clock, driver = FakeClock(), _Driver()
    bmc = _bmc(clock, driver, state_max_age=0)
    await bmc.find()
    driver.faults += [Fault(FaultKind.UNREACHABLE, "no answer in time")] * 2
    with pytest.raises(PowerError, match="no answer in time; check"):
        await bmc.state()
    with pytest.raises(PowerError, match=r"asked again in 5 s"):
        await bmc.state()
    clock.advance(5.1)
    with pytest.raises(PowerError, match="no answer in time; check"):
        await bmc.state()
    with pytest.raises(PowerError, match=r"asked again in 10 s"):
        await bmc.state()
    await bmc.on()
    assert await bmc.state() is PowerState.ON


async def test_a_refused_login_is_not_tried_again_by_orders_either() -> None:
    driver = _Driver(faults=[Fault(FaultKind.LOGIN, "Redfish login refused")])
    bmc = _bmc(FakeClock(), driver)
    for _ in range(5):
        with pytest.raises(PowerError, match="Redfish login refused"):
            await bmc.on()
    assert driver.calls == ["connect", "close"]


async def test_what_was_acknowledged_and_does_not_come_is_told_once() -> None:
    clock, driver = FakeClock(), _Driver(acts=False)
    bmc = _bmc(clock, driver, confirm_within=60, state_max_age=0)
    await bmc.on()
    assert await bmc.state() is PowerState.OFF
    clock.advance(61)
    with pytest.raises(PowerError, match="acknowledged power on 60 s ago and still reads off"):
        await bmc.state()
    assert await bmc.state() is PowerState.OFF


async def test_the_wire_confirms_what_the_bmc_denies() -> None:
    clock, driver = FakeClock(), _Driver(acts=False)
    bmc = _bmc(clock, driver, confirm_within=1)
    await bmc.on()
    bmc.heard()
    assert await bmc.state() is PowerState.ON
    clock.advance(60)
    assert await bmc.state() is PowerState.OFF


async def test_a_network_boot_that_reads_back_as_something_else_is_an_error() -> None:
    bmc = _bmc(FakeClock(), _Driver(acts=False))
    with pytest.raises(PowerError, match="acknowledged a start from the network, but reads back: disk, once, uefi"):
        await bmc.pxe_once(PxeMode.UEFI)


async def test_after_three_failures_the_protocol_is_looked_for_anew() -> None:
    clock, driver = FakeClock(), _Driver()
    bmc = _bmc(clock, driver, state_max_age=0)
    await bmc.find()
    driver.faults += [Fault(FaultKind.UNREACHABLE, "no answer in time")] * 3
    for _ in range(3):
        clock.advance(100)
        with pytest.raises(PowerError):
            await bmc.state()
    clock.advance(100)
    await bmc.state()
    assert driver.calls.count("connect") == 2


async def test_fifty_bmcs_are_talked_to_at_the_same_time() -> None:
    together = threading.Barrier(50, timeout=30)

    class _Meeting(_Driver):
        def read_state(self) -> PowerState:
            together.wait()  # returns only once all fifty are inside
            return PowerState.ON

    clock = FakeClock()
    bmcs = [_bmc(clock, _Meeting()) for _ in range(50)]
    assert await asyncio.gather(*(bmc.state() for bmc in bmcs)) == [PowerState.ON] * 50
