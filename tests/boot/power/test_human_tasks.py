"""What a person is asked, and what on the wire shows that it was done."""

from datetime import UTC, datetime, timedelta

import pytest

from boot.clock import rfc3339_micro
from boot.power.human_tasks import QUIET, build_spec, build_task, find_evidence, find_obsolete, reopen, settle, tick_off, withdraw
from boot.resources.base import Object
from boot.resources.boots import Boot
from boot.resources.metal import Server
from boot.resources.tasks import POWER_CYCLE, POWER_OFF, POWER_ON, RACK_POSITION, Task

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MAC = "52:54:00:aa:00:01"


def _server(**spec: object) -> Server:
    return Server.model_validate({"metadata": {"name": "s1", "annotations": {RACK_POSITION: "r3u12"}}, "spec": spec})


def _task(action: str = POWER_CYCLE, opened: datetime = NOW) -> Task:
    return Task.model_validate(build_task(build_spec(_server(), action, ""), opened))


def _boot(*steps: tuple[str, float], seen: float | None = None, script: str = "") -> Boot:
    """Steps and last sign of life in seconds from NOW."""
    rungs: list[Object] = [{"name": name, "at": _at(seconds)} for name, seconds in steps]
    for rung in rungs:
        if rung["name"] == "script":
            rung["detail"] = script
    status: Object = {"steps": rungs} | ({} if seen is None else {"lastSeen": _at(seen)})
    return Boot.model_validate({"metadata": {"name": "b"}, "spec": {"mac": MAC}, "status": status})


def _at(seconds: float) -> str:
    return rfc3339_micro(NOW + timedelta(seconds=seconds))


def test_a_task_says_what_where_and_since_when() -> None:
    task = _task()
    assert (task.name, task.spec.server, task.spec.action, task.spec.where) == ("s1", "s1", "power-cycle", "r3u12")
    assert (task.status.state, task.status.opened_at) == ("open", "2026-01-01T12:00:00.000000Z")


def test_what_is_asked_already_is_not_asked_again() -> None:
    spec = build_spec(_server(), POWER_CYCLE, "")
    assert reopen(build_task(spec, NOW), spec, NOW + timedelta(hours=1)) is None


def test_another_action_starts_anew_and_a_better_reason_does_not() -> None:
    stored = build_task(build_spec(_server(), POWER_CYCLE, ""), NOW)
    later = NOW + timedelta(hours=1)
    other = reopen(stored, build_spec(_server(), POWER_OFF, ""), later)
    assert other is not None
    assert (other["spec"]["action"], other["status"]["openedAt"]) == ("power-off", "2026-01-01T13:00:00.000000Z")
    reworded = reopen(stored, build_spec(_server(), POWER_CYCLE, "let it boot from the network"), later)
    assert reworded is not None
    assert reworded["status"]["openedAt"] == "2026-01-01T12:00:00.000000Z"


def test_a_task_that_was_done_opens_again_without_its_old_evidence() -> None:
    spec = build_spec(_server(), POWER_ON, "")
    done = build_task(spec, NOW) | {"status": tick_off(_task(POWER_ON), "seen", NOW).wire()}
    again = reopen(done, spec, NOW + timedelta(hours=1))
    assert again is not None
    assert again["status"] == {"state": "open", "openedAt": "2026-01-01T13:00:00.000000Z"}


@pytest.mark.parametrize("action", [POWER_CYCLE, POWER_ON])
def test_a_start_after_the_task_was_opened_is_done(action: str) -> None:
    evidence = find_evidence(_task(action), [_boot(("discover", 5), ("script", 9))], NOW + timedelta(seconds=10))
    assert evidence.done == f"{MAC} came to discover at 2026-01-01T12:00:05Z"


@pytest.mark.parametrize(
    "boots", [[], [_boot(("discover", -5))], [_boot(("discover", -60), ("script", 3), seen=3)], [_boot(("discover", 0))]]
)
def test_what_the_wire_showed_before_or_without_a_start_is_no_evidence(boots: list[Boot]) -> None:
    assert find_evidence(_task(), boots, NOW + timedelta(seconds=10)).done == ""


def test_a_server_that_spoke_and_then_fell_silent_is_off() -> None:
    agent = _boot(("discover", -300), ("handed-over", -200), seen=20)
    early = find_evidence(_task(POWER_OFF), [agent], NOW + timedelta(seconds=80))
    assert (early.done, early.again) == ("", QUIET - timedelta(seconds=60))
    late = find_evidence(_task(POWER_OFF), [agent], NOW + timedelta(seconds=20) + QUIET)
    assert late.done == "nothing heard since 2026-01-01T12:00:20Z"


@pytest.mark.parametrize(
    "boot",
    [
        _boot(("discover", -300), seen=-200),
        _boot(("discover", 5), ("script", 9), seen=9, script="exit"),
        _boot(("discover", 5), ("handed-over", 40), seen=45),
        _boot(),
    ],
    ids=["silent before", "sent to its disk", "an operating system just started", "never heard"],
)
def test_silence_alone_shows_nothing(boot: Boot) -> None:
    assert find_evidence(_task(POWER_OFF), [boot], NOW + timedelta(hours=5)).done == ""


def test_a_person_need_only_write_that_it_is_done() -> None:
    patched = Task.model_validate({"metadata": {"name": "s1"}, "status": {"state": "done"}})
    settled = settle(patched, NOW)
    assert (settled.done_by, settled.at) == ("person", "2026-01-01T12:00:00.000000Z")
    again = Task(metadata=patched.metadata, status=settled)
    assert settle(again, NOW + timedelta(hours=1)) == settled


def test_a_task_for_a_server_that_got_a_bmc_or_went_is_withdrawn() -> None:
    assert find_obsolete(None) == "the server is gone"
    assert find_obsolete(_server(bmc={"endpoint": "10.0.0.5", "user": "admin"})) == "the server has a BMC now"
    assert find_obsolete(_server(managementApi={"endpoint": "10.0.0.5:80"})) == "the server has a management API now"
    assert find_obsolete(_server(bmc={"endpoint": "10.0.0.5"})) == ""
    assert find_obsolete(_server()) == ""
    assert withdraw(_task(), "the server is gone", NOW).state == "withdrawn"
