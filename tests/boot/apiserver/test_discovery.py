import pytest

from boot.apiserver.discovery import build_aggregated, build_group, build_paths, versions_of
from boot.resources.builtin import BUILTIN
from boot.resources.crds import definition_from_crd, own_crds

DEFINITIONS = [*BUILTIN, *(definition_from_crd(crd) for crd in own_crds())]


def test_newer_versions_are_preferred() -> None:
    assert versions_of(DEFINITIONS, "metal.sidero.dev") == ["v1alpha2", "v1alpha1"]
    assert build_group(DEFINITIONS, "metal.sidero.dev")["preferredVersion"]["version"] == "v1alpha2"


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
def test_aggregated_discovery_names_every_kind_once(version: str) -> None:
    document = build_aggregated(DEFINITIONS, version, core=False)
    assert document["apiVersion"] == f"apidiscovery.k8s.io/{version}"
    found = {
        (g["metadata"]["name"], v["version"], r["resource"])
        for g in document["items"]
        for v in g["versions"]
        for r in v["resources"]
    }
    assert ("metal.sidero.dev", "v1alpha1", "servers") in found
    assert ("boot.sidero-tui.dev", "v1alpha1", "boots") in found
    assert build_aggregated(DEFINITIONS, version, core=True)["items"][0]["metadata"]["name"] == ""


def test_the_root_lists_every_path_that_leads_somewhere() -> None:
    paths = build_paths(DEFINITIONS)["paths"]
    assert paths == sorted(set(paths))
    assert {"/api/v1", "/apis/metal.sidero.dev", "/apis/metal.sidero.dev/v1alpha1", "/openapi/v3", "/version"} <= set(paths)
