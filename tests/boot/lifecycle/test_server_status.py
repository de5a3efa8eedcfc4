"""Sidero's status table, and conditions that come and go."""

import pytest

from boot.lifecycle.acceptances import must_stay_accepted, record_acceptance
from boot.lifecycle.conditions import find_condition
from boot.lifecycle.server_status import decide_conditions, decide_status
from boot.resources.annotations import ACCEPTED_AT, STOPPED, WIPE_RUN
from boot.resources.metal import Server
from tests.boot.lifecycle.servers import NOW, build, conditioned

ROWS = [
    # accepted, allocated, clean before -> ready, inUse, isClean
    (False, False, False, (False, False, False)),
    (False, False, True, (False, False, False)),
    (True, False, False, (False, False, False)),
    (True, False, True, (True, False, True)),
    (True, True, False, (True, True, False)),
    (True, True, True, (True, True, False)),
]


@pytest.mark.parametrize(("accepted", "allocated", "clean", "wanted"), ROWS)
def test_each_row(accepted: bool, allocated: bool, clean: bool, wanted: tuple[bool, bool, bool]) -> None:
    status = decide_status(build(accepted=accepted, clean=clean), allocated=allocated, installed=False, power="on", now=NOW)
    assert (status["ready"], status["inUse"], status["isClean"]) == wanted
    assert status["power"] == "on"
    assert "conditions" not in status


INSTALLED = conditioned(build(in_use=True), {"type": "PXEBooted", "status": "True"})


@pytest.mark.parametrize(
    ("server", "allocated", "installed", "there"),
    [
        (INSTALLED, True, False, True),
        (INSTALLED, False, False, False),
        (build(in_use=True), True, True, True),
        (build(in_use=True), True, False, False),
        (build(), False, True, False),
    ],
)
def test_pxe_booted_lives_as_long_as_the_allocation(server: Server, allocated: bool, installed: bool, there: bool) -> None:
    conditions = decide_conditions(server, allocated=allocated, installed=installed, now=NOW)
    assert ([condition.type for condition in conditions] == ["PXEBooted"]) is there


def test_a_stopped_server_says_so_until_it_is_resumed() -> None:
    stopped = build(annotations={STOPPED: "the step head failed 3 times: x"})
    status = decide_status(stopped, allocated=False, installed=False, power="", now=NOW)
    assert (status["conditions"][0]["type"], status["conditions"][0]["message"]) == ("Stopped", "the step head failed 3 times: x")
    resumed = conditioned(build(), *status["conditions"])
    assert find_condition(resumed, "Stopped") is not None
    assert decide_status(resumed, allocated=False, installed=False, power="", now=NOW)["conditions"] == []


def test_an_acceptance_is_recorded_once_and_forgotten_when_it_is_taken_back() -> None:
    fresh = Server.model_validate({"metadata": {"name": "s1"}, "spec": {"accepted": True}})
    assert record_acceptance(fresh, NOW) == {ACCEPTED_AT: "2026-01-02T03:04:05.000000Z"}
    assert record_acceptance(build(), NOW) == {}
    back = Server.model_validate(build(annotations={WIPE_RUN: "{}"}).wire() | {"spec": {"accepted": False}})
    assert record_acceptance(back, NOW) == {ACCEPTED_AT: None, WIPE_RUN: None}


def test_what_is_in_use_stays_accepted() -> None:
    assert must_stay_accepted(build(accepted=False), allocated=True)
    assert not must_stay_accepted(build(accepted=False), allocated=False)
    assert not must_stay_accepted(build(), allocated=True)
