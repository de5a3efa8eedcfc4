"""What is done next with a control plane: one machine at a time, and etcd begins once, on one node."""

from typing import Any

import pytest

from boot.cluster_api.names import DELETE_MACHINE_ANNOTATION
from boot.lifecycle.control_plane import (
    Act,
    Node,
    decide_bootstrap,
    decide_machines,
    describe_etcd,
    describe_services,
    find_strangers,
)
from boot.talos.machine_api import EtcdMember, Service

UP = (Service("etcd", "Running", True, ""), Service("kubelet", "Running", True, ""))


def node(name: str, *members: str, **more: Any) -> Node:
    """A node that joined and sees these members of etcd; itself is one of them by its name."""
    machine: dict[str, Any] = {
        "metadata": {"name": name, "annotations": more.pop("annotations", {})},
        "status": {"nodeRef": {"name": name}} if more.pop("joined", True) else {},
    }
    if more.pop("leaving", False):
        machine["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    seen = tuple(EtcdMember(len(member), member, (), False) for member in members)
    given = {"services": UP, "members": seen, "etcd_data": bool(seen), "address": f"10.0.0.{len(name)}", "hostname": name}
    return Node(machine, **{**given, **more})


ALL = ("a", "bb", "ccc")
THREE = [node(name, *ALL) for name in ALL]


@pytest.mark.parametrize(
    ("nodes", "replicas", "act"),
    [
        ([], 3, Act.CREATE),
        (THREE[:2], 3, Act.CREATE),
        (THREE, 3, Act.NOTHING),
        (THREE, 1, Act.SCALE_DOWN),
        ([*THREE[:2], node("ccc", *ALL, leaving=True)], 1, Act.WAIT),
        ([*THREE[:2], node("ccc", *ALL, joined=False)], 1, Act.WAIT),
        ([*THREE[:2], node("ccc", services=None, members=None, error="no answer")], 1, Act.WAIT),
        ([node("a", "a")], 0, Act.WAIT),
    ],
)
def test_machines_come_and_go_one_at_a_time(nodes: list[Node], replicas: int, act: Act) -> None:
    assert decide_machines(nodes, replicas, 1, rolling=True).act is act


def test_whom_a_person_marked_goes_first_else_the_outdated_else_the_oldest() -> None:
    marked = node("bb", *ALL, annotations={DELETE_MACHINE_ANNOTATION: ""})
    old = node("ccc", *ALL, outdated="it runs Kubernetes v1.34.0, not v1.35.0")
    for nodes, victim in (([THREE[0], marked, old], "bb"), ([*THREE[:2], old], "ccc"), (THREE, "a")):
        decided = decide_machines(nodes, 2, 1, rolling=False)
        assert decided.node is not None
        assert decided.node.name == victim


def test_a_rollout_makes_the_new_machine_before_it_takes_the_old_one() -> None:
    old = [node(name, *ALL, outdated="old") for name in ALL]
    assert decide_machines(old, 3, 1, rolling=True).act is Act.CREATE
    assert decide_machines(old, 3, 1, rolling=False).act is Act.NOTHING
    four = (*ALL, "dddd")
    with_new = [node(name, *four, outdated="old") for name in ALL] + [node("dddd", *four)]
    decided = decide_machines(with_new, 3, 1, rolling=True)
    assert (decided.act, decided.node and decided.node.name) == (Act.SCALE_DOWN, "a")


EMPTY = [node(name) for name in ALL]


def test_etcd_begins_on_the_lowest_address_and_stays_with_the_node_that_was_chosen() -> None:
    first = decide_bootstrap(EMPTY, 3, "")
    assert (first.act, first.node and first.node.name) == (Act.BOOTSTRAP, "a")
    again = decide_bootstrap(EMPTY, 3, "ccc")
    assert (again.act, again.node and again.node.name) == (Act.BOOTSTRAP, "ccc")
    after_its_loss = decide_bootstrap(EMPTY, 3, "gone")
    assert (after_its_loss.act, after_its_loss.node and after_its_loss.node.name) == (Act.BOOTSTRAP, "a")


@pytest.mark.parametrize(
    ("nodes", "act"),
    [
        (EMPTY[:2], Act.WAIT),
        ([*EMPTY[:2], node("ccc", leaving=True)], Act.WAIT),
        ([*EMPTY[:2], node("ccc", etcd_data=None, error="no answer")], Act.WAIT),
        ([*EMPTY[:2], node("ccc", etcd_data=True)], Act.BOOTSTRAPPED),
        ([node("a", etcd_data=None), node("bb", etcd_data=True), node("ccc")], Act.BOOTSTRAPPED),
    ],
)
def test_etcd_never_begins_beside_data_or_a_node_that_is_not_heard(nodes: list[Node], act: Act) -> None:
    assert decide_bootstrap(nodes, 3, "").act is act


def test_etcd_is_healthy_when_every_member_runs_and_all_see_the_same() -> None:
    assert describe_etcd(THREE) == ""
    assert "sees the members a, bb" in describe_etcd([*THREE[:2], node("ccc", "a", "bb")])
    down = (Service("etcd", "Preparing", None, "waiting to join"),)
    assert describe_etcd([node("a", *ALL, services=down)]) == "a: etcd is Preparing waiting to join"
    assert describe_services([node("a", "a", services=(Service("kubelet", "Running", False, "no"),))]) == (
        "a: kubelet is Running no"
    )


def test_a_member_that_no_machine_has_is_found_once_every_machine_joined() -> None:
    nodes = [node("a", "a", "bb", "gone.example"), node("bb", "a", "bb", "gone.example")]
    assert list(find_strangers(nodes).values()) == ["gone.example"]
    assert find_strangers([*nodes, node("ccc", joined=False)]) == {}
