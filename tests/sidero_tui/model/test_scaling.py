from dataclasses import replace

from boot.resources.kinds import MACHINE, MACHINE_DEPLOYMENT, SERVER, TALOS_CONTROL_PLANE
from sidero_tui.model.able import find_cluster_obstacles, find_member_obstacles
from sidero_tui.model.cluster_edits import delete_cluster, replace_member, scale_cluster
from sidero_tui.model.clusters import read_cluster
from sidero_tui.model.edits import How
from sidero_tui.model.scaling import explain_deletion, explain_replacement, explain_scale, refuse_scale
from tests.sidero_tui.builders import name_of
from tests.sidero_tui.clusters import build_cluster, build_member, build_provisioning

RACK = build_provisioning()
FACTS = read_cluster(RACK, "default/rack-one")
assert FACTS is not None
FIRST, SECOND, _, WORKER = FACTS.members


def test_only_what_changes_is_scaled_and_each_is_kubectls_own_line() -> None:
    assert FACTS is not None
    edits = scale_cluster(FACTS, 5, 2)
    assert [(edit.kind, edit.name, edit.patch) for edit in edits] == [
        (TALOS_CONTROL_PLANE, "rack-one-cp", {"spec": {"replicas": 5}}),
        (MACHINE_DEPLOYMENT, "rack-one-workers", {"spec": {"replicas": 2}}),
    ]
    assert edits[0].command == "kubectl scale taloscontrolplane rack-one-cp -n default --replicas=5"
    assert scale_cluster(FACTS, 3, 1) == ()


def test_an_even_number_of_control_plane_nodes_and_the_same_numbers_are_refused() -> None:
    assert FACTS is not None
    assert "choose an odd number" in refuse_scale(FACTS, 4, 1)
    assert refuse_scale(FACTS, 3, 1) == "these are the numbers it has"
    assert refuse_scale(FACTS, 5, 1) == ""
    assert "no MachineDeployment" in refuse_scale(replace(FACTS, deployments=()), 3, 2)


def test_scaling_says_what_it_means_and_what_is_lacking() -> None:
    assert FACTS is not None
    told, lacks = explain_scale(RACK, FACTS, 7, 3)
    assert told == [
        "4 more servers become control plane: one after the other joins etcd.",
        "2 more servers become workers.",
    ]
    assert lacks[0].startswith("workers has 0 of 2 free servers: ")
    told, lacks = explain_scale(RACK, FACTS, 1, 0)
    assert told[0].startswith("2 control plane nodes leave etcd, one at a time")
    assert told[1].startswith("1 worker is drained")
    assert lacks == []


def test_deleting_names_the_servers_that_are_wiped() -> None:
    assert FACTS is not None
    said = " ".join(explain_deletion(FACTS))
    assert f"3 servers: {name_of(11)}, {name_of(12)}, {name_of(13)}" in said
    edit = delete_cluster(FACTS)
    assert (edit.how, edit.command) == (How.DELETE, "kubectl delete cluster rack-one -n default")


def test_replacing_cordons_the_server_and_deletes_the_machine() -> None:
    cordon, gone = replace_member(SECOND)
    assert (cordon.kind, cordon.name, cordon.patch) == (SERVER, name_of(12), {"spec": {"cordoned": True}})
    assert (gone.kind, gone.name, gone.how) == (MACHINE, "rack-one-cp-bbbbb", How.DELETE)
    (only,) = replace_member(WORKER)
    assert only.kind == MACHINE


def test_replacing_a_control_plane_node_says_what_becomes_of_etcd() -> None:
    assert FACTS is not None
    said = " ".join(explain_replacement(FACTS, SECOND))
    assert "etcd keeps 1 of 3 members with a node; it needs 2 to answer: it stops until another has joined" in said
    assert "drained" in " ".join(explain_replacement(FACTS, WORKER))


def test_what_cannot_be_done_says_why() -> None:
    assert FACTS is not None
    assert find_cluster_obstacles(None)["scale"] == "no cluster here"
    assert find_cluster_obstacles(FACTS) == {}
    going = replace(FACTS, cluster=build_cluster(deleted=True))
    assert find_cluster_obstacles(going)["delete_cluster"] == "it is being deleted"
    assert "scale" in find_cluster_obstacles(replace(FACTS, control_plane=None))
    assert find_member_obstacles(FACTS, FIRST) == {}
    alone = replace(FACTS, members=(FIRST, WORKER))
    assert "only control plane node" in find_member_obstacles(alone, FIRST)["replace_member"]
    assert find_member_obstacles(FACTS, None)["config"] == "it is in no cluster"
    machine, metal = build_member("m", deleted=True)
    assert find_member_obstacles(FACTS, replace(FIRST, machine=machine, metal=metal))["replace_member"] == "it is leaving already"
