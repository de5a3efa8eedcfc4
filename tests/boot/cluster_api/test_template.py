from collections.abc import Iterator
from typing import Any

import yaml

from boot.cluster_api.template import ClusterPlan, build_manifest, render_manifest

PLAN = ClusterPlan(
    "rack-one", "10.0.0.10", "masters", "workers", "v1.32.0", "v1.9", control_planes=3, workers=2, namespace="metal"
)


def test_the_objects_come_in_the_order_of_sideros_template() -> None:
    assert [(obj["kind"], obj["metadata"]["name"]) for obj in build_manifest(PLAN)] == [
        ("Cluster", "rack-one"),
        ("MetalCluster", "rack-one"),
        ("MetalMachineTemplate", "rack-one-cp"),
        ("TalosControlPlane", "rack-one-cp"),
        ("TalosConfigTemplate", "rack-one-workers"),
        ("MachineDeployment", "rack-one-workers"),
        ("MetalMachineTemplate", "rack-one-workers"),
    ]


def test_each_reference_names_an_object_of_the_manifest_in_the_version_that_is_stored() -> None:
    objects = build_manifest(PLAN)
    there = {(obj["apiVersion"], obj["kind"], obj["metadata"]["name"]) for obj in objects}
    named = {(ref["apiVersion"], ref["kind"], ref["name"]) for obj in objects for ref in _references(obj["spec"])}
    classes = {("metal.sidero.dev/v1alpha2", "ServerClass", name) for name in ("masters", "workers")}
    assert named - classes <= there
    assert classes <= named


def test_what_is_rendered_reads_back_as_it_was_with_patches_as_blocks_and_no_aliases() -> None:
    patch = "machine:\n  install:\n    disk: /dev/sda\n"
    plan = ClusterPlan("a", "b", "c", "d", "v1.32.0", "v1.9", control_plane_patches=(patch,), worker_patches=(patch,))
    text = render_manifest(build_manifest(plan))
    assert list(yaml.safe_load_all(text)) == build_manifest(plan)
    assert "- |\n" in text
    assert "*id" not in text


def test_there_are_no_patches_where_none_are_wanted_since_an_empty_list_is_not_the_same_to_go() -> None:
    assert all("strategicPatches" not in str(obj) for obj in build_manifest(PLAN))


def test_everything_is_in_the_namespace() -> None:
    assert {obj["metadata"]["namespace"] for obj in build_manifest(PLAN)} == {"metal"}


def _references(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "kind" in value and "name" in value:
            yield value
        for below in value.values():
            yield from _references(below)
