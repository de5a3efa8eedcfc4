from datetime import UTC, datetime, timedelta

from boot.cluster_api.conditions import (
    ERROR,
    INFO,
    WARNING,
    Condition,
    aggregate,
    find_condition,
    is_false,
    is_true,
    mirror,
    summarize,
    with_conditions,
)
from boot.resources.base import Object

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_a_condition_keeps_its_time_until_it_says_something_else() -> None:
    waiting = is_false("InfrastructureReady", INFO, "WaitingForInfrastructure")
    first = with_conditions([], [waiting], NOW)
    assert first == [
        {
            "type": "InfrastructureReady",
            "status": "False",
            "severity": "Info",
            "lastTransitionTime": "2026-01-02T03:04:05Z",
            "reason": "WaitingForInfrastructure",
        }
    ]
    assert with_conditions(first, [waiting], LATER) == first
    changed = with_conditions(first, [is_true("InfrastructureReady")], LATER)
    assert changed == [{"type": "InfrastructureReady", "status": "True", "lastTransitionTime": "2026-01-02T03:05:05Z"}]


def test_ready_comes_first_and_what_others_wrote_stays() -> None:
    theirs = {"type": "Alpha", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    told = with_conditions([theirs], [is_true("Zeta"), is_true("Ready")], NOW)
    assert [row["type"] for row in told] == ["Ready", "Alpha", "Zeta"]
    assert told[1] == theirs


def test_severity_goes_with_false_only() -> None:
    assert "severity" not in Condition("A", None, severity=ERROR).wire("t")
    assert Condition("A", None).wire("t")["status"] == "Unknown"


def test_a_summary_says_what_the_worst_says() -> None:
    mild, bad = is_false("A", INFO, "Waiting"), is_false("B", ERROR, "Broken", "it is broken")
    told = summarize([mild, bad, is_true("C")], ("A", "B", "C"))
    assert told == Condition("Ready", False, "Broken", "it is broken", ERROR)
    assert summarize([mild, is_false("B", WARNING, "Slow")], ("A", "B")) == Condition("Ready", False, "Slow", "", WARNING)


def test_a_summary_is_true_when_all_that_is_known_is_and_absent_when_nothing_is_known() -> None:
    assert summarize([is_true("A")], ("A", "B")) == is_true("Ready")
    assert summarize([], ("A",)) is None


def test_a_condition_is_found_as_it_was_written() -> None:
    wanted = is_false("A", WARNING, "Why", "so")
    obj = {"status": {"conditions": with_conditions([], [wanted], NOW)}}
    assert find_condition(obj, "A") == wanted
    assert find_condition(obj, "B") is None
    assert find_condition({}, "A") is None


def _object(name: str, *told: Condition) -> Object:
    return {"kind": "Machine", "metadata": {"name": name}, "status": {"conditions": with_conditions([], told, NOW)}}


def test_a_mirror_says_what_the_other_object_says_of_itself() -> None:
    said = is_false("Ready", ERROR, "Broken", "it is broken")
    assert mirror("InfrastructureReady", _object("m", said), ready=True, reason="Waiting") == Condition(
        "InfrastructureReady", False, "Broken", "it is broken", ERROR
    )


def test_a_mirror_of_an_object_that_says_nothing_goes_by_its_being_ready() -> None:
    assert mirror("A", {}, ready=True, reason="Waiting") == is_true("A")
    assert mirror("A", {}, ready=False, reason="Waiting") == is_false("A", INFO, "Waiting")


def test_many_objects_are_as_ready_as_the_worst_of_them_which_is_named() -> None:
    fine, slow, bad = (
        _object("fine", is_true("Ready")),
        _object("slow", is_false("Ready", INFO, "Waiting")),
        _object("bad", is_false("Ready", ERROR, "Broken")),
    )
    told = aggregate("MachinesReady", [slow, fine, bad])
    assert told == Condition("MachinesReady", False, "Broken @ Machine/bad", "1 of 3 completed", ERROR)
    assert aggregate("MachinesReady", [fine]) == is_true("MachinesReady")
    assert aggregate("MachinesReady", [{"status": {}}]) is None
