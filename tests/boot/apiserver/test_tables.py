from datetime import UTC, datetime
from typing import Any

import pytest

from boot.apiserver.ages import render_age, render_duration
from boot.apiserver.discovery import build_aggregated, build_group, versions_of
from boot.apiserver.jsonpath import find
from boot.apiserver.negotiation import Shown, read_accept
from boot.apiserver.openapi import build_document, build_index
from boot.apiserver.requests import Resource, parse_path
from boot.apiserver.tables import build_cell, build_table
from boot.errors import NotFound
from boot.resources.builtin import BUILTIN
from boot.resources.crds import definition_from_crd, own_crds
from boot.resources.kinds import Column

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DEFINITIONS = [*BUILTIN, *(definition_from_crd(crd) for crd in own_crds())]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (599, "9m59s"),
        (600, "10m"),
        (10_799, "179m"),
        (10_800, "3h"),
        (28_799, "7h59m"),
        (28_800, "8h"),
        (172_799, "47h"),
        (172_800, "2d"),
        (180_000, "2d2h"),
        (691_200, "8d"),
        (63_072_000, "2y"),
        (94_694_400, "3y1d"),
        (315_360_000, "10y"),
    ],
)
def test_ages_are_written_as_kubectl_writes_them(seconds: int, text: str) -> None:
    assert render_duration(seconds) == text


def test_a_time_to_come_or_none_at_all_is_invalid() -> None:
    assert render_age("2026-01-03T00:00:00Z", NOW) == "<invalid>"
    assert render_age("yesterday", NOW) == "<invalid>"
    assert render_age("2026-01-01T23:59:00.5Z", NOW) == "59s"


OBJECT: dict[str, Any] = {
    "metadata": {"name": "n", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a.b/c": "x"}},
    "spec": {"list": [1, 2, 3], "flag": False, "text": "t"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}],
        "names": ["a"],
        "none": [],
    },
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (".spec.text", ["t"]),
        ("{.spec.text}", ["t"]),
        ("$.spec.flag", [False]),
        (".spec.list[0]", [1]),
        (".spec.list[-1]", [3]),
        (".spec.list[9]", []),
        (".spec.list[*]", [1, 2, 3]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type=='Other')].status", ["False"]),
        ('.status.conditions[?(@.type!="Ready")].type', ["Other"]),
        (".metadata.labels['a.b/c']", ["x"]),
        (r".metadata.labels.a\.b/c", ["x"]),
        (".none.at.all", []),
        (".spec.text.deeper", []),
    ],
)
def test_json_paths_lead_where_kubectl_goes(path: str, values: list[Any]) -> None:
    assert find(OBJECT, path) == values


def test_what_is_no_json_path_is_said_so() -> None:
    with pytest.raises(ValueError, match="no JSONPath"):
        find(OBJECT, ".a[?(")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (Column("x", ".spec.flag", "boolean"), False),
        (Column("x", ".status.names"), '["a"]'),
        (Column("x", ".status.none"), "[]"),
        (Column("x", ".spec.list[1]", "integer"), 2),
        (Column("x", ".spec.text", "integer"), None),
        (Column("x", ".nothing"), None),
        (Column("x", ".metadata.creationTimestamp", "date"), "24h"),
        (Column("x", ".spec.list[0]"), "1"),
        (Column("x", ".status.conditions[*].status"), "True False"),
        (Column("x", ".spec.flag"), "false"),
        (Column("x", ".metadata.labels", "count"), 1),
        (Column("x", ".nothing", "count"), 0),
    ],
)
def test_cells_are_what_kubectl_prints(column: Column, cell: Any) -> None:
    assert build_cell(column, OBJECT, NOW) == cell


def test_a_table_has_names_first_and_what_goes_along_is_chosen() -> None:
    version = DEFINITIONS[0].versions[0]
    for include, attached in (("", "PartialObjectMetadata"), ("Metadata", "PartialObjectMetadata"), ("None", None)):
        table = build_table(version, [OBJECT], {}, NOW, include)
        assert table["columnDefinitions"][0]["name"] == "Name"
        (row,) = table["rows"]
        assert row["cells"][0] == "n"
        assert row.get("object", {}).get("kind") == attached
    assert build_table(version, [OBJECT], {}, NOW, "Object")["rows"][0]["object"] == OBJECT


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/api/v1/namespaces", Resource("", "v1", "namespaces")),
        ("/api/v1/namespaces/x", Resource("", "v1", "namespaces", "", "x")),
        ("/api/v1/namespaces/x/status", Resource("", "v1", "namespaces", "", "x", "status")),
        ("/api/v1/namespaces/x/secrets", Resource("", "v1", "secrets", "x")),
        ("/api/v1/namespaces/x/secrets/y", Resource("", "v1", "secrets", "x", "y")),
        ("/api/v1/secrets", Resource("", "v1", "secrets")),
        (
            "/apis/metal.sidero.dev/v1alpha2/servers/s/status",
            Resource("metal.sidero.dev", "v1alpha2", "servers", "", "s", "status"),
        ),
    ],
)
def test_paths_name_resources(path: str, resource: Resource) -> None:
    assert parse_path(path) == resource


@pytest.mark.parametrize("path", ["/", "/api", "/apis/g", "/api/v1/a/b/c/d", "/api/v1/namespaces/x//y", "/other/v1/x"])
def test_other_paths_are_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        parse_path(path)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", ""),
        ("*/*", ""),
        ("application/json", ""),
        ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table"),
        ("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", ""),
        (
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
            "PartialObjectMetadata",
        ),
        ("application/vnd.kubernetes.protobuf, */*", ""),
    ],
)
def test_accept_headers_choose_the_representation(header: str, kind: str) -> None:
    shown = read_accept(header)
    assert shown.kind == kind
    assert isinstance(shown, Shown)


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


def test_openapi_documents_carry_what_kubectl_looks_for() -> None:
    index = build_index(DEFINITIONS)
    assert set(index["paths"]) >= {"api/v1", "apis/metal.sidero.dev/v1alpha1", "apis/metal.sidero.dev/v1alpha2"}
    document = build_document(DEFINITIONS, "metal.sidero.dev", "v1alpha2")
    patch = document["paths"]["/apis/metal.sidero.dev/v1alpha2/servers/{name}"]["patch"]
    assert {"fieldValidation", "dryRun"} <= {parameter["name"] for parameter in patch["parameters"]}
    kinds = [schema.get("x-kubernetes-group-version-kind") for schema in document["components"]["schemas"].values()]
    assert [{"group": "metal.sidero.dev", "version": "v1alpha2", "kind": "Server"}] in kinds
