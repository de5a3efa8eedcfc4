import copy
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from boot.cluster_api.deployments import build_set, by_age, find_new, follow, revision_of, rollout_fields
from boot.resources.base import Object
from tests.boot.cluster_api.objects import deployment, machine_set, template_spec

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HASH = "machine-template-hash"
REVISION = "machinedeployment.clusters.x-k8s.io/revision"


def _changed(**spec: Any) -> Object:
    return {"spec": template_spec(**spec)}


@pytest.mark.parametrize(
    "template",
    [
        _changed(nodeDrainTimeout="5m"),
        _changed(readinessGates=[{"conditionType": "x"}]),
        {**_changed(), "metadata": {"labels": {"x": "y"}}},
        _changed(infrastructureRef={"apiVersion": "i/v1", "kind": "MetalMachineTemplate", "name": "w", "namespace": "default"}),
    ],
)
def test_what_follows_in_place_makes_no_new_machines(template: Object) -> None:
    assert rollout_fields(template) == rollout_fields(_changed())


@pytest.mark.parametrize(
    "template",
    [
        _changed(version="v1.33.0"),
        _changed(failureDomain="a"),
        _changed(infrastructureRef={"apiVersion": "i/v1alpha3", "kind": "MetalMachineTemplate", "name": "other"}),
        _changed(bootstrap={"dataSecretName": "x"}),
    ],
)
def test_anything_else_does(template: Object) -> None:
    assert rollout_fields(template) != rollout_fields(_changed())


def test_the_set_of_the_template_is_found_the_largest_first() -> None:
    sets = [machine_set("small", 1), machine_set("large", 2), machine_set("other", 9)]
    sets[2]["spec"]["template"]["spec"]["version"] = "v1.31.0"
    found = find_new(deployment(), sets, NOW)
    assert found is not None
    assert found["metadata"]["name"] == "large"
    assert find_new(deployment(), sets[2:], NOW) is None


def test_a_rollout_asked_for_by_time_wants_a_set_made_since() -> None:
    wanted = deployment(rolloutAfter="2026-03-01T00:00:00Z")
    before, since = machine_set("before", 3), machine_set("since", 1, creationTimestamp="2026-04-01T00:00:00Z")
    assert find_new(wanted, [before], NOW) is None
    assert find_new(wanted, [before, since], NOW) == since
    assert find_new(wanted, [before], datetime(2026, 2, 1, tzinfo=UTC)) == before


def test_a_new_set_is_told_apart_from_every_other() -> None:
    made = build_set(deployment(3), [], 3, random.Random(1))
    name, unique = made["metadata"]["name"], made["metadata"]["labels"][HASH]
    assert name.startswith("md-")
    assert unique.rpartition("-")[2] == name.rpartition("-")[2]
    labels = {"a": "b", HASH: unique}
    assert made["metadata"]["labels"] == {**labels, "cluster.x-k8s.io/deployment-name": "md"}
    assert made["spec"]["selector"] == {"matchLabels": labels}
    assert made["spec"]["template"] == {"metadata": {"labels": labels}, "spec": template_spec()}
    assert made["metadata"]["annotations"] == {
        REVISION: "1",
        "machinedeployment.clusters.x-k8s.io/desired-replicas": "3",
        "machinedeployment.clusters.x-k8s.io/max-replicas": "4",
    }
    owner = {"apiVersion": "cluster.x-k8s.io/v1beta1", "kind": "MachineDeployment", "name": "md", "uid": "u"}
    assert made["metadata"]["ownerReferences"] == [{**owner, "controller": True, "blockOwnerDeletion": True}]


def test_a_revision_is_above_that_of_every_older_set_and_its_past_is_kept() -> None:
    old = machine_set("old", 0, annotations={REVISION: "4"})
    again = machine_set("again", 1, labels={HASH: "x"}, annotations={REVISION: "2"})
    follow(again, deployment(), [old])
    assert revision_of(again) == 5
    assert again["metadata"]["annotations"]["machinedeployment.clusters.x-k8s.io/revision-history"] == "2"
    settled = copy.deepcopy(again)
    follow(settled, deployment(), [old])
    assert settled == again


def test_annotations_of_the_deployment_go_along_but_for_its_own() -> None:
    wanted = deployment()
    wanted["metadata"]["annotations"] = {"mine": "1", REVISION: "9", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
    made = build_set(wanted, [], 1, random.Random(1))
    assert made["metadata"]["annotations"]["mine"] == "1"
    assert made["metadata"]["annotations"][REVISION] == "1"
    assert "kubectl.kubernetes.io/last-applied-configuration" not in made["metadata"]["annotations"]


def test_a_set_without_its_own_label_is_not_to_be_managed() -> None:
    with pytest.raises(ValueError, match="MachineSet x has no label machine-template-hash"):
        follow(machine_set("x", 1), deployment(), [])


def test_what_the_deployment_does_not_say_stays_what_it_is() -> None:
    kept = machine_set("x", 1, labels={HASH: "1"})
    kept["spec"]["deletePolicy"] = "Random"
    follow(kept, deployment(minReadySeconds=0), [])
    assert kept["spec"]["deletePolicy"] == "Random"
    assert "minReadySeconds" not in kept["spec"]


def test_sets_are_in_the_order_of_their_age() -> None:
    young, old = machine_set("a", 1, creationTimestamp="2026-02-01T00:00:00Z"), machine_set("b", 1)
    assert by_age([young, old]) == [old, young]
