"""What is done about a server's power, and why: the table of Sidero's Server controller, with what it lacks for servers that
are there already or that nobody but a person can switch. Pure.

| accepted | in use | clean | done |
|---|---|---|---|
| no | any | any | nothing |
| yes | yes | no | off: boot from the network, on |
| yes | no | yes | on: off |
| yes | no | no | not heard, and no cycle under way: boot from the network, cycle (or on) |
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from boot.lifecycle.conditions import POWER_CYCLE, PXE_BOOTED, age, find_condition
from boot.lifecycle.guard import Act, Order, Rules, decide_order, grace_left
from boot.lifecycle.wiping import SIDERO_BOOT, find_run
from boot.power.protocol import PowerState
from boot.resources.metal import Server

PRESENT_SECONDS = 20.0
"""Heard within that time, a server is on and asks by itself."""
AGENT_SILENCE = 120.0
"""Our agent asks every few seconds: after so much silence in the middle of a wipe it is dead."""
IN_USE_AGAIN = 300.0


class PowerStep(StrEnum):
    NONE = "nothing"
    ON = "power on"
    OFF = "power off"
    CYCLE = "power cycle"


_ACTS = {PowerStep.ON: Act.POWER_ON, PowerStep.OFF: Act.POWER_OFF, PowerStep.CYCLE: Act.POWER_CYCLE}


@dataclass(frozen=True, slots=True)
class PowerFacts:
    """What is known beside the Server. `heard` is how many seconds ago something came from it, None if nothing did.

    `manual`: a person is asked to switch it, and nothing can tell whether it is on. `settled`: listening for long enough
    to take silence for absence, which a console that has just started is not.
    """

    state: PowerState
    manual: bool = False
    heard: float | None = None
    settled: bool = True
    allocated: bool = False

    @property
    def present(self) -> bool:
        return self.heard is not None and self.heard < PRESENT_SECONDS


@dataclass(frozen=True, slots=True)
class PowerDecision:
    """`pxe`: from the network at the next start. `again`: seconds until it is looked at anew.

    `expired`: an earlier cycle, or the agent in a wipe, has not been heard of in its time.
    """

    step: PowerStep
    reason: str
    pxe: bool = False
    again: float | None = None
    expired: bool = False


def decide_power(server: Server, facts: PowerFacts, now: datetime, rules: Rules, reboot_timeout: float) -> PowerDecision:
    """`reboot_timeout` in seconds, from power-on to the agent and between heartbeats."""
    wanted = _decide(server, facts, now, rules, reboot_timeout)
    if wanted.step is PowerStep.NONE:
        return wanted
    permit = decide_order(Order(_ACTS[wanted.step]), server, now, rules, allocated=facts.allocated)
    return (
        wanted if permit.allowed else PowerDecision(PowerStep.NONE, permit.reason, again=grace_left(server, now, rules) or None)
    )


def _decide(server: Server, facts: PowerFacts, now: datetime, rules: Rules, reboot_timeout: float) -> PowerDecision:
    if not server.spec.accepted:
        return PowerDecision(PowerStep.NONE, "not accepted: its power is left alone")
    if facts.allocated or server.status.in_use:
        return _decide_used(server, facts)
    if server.status.is_clean:
        return _decide_clean(facts)
    return _decide_unclean(server, facts, now, rules, reboot_timeout)


def _decide_used(server: Server, facts: PowerFacts) -> PowerDecision:
    if facts.manual:
        if facts.present or not facts.settled or find_condition(server, PXE_BOOTED) is not None:
            return PowerDecision(PowerStep.NONE, "in use: it is on, or boots by itself", again=PRESENT_SECONDS)
        return PowerDecision(PowerStep.ON, "in use and not heard of: it has to be switched on", pxe=True, again=IN_USE_AGAIN)
    if facts.state is PowerState.OFF:
        return PowerDecision(PowerStep.ON, "in use and off: it is switched on", pxe=True, again=IN_USE_AGAIN)
    return PowerDecision(PowerStep.NONE, f"in use: its power is {facts.state}", again=IN_USE_AGAIN)


def _decide_clean(facts: PowerFacts) -> PowerDecision:
    if facts.manual:
        return PowerDecision(PowerStep.NONE, "clean: our agent switches it off by itself")
    if facts.state is PowerState.ON:
        return PowerDecision(PowerStep.OFF, "clean and free: it is switched off until it is needed")
    return PowerDecision(PowerStep.NONE, f"clean and free: its power is {facts.state}")


def _decide_unclean(server: Server, facts: PowerFacts, now: datetime, rules: Rules, reboot_timeout: float) -> PowerDecision:
    left = grace_left(server, now, rules)
    if left is None or left:
        return PowerDecision(PowerStep.NONE, "its acceptance can still be taken back", again=left)
    limit = _silence_limit(server, reboot_timeout)
    if facts.present:
        return PowerDecision(PowerStep.NONE, "it is on and asks what to do: it is told there", again=min(PRESENT_SECONDS, limit))
    if not facts.settled:
        return PowerDecision(PowerStep.NONE, "listening whether it is there", again=PRESENT_SECONDS)
    last = find_condition(server, POWER_CYCLE)
    under_way = last is not None and last.status == "False"
    if last is not None and under_way and (waited := age(last, now).total_seconds()) < limit:
        reason = f"waiting for its agent for {int(waited)} of {int(limit)} s"
        return PowerDecision(PowerStep.NONE, reason, again=min(limit / 3, limit - waited + 1))
    step = PowerStep.ON if facts.state is PowerState.OFF else PowerStep.CYCLE
    reason = "its agent was not heard of in time: once more" if under_way else "accepted and not clean: its agent is started"
    return PowerDecision(step, reason, pxe=True, again=reboot_timeout / 3, expired=under_way)


def _silence_limit(server: Server, reboot_timeout: float) -> float:
    run = find_run(server)
    return reboot_timeout if run is None or run.boot == SIDERO_BOOT else min(AGENT_SILENCE, reboot_timeout)
