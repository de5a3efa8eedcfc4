import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import boot.resources
from boot.plane.schema import prune
from boot.plane.validation import validate
from boot.resources.conversion import CONVERSION_DATA, convert
from boot.resources.crds import definition_from_crd, own_crds
from boot.resources.own_crds import build_own_crds

OWN = Path(boot.resources.__file__).parent / "own_crds.json"
CRDS = {crd["metadata"]["name"]: crd for crd in own_crds()}
ATOM = {"manufacturer": "Intel(R) Corporation", "version": "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"}


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, crd in CRDS.items():
        for version in crd["spec"]["versions"]:
            yield f"{name}/{version['name']}", version["schema"]["openAPIV3Schema"]


def _nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in (schema.get("properties") or {}).values():
        yield from _nodes(child)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _nodes(schema[key])


@pytest.mark.parametrize(("name", "schema"), _schemas(), ids=lambda value: value if isinstance(value, str) else "")
def test_schemas_are_structural(name: str, schema: dict[str, Any]) -> None:
    for node in _nodes(schema):
        assert not {"$ref", "$defs", "title", "anyOf", "default"} & node.keys()
        assert "type" in node or node.get("x-kubernetes-preserve-unknown-fields") or node.get("x-kubernetes-int-or-string")


def test_the_metal_kinds_have_both_versions_and_store_the_newer() -> None:
    for plural in ("servers", "serverclasses", "environments"):
        crd = CRDS[f"{plural}.metal.sidero.dev"]
        assert [(v["name"], v["served"], v["storage"]) for v in crd["spec"]["versions"]] == [
            ("v1alpha1", True, False),
            ("v1alpha2", True, True),
        ]
        assert crd["metadata"]["labels"]["clusterctl.cluster.x-k8s.io/move"] == ""
        assert crd["spec"]["scope"] == "Cluster"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("servers.metal.sidero.dev", ["Hostname", "Accepted", "Allocated", "Clean"]),
        ("serverclasses.metal.sidero.dev", ["Available", "In Use"]),
        ("environments.metal.sidero.dev", ["Kernel", "Initrd", "Ready"]),
    ],
)
def test_the_guides_columns_come_first(name: str, columns: list[str]) -> None:
    definition = definition_from_crd(CRDS[name])
    for version in definition.versions:
        assert [column.name for column in version.columns][: len(columns)] == columns


def test_what_users_write_is_valid_and_nothing_of_it_is_unknown() -> None:
    server = {
        "spec": {
            "accepted": True,
            "bmc": {"endpoint": "10.0.0.5", "userFrom": {"secretKeyRef": {"name": "s", "key": "user"}}, "pass": "x"},
            "configPatches": [{"op": "replace", "path": "/machine/install", "value": {"disk": "/dev/sda"}}],
            "hardware": {"storage": {"devices": [{"size": 2**40, "deviceName": "/dev/sda"}]}},
        }
    }
    schema = definition_from_crd(CRDS["servers.metal.sidero.dev"]).storage_version.schema
    assert validate(server, schema) == []
    assert prune(server, schema) == []


def _server(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "metal.sidero.dev/v1alpha2",
        "kind": "Server",
        "metadata": {"name": "s"},
        "spec": {"accepted": True, **spec},
    }


HARDWARE = {
    "system": {"uuid": "u", "manufacturer": "M", "productName": "P", "serialNumber": "S"},
    "compute": {
        "totalCoreCount": 8,
        "processors": [
            {"manufacturer": ATOM["manufacturer"], "productName": ATOM["version"], "coreCount": 4},
            {"manufacturer": "second"},
        ],
    },
    "memory": {"totalSize": "32 GB"},
}


def test_a_server_in_the_old_version_has_system_and_cpu() -> None:
    old = convert(_server(hardware=HARDWARE), "v1alpha1")
    assert old["apiVersion"] == "metal.sidero.dev/v1alpha1"
    assert old["spec"] == {
        "accepted": True,
        "cpu": ATOM,
        "system": {"manufacturer": "M", "productName": "P", "serialNumber": "S"},
    }
    assert CONVERSION_DATA in old["metadata"]["annotations"]


def test_there_and_back_nothing_is_lost_and_no_trace_stays() -> None:
    server = _server(hardware=HARDWARE)
    assert convert(convert(server, "v1alpha1"), "v1alpha2") == server


def test_a_change_made_in_the_old_version_is_kept() -> None:
    old = convert(_server(hardware=HARDWARE), "v1alpha1")
    old["spec"]["cpu"]["version"] = "Xeon"
    new = convert(old, "v1alpha2")["spec"]["hardware"]
    assert new["compute"]["processors"][0] == {"manufacturer": ATOM["manufacturer"], "productName": "Xeon", "coreCount": 4}
    assert (new["memory"], new["system"]["uuid"]) == (HARDWARE["memory"], "u")


def test_a_forged_annotation_harms_nothing() -> None:
    for text in ("{", "[]", '{"spec": 1}', '{"spec": {"hardware": [1]}}'):
        old = {**convert(_server(), "v1alpha1"), "metadata": {"name": "s", "annotations": {CONVERSION_DATA: text}}}
        assert convert(old, "v1alpha2")["spec"] == {"accepted": True}


def test_a_class_keeps_its_alternatives_in_both_versions() -> None:
    old = {
        "apiVersion": "metal.sidero.dev/v1alpha1",
        "kind": "ServerClass",
        "metadata": {"name": "c"},
        "spec": {"qualifiers": {"cpu": [ATOM], "systemInformation": [{"manufacturer": "M"}], "labelSelectors": [{"a": "b"}]}},
    }
    new = convert(old, "v1alpha2")
    assert new["spec"]["qualifiers"] == {
        "labelSelectors": [{"a": "b"}],
        "hardware": [
            {"compute": {"processors": [{"manufacturer": ATOM["manufacturer"], "productName": ATOM["version"]}]}},
            {"system": {"manufacturer": "M"}},
        ],
    }
    assert convert(new, "v1alpha1")["spec"] == old["spec"]


def test_what_is_read_at_a_start_is_what_the_models_say() -> None:
    if os.environ.get("SIDERO_TUI_TEST_UPDATE"):
        OWN.write_text(json.dumps(build_own_crds(), indent=1) + "\n")
    assert own_crds() == build_own_crds(), "run this test with SIDERO_TUI_TEST_UPDATE=1"
