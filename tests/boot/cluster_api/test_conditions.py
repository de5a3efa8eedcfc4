from datetime import UTC, datetime, timedelta

from boot.cluster_api.conditions import (
    ERROR,
    INFO,
    WARNING,
    Condition,
    find_condition,
    is_false,
    is_true,
    summarize,
    with_conditions,
)

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
