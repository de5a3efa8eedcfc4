"""Every row of the power table, with the sentence that explains it."""

from datetime import timedelta
from typing import Any

import pytest

from boot.clock import rfc3339
from boot.lifecycle.guard import DEFAULT_RULES
from boot.lifecycle.power import PowerFacts, PowerStep, decide_power
from boot.power.protocol import PowerState
from boot.resources.annotations import ACCEPTED_AT, FENCED_BY, REJECTED, STOPPED, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.wiping import WipeRun, encode_record
from tests.boot.lifecycle.servers import LONG_AGO, NOW, build, conditioned

ON, OFF, UNKNOWN = PowerState.ON, PowerState.OFF, PowerState.UNKNOWN
NONE, UP, DOWN, CYCLE = PowerStep.NONE, PowerStep.ON, PowerStep.OFF, PowerStep.CYCLE
TIMEOUT = 1200.0
JUST_NOW = {ACCEPTED_AT: rfc3339(NOW - timedelta(seconds=3))}
OUR_RUN = {WIPE_RUN: encode_record(WipeRun(boot="b1", started_at=LONG_AGO, deadline_seconds=99))}


def cycled(seconds: float, annotations: dict[str, str] | None = None, status: str = "False") -> Server:
    since = rfc3339(NOW - timedelta(seconds=seconds))
    condition: dict[str, Any] = {"type": "PowerCycle", "status": status, "reason": "InProgress", "lastTransitionTime": since}
    return conditioned(build(annotations=annotations), condition)


INSTALLED = conditioned(build(in_use=True), {"type": "PXEBooted", "status": "True"})
ROWS = [
    ("unaccepted, on", build(accepted=False), PowerFacts(ON), NONE, "not accepted"),
    ("unaccepted, off", build(accepted=False), PowerFacts(OFF), NONE, "not accepted"),
    ("unaccepted, by hand", build(accepted=False), PowerFacts(UNKNOWN, manual=True), NONE, "not accepted"),
    ("free and clean, on", build(clean=True), PowerFacts(ON), DOWN, "switched off until it is needed"),
    ("free and clean, off", build(clean=True), PowerFacts(OFF), NONE, "its power is off"),
    ("free and clean, unknown", build(clean=True), PowerFacts(UNKNOWN), NONE, "its power is unknown"),
    ("free and clean, by hand", build(clean=True), PowerFacts(UNKNOWN, manual=True), NONE, "by itself"),
    ("in use, off", build(in_use=True), PowerFacts(OFF), UP, "in use and off"),
    ("in use, on", build(in_use=True), PowerFacts(ON), NONE, "its power is on"),
    ("bound, and the status lags", build(clean=True), PowerFacts(ON, allocated=True), NONE, "its power is on"),
    ("in use, by hand, silent", build(in_use=True), PowerFacts(UNKNOWN, manual=True), UP, "has to be switched on"),
    ("in use, by hand, heard", build(in_use=True), PowerFacts(UNKNOWN, manual=True, heard=1.0), NONE, "boots by itself"),
    ("in use, by hand, installed", INSTALLED, PowerFacts(UNKNOWN, manual=True), NONE, "boots by itself"),
    ("to be wiped, on", build(), PowerFacts(ON), CYCLE, "its agent is started"),
    ("to be wiped, off", build(), PowerFacts(OFF), UP, "its agent is started"),
    ("to be wiped, by hand", build(), PowerFacts(UNKNOWN, manual=True), CYCLE, "its agent is started"),
    ("to be wiped, in its grace period", build(annotations=JUST_NOW), PowerFacts(ON), NONE, "taken back"),
    ("to be wiped, acceptance not recorded", build(annotations={ACCEPTED_AT: ""}), PowerFacts(ON), NONE, "taken back"),
    ("to be wiped, its agent asks", build(), PowerFacts(ON, heard=2.0), NONE, "asks what to do"),
    ("to be wiped, heard long ago", build(), PowerFacts(ON, heard=90.0), CYCLE, "its agent is started"),
    ("to be wiped, just started ourselves", build(), PowerFacts(ON, settled=False), NONE, "listening"),
    ("cycled a moment ago", cycled(60), PowerFacts(ON), NONE, "waiting for its agent for 60 of 1200 s"),
    ("cycled long ago", cycled(1201), PowerFacts(ON), CYCLE, "not heard of in time"),
    ("our agent silent for a moment", cycled(60, OUR_RUN), PowerFacts(ON, heard=60.0), NONE, "for 60 of 120 s"),
    ("our agent dead", cycled(121, OUR_RUN), PowerFacts(ON, heard=121.0), CYCLE, "not heard of in time"),
    ("wiped before, released since", cycled(60, status="True"), PowerFacts(OFF), UP, "its agent is started"),
    ("stopped", build(annotations={STOPPED: "x"}), PowerFacts(ON), NONE, "it is stopped: x"),
    ("fenced", build(clean=True, annotations={FENCED_BY: "m"}), PowerFacts(ON), NONE, "the pivot m"),
    ("rejected", build(annotations={REJECTED: "{}"}), PowerFacts(ON), NONE, "it is rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("server", "facts", "step", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_row_of_the_table(server: Server, facts: PowerFacts, step: PowerStep, words: str) -> None:
    decision = decide_power(server, facts, NOW, DEFAULT_RULES, TIMEOUT)
    assert (decision.step, words in decision.reason) == (step, True), decision.reason
    assert decision.pxe is (step in {UP, CYCLE})


def test_it_is_looked_at_again_when_something_is_due() -> None:
    assert decide_power(build(annotations=JUST_NOW), PowerFacts(ON), NOW, DEFAULT_RULES, TIMEOUT).again == 7
    assert decide_power(cycled(60), PowerFacts(ON), NOW, DEFAULT_RULES, TIMEOUT).again == TIMEOUT / 3
    assert decide_power(cycled(1190), PowerFacts(ON), NOW, DEFAULT_RULES, TIMEOUT).again == 11


def test_a_cycle_that_led_to_nothing_is_told() -> None:
    assert decide_power(cycled(1201), PowerFacts(ON), NOW, DEFAULT_RULES, TIMEOUT).expired
    assert not decide_power(build(), PowerFacts(ON), NOW, DEFAULT_RULES, TIMEOUT).expired
