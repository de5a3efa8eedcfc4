import pytest

from boot.cluster_api.references import describe, kind_of, object_reference
from boot.errors import NotFound
from boot.resources.kinds import METAL_MACHINE


def test_a_reference_names_a_kind_whatever_version_it_says() -> None:
    for version in ("v1alpha2", "v1alpha3"):
        assert kind_of({"apiVersion": f"infrastructure.cluster.x-k8s.io/{version}", "kind": "MetalMachine"}) == METAL_MACHINE


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ({"apiVersion": "infrastructure.cluster.x-k8s.io/v1beta1", "kind": "DockerMachine"}, "DockerMachine of infrastructure"),
        ({"kind": "MetalMachine"}, "MetalMachine of no group"),
        ({}, "an object without a kind"),
    ],
)
def test_what_no_provider_brings_is_said_by_name(reference: dict[str, str], named: str) -> None:
    with pytest.raises(NotFound, match=named):
        kind_of(reference)


def test_a_reference_leads_back_to_its_object() -> None:
    obj = {
        "apiVersion": METAL_MACHINE.api_version,
        "kind": "MetalMachine",
        "metadata": {"name": "m", "namespace": "default", "uid": "u", "labels": {}},
    }
    reference = object_reference(obj)
    assert reference == {
        "apiVersion": METAL_MACHINE.api_version,
        "kind": "MetalMachine",
        "name": "m",
        "namespace": "default",
        "uid": "u",
    }
    assert describe(reference) == "MetalMachine m"
    assert describe({}) == "object"
