from datetime import UTC, datetime

import pytest

from boot.cluster_api.scaling import choose_doomed, is_healthy
from boot.resources.base import Object
from tests.boot.cluster_api.objects import machine

NOW = datetime(2026, 1, 31, tzinfo=UTC)
DELETED = machine("deleted", metadata={"deletionTimestamp": "2026-01-30T00:00:00Z"})
MARKED = machine("marked", metadata={"annotations": {"cluster.x-k8s.io/delete-machine": ""}})
ILL = machine("ill", status={"nodeRef": None})
OLD = machine("old", metadata={"creationTimestamp": "2026-01-01T00:00:00Z"})
YOUNG = machine("young", metadata={"creationTimestamp": "2026-01-30T00:00:00Z"})


def _order(machines: list[Object], policy: str) -> list[str]:
    return [one["metadata"]["name"] for one in choose_doomed(machines, len(machines), policy, NOW)]


@pytest.mark.parametrize(
    ("policy", "last"), [("Random", ["old", "young"]), ("Oldest", ["old", "young"]), ("Newest", ["young", "old"])]
)
def test_those_that_go_anyway_go_first_then_the_marked_then_the_ill_then_by_policy(policy: str, last: list[str]) -> None:
    assert _order([YOUNG, OLD, ILL, MARKED, DELETED], policy) == ["deleted", "marked", "ill", *last]


def test_equals_go_by_name_and_no_more_than_asked_for() -> None:
    machines = [machine(name) for name in ("c", "a", "b")]
    assert [one["metadata"]["name"] for one in choose_doomed(machines, 2, "Random", NOW)] == ["a", "b"]
    assert choose_doomed(machines, 0, "Random", NOW) == []


@pytest.mark.parametrize(
    ("status", "healthy"),
    [
        ({}, True),
        ({"nodeRef": None}, False),
        ({"failureMessage": "broken"}, False),
        ({"conditions": [{"type": "NodeHealthy", "status": "False"}]}, False),
        ({"conditions": [{"type": "NodeHealthy", "status": "Unknown"}]}, True),
        ({"conditions": [{"type": "HealthCheckSucceeded", "status": "False"}]}, False),
    ],
)
def test_a_machine_is_healthy_while_nothing_is_known_to_be_wrong(status: Object, healthy: bool) -> None:
    assert is_healthy(machine(status=status)) is healthy
