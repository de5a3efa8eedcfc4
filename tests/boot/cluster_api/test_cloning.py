import pytest

from boot.cluster_api.cloning import clone_template
from boot.cluster_api.ownership import owner_reference
from boot.errors import NotFound
from boot.resources.base import Object

OWNER = owner_reference({"apiVersion": "cluster.x-k8s.io/v1beta1", "kind": "MachineSet", "metadata": {"name": "ms", "uid": "u"}})


def _template(spec: Object) -> Object:
    return {
        "apiVersion": "infrastructure.cluster.x-k8s.io/v1alpha3",
        "kind": "MetalMachineTemplate",
        "metadata": {"name": "workers", "namespace": "default", "uid": "t", "resourceVersion": "7", "labels": {"own": "label"}},
        "spec": spec,
    }


def test_a_clone_has_the_templates_spec_under_its_own_name_owner_and_labels() -> None:
    inner = {"metadata": {"labels": {"from": "template"}}, "spec": {"serverClassRef": {"name": "any"}}}
    clone = clone_template(
        _template({"template": inner}), name="ms-abcde", cluster="mgmt", owner=OWNER, labels={"a": "b"}, annotations={"c": "d"}
    )
    assert clone == {
        "apiVersion": "infrastructure.cluster.x-k8s.io/v1alpha3",
        "kind": "MetalMachine",
        "metadata": {
            "name": "ms-abcde",
            "namespace": "default",
            "labels": {"from": "template", "a": "b", "cluster.x-k8s.io/cluster-name": "mgmt"},
            "annotations": {
                "c": "d",
                "cluster.x-k8s.io/cloned-from-name": "workers",
                "cluster.x-k8s.io/cloned-from-groupkind": "MetalMachineTemplate.infrastructure.cluster.x-k8s.io",
            },
            "ownerReferences": [OWNER],
        },
        "spec": {"serverClassRef": {"name": "any"}},
    }


def test_a_clone_shares_nothing_with_its_template() -> None:
    template = _template({"template": {"spec": {"serverClassRef": {"name": "any"}}}})
    clone_template(template, name="x", cluster="c", owner=OWNER)["spec"]["serverClassRef"]["name"] = "other"
    assert template["spec"]["template"]["spec"]["serverClassRef"]["name"] == "any"


def test_a_template_without_anything_in_it_is_refused() -> None:
    with pytest.raises(NotFound, match=r"MetalMachineTemplate workers has no spec\.template"):
        clone_template(_template({}), name="x", cluster="c", owner=OWNER)
