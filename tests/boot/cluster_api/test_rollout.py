import pytest

from boot.cluster_api.rollout import first_size, is_complete, max_surge, max_unavailable, plan_paused, plan_sizes
from boot.resources.base import Object
from tests.boot.cluster_api.objects import deployment, machine_set

ON_DELETE: Object = {"strategy": {"type": "OnDelete"}}


@pytest.mark.parametrize(
    ("surge", "unavailable", "replicas", "expected"),
    [
        (1, 0, 3, (1, 0)),
        ("30%", "30%", 10, (3, 3)),
        ("25%", "25%", 3, (1, 0)),
        (0, 0, 3, (0, 1)),
        (0, 9, 3, (0, 3)),
        (1, 0, 0, (1, 0)),
    ],
)
def test_how_many_more_and_fewer_there_may_be(
    surge: int | str, unavailable: int | str, replicas: int, expected: tuple[int, int]
) -> None:
    wanted = deployment(replicas, surge, unavailable)
    assert (max_surge(wanted), max_unavailable(wanted)) == expected


def test_a_first_set_is_as_large_as_wanted_and_a_next_one_as_the_room_allows() -> None:
    assert first_size(deployment(3), []) == 3
    assert first_size(deployment(3), [machine_set("old", 3)]) == 1
    assert first_size(deployment(3, surge=2), [machine_set("old", 3)]) == 2
    assert first_size(deployment(3, **ON_DELETE), [machine_set("old", 3)]) == 0


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        # one more than wanted comes up; nothing that works goes before it is there
        ((1, 1, 0), (3, 3, 3), {"new": 1, "old": 3}),
        ((1, 1, 1), (3, 3, 3), {"new": 1, "old": 2}),
        ((1, 1, 1), (2, 2, 2), {"new": 2, "old": 2}),
        ((3, 3, 3), (1, 1, 1), {"new": 3, "old": 0}),
        # what does not work anyway goes at once
        ((1, 1, 0), (3, 3, 2), {"new": 1, "old": 3}),
        ((2, 2, 2), (3, 3, 2), {"new": 2, "old": 1}),
        # fewer are wanted by now
        ((5, 5, 5), (0, 0, 0), {"new": 3, "old": 0}),
    ],
)
def test_the_newest_grows_while_the_older_shrink(
    new: tuple[int, int, int], old: tuple[int, int, int], expected: dict[str, int]
) -> None:
    """(wanted, there, available) of each."""
    sets = [
        machine_set(name, size, have=have, available=available) for name, (size, have, available) in (("new", new), ("old", old))
    ]
    assert plan_sizes(deployment(3), sets[0], sets[1:], {}) == expected


def test_of_several_old_ones_the_oldest_goes_first() -> None:
    new, older, old = machine_set("new", 2), machine_set("older", 1), machine_set("old", 1)
    assert plan_sizes(deployment(2), new, [older, old], {}) == {"older": 0, "old": 0, "new": 2}
    assert plan_sizes(deployment(3), machine_set("new", 1), [older, old], {}) == {"older": 1, "old": 1, "new": 2}
    assert plan_sizes(deployment(3, unavailable=1), machine_set("new", 1), [older, old], {})["older"] == 0


def test_on_delete_only_what_was_deleted_is_replaced() -> None:
    wanted, old = deployment(3, **ON_DELETE), machine_set("old", 3)
    assert plan_sizes(wanted, machine_set("new", 0), [old], {"old": 3}) == {"new": 0, "old": 3}
    assert plan_sizes(wanted, machine_set("new", 0), [old], {"old": 2}) == {"new": 0, "old": 2}
    smaller = machine_set("old", 2)
    assert plan_sizes(wanted, machine_set("new", 0), [smaller], {"old": 2}) == {"new": 1, "old": 2}
    assert plan_sizes(deployment(1, **ON_DELETE), machine_set("new", 1), [smaller], {"old": 2}) == {"new": 1, "old": 0}


def test_while_paused_only_a_set_that_is_alone_follows() -> None:
    assert plan_paused(deployment(5), machine_set("new", 0), [machine_set("old", 3)]) == {"old": 5}
    assert plan_paused(deployment(5), machine_set("new", 0), [machine_set("old", 0)]) == {"new": 5}
    assert plan_paused(deployment(5), machine_set("new", 1), [machine_set("old", 2)]) == {}
    assert plan_paused(deployment(5), None, []) == {}


def test_it_is_complete_when_all_are_of_the_newest_and_available() -> None:
    assert is_complete(deployment(3), {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3})
    assert not is_complete(deployment(3), {"updatedReplicas": 3, "replicas": 4, "availableReplicas": 3})
    assert is_complete(deployment(0), {})
