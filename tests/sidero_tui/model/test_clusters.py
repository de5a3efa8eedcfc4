from dataclasses import replace

import pytest

from boot.resources.cluster_api import Cluster
from sidero_tui.model.clusters import ClusterFacts, ClusterState, decide_cluster_state, list_troubles, read_cluster
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.clusters import build_cluster, build_control_plane, build_provisioning, build_workers, condition

RACK = build_provisioning()
KEY = "default/rack-one"


def facts_of(snapshot: Snapshot) -> ClusterFacts:
    found = read_cluster(snapshot, KEY)
    assert found is not None
    return found


def test_a_cluster_comes_with_its_control_plane_its_workers_and_its_members_in_order() -> None:
    facts = facts_of(RACK)
    assert (facts.control_planes.text, facts.workers.text) == ("1/3", "0/1")
    assert (facts.endpoint, facts.version, facts.talos) == ("10.0.0.100:6443", "v1.32.3", "v1.9")
    assert [(member.machine.name[-5:], member.control_plane) for member in facts.members] == [
        ("aaaaa", True),
        ("bbbbb", True),
        ("ccccc", True),
        ("ddddd", False),
    ]


def test_one_that_is_gone_is_none() -> None:
    assert read_cluster(RACK, "default/other") is None


def test_a_cluster_of_the_same_name_in_another_namespace_has_members_of_its_own() -> None:
    other = build_cluster().model_copy(update={"metadata": build_cluster().metadata.model_copy(update={"namespace": "lab"})})
    found = read_cluster(replace(RACK, clusters={**RACK.clusters, "lab/rack-one": other}), "lab/rack-one")
    assert found is not None
    assert found.members == ()
    assert found.deployments == ()


@pytest.mark.parametrize(
    ("cluster", "ready", "workers", "state"),
    [
        (build_cluster(phase="Pending"), 0, 0, ClusterState.PENDING),
        (build_cluster(phase="Provisioning"), 0, 0, ClusterState.PROVISIONING),
        (build_cluster(), 0, 0, ClusterState.PROVISIONING),
        (build_cluster(), 1, 0, ClusterState.PROVISIONED),
        (build_cluster(), 3, 0, ClusterState.PROVISIONED),
        (build_cluster(), 3, 1, ClusterState.READY),
        (build_cluster(paused=True), 3, 1, ClusterState.PAUSED),
        (build_cluster(failure="no"), 3, 1, ClusterState.FAILED),
        (build_cluster(deleted=True, paused=True), 3, 1, ClusterState.DELETING),
    ],
)
def test_a_cluster_is_ready_when_its_api_answers_and_every_node_is_there(
    cluster: Cluster, ready: int, workers: int, state: ClusterState
) -> None:
    snapshot = replace(
        RACK,
        clusters={KEY: cluster},
        control_planes={"default/rack-one-cp": build_control_plane(ready=ready)},
        deployments={"default/rack-one-workers": build_workers(ready=workers)},
    )
    assert decide_cluster_state(facts_of(snapshot)) is state


def test_what_is_wrong_comes_errors_first_and_what_only_takes_time_is_not_told() -> None:
    conditions = [
        condition("Resized", "False", 10, "ScalingUp", "scaling up", "Info"),
        condition("MachinesCreated2", "False", 10, "PreflightCheckFailed", "ControlPlaneIsStable", "Error"),
        condition("EtcdClusterHealthyCondition", "False", 10, "EtcdClusterUnhealthy", "two members answer", "Warning"),
        condition("MachinesCreated", "False", 10, "MachineGenerationFailed", "", "Error"),
        condition("Ready", "False", 10, "MachineGenerationFailed", "repeats it", "Error"),
    ]
    snapshot = replace(RACK, control_planes={"default/rack-one-cp": build_control_plane(conditions=conditions)})
    told = [(trouble.who[-5:], trouble.text, trouble.grave) for trouble in list_troubles(facts_of(snapshot))]
    assert told == [
        ("ne-cp", "MachinesCreated is not so: MachineGenerationFailed", True),
        ("ne-cp", "two members answer", False),
        ("ddddd", "class workers has no server to give: r4 is not wiped yet", False),
    ]
