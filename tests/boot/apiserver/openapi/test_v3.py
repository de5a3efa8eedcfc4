import json
from typing import Any

import pytest

from boot.apiserver.openapi.v3 import build_document, build_index, digest, group_versions
from tests.boot.apiserver.openapi.kinds import DEFINITIONS


def _document(group: str, version: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(build_document(DEFINITIONS, group, version))
    return document


def test_the_index_leads_to_every_group_and_version() -> None:
    versions = group_versions(DEFINITIONS)
    assert {("", "v1"), ("metal.sidero.dev", "v1alpha1"), ("metal.sidero.dev", "v1alpha2"), ("example.test", "v1")} <= set(
        versions
    )
    index = build_index({("", "v1"): "AA", ("example.test", "v1"): "BB"})
    assert index["paths"] == {
        "api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=AA"},
        "apis/example.test/v1": {"serverRelativeURL": "/openapi/v3/apis/example.test/v1?hash=BB"},
    }


def test_documents_carry_what_kubectl_looks_for() -> None:
    document = _document("metal.sidero.dev", "v1alpha2")
    patch = document["paths"]["/apis/metal.sidero.dev/v1alpha2/servers/{name}"]["patch"]
    names = {parameter["name"] for parameter in patch["parameters"]}
    assert {"fieldValidation", "dryRun", "fieldManager", "force"} <= names
    kind = {"group": "metal.sidero.dev", "version": "v1alpha2", "kind": "Server"}
    assert patch["x-kubernetes-group-version-kind"] == kind
    schemas = document["components"]["schemas"]
    assert schemas["dev.sidero.metal.v1alpha2.Server"]["x-kubernetes-group-version-kind"] == [kind]
    assert schemas["dev.sidero.metal.v1alpha2.ServerList"]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/dev.sidero.metal.v1alpha2.Server"
    }


def test_subresources_have_paths_of_their_own() -> None:
    paths = _document("example.test", "v1")["paths"]
    one = "/apis/example.test/v1/namespaces/{namespace}/racks/{name}"
    assert set(paths) == {one, f"{one}/status", f"{one}/scale", one.removesuffix("/{name}"), "/apis/example.test/v1/racks"}
    assert set(paths[f"{one}/scale"]) == {"get", "put", "patch"}
    assert paths[f"{one}/scale"]["patch"]["x-kubernetes-group-version-kind"]["kind"] == "Scale"


def test_a_kind_that_is_only_created_has_no_list_and_no_path_of_one_object() -> None:
    document = _document("asked.test", "v1")
    assert {path: list(operations) for path, operations in document["paths"].items()} == {
        "/apis/asked.test/v1/questions": ["post"]
    }
    assert "io.k8s.api.asked.v1.QuestionList" not in document["components"]["schemas"]


@pytest.mark.parametrize(("group", "version"), group_versions(DEFINITIONS))
def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own(group: str, version: str) -> None:
    document = _document(group, version)
    references = set(_values(document, "$ref"))
    assert {reference.rpartition("/")[2] for reference in references} <= set(document["components"]["schemas"])
    names = list(_values(document["paths"], "operationId"))
    assert len(names) == len(set(names))


def test_all_of_the_metadata_is_explained() -> None:
    schemas = _document("", "v1")["components"]["schemas"]
    meta = schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]["properties"]
    assert {"ownerReferences", "managedFields", "deletionTimestamp", "generation"} <= set(meta)
    assert all(field["description"] for field in meta.values())


def test_the_digest_changes_with_the_content() -> None:
    assert digest(b"a") != digest(b"b")
    assert build_document(DEFINITIONS, "", "v1") == build_document(list(DEFINITIONS), "", "v1")


def _values(node: Any, key: str) -> list[Any]:
    if isinstance(node, dict):
        return [found for name, child in node.items() for found in ([child] if name == key else _values(child, key))]
    return [found for child in node for found in _values(child, key)] if isinstance(node, list) else []
