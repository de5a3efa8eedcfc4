from boot.apiserver.openapi import build_document, build_index
from boot.resources.builtin import BUILTIN
from boot.resources.crds import definition_from_crd, own_crds

DEFINITIONS = [*BUILTIN, *(definition_from_crd(crd) for crd in own_crds())]


def test_openapi_documents_carry_what_kubectl_looks_for() -> None:
    index = build_index(DEFINITIONS)
    assert set(index["paths"]) >= {"api/v1", "apis/metal.sidero.dev/v1alpha1", "apis/metal.sidero.dev/v1alpha2"}
    document = build_document(DEFINITIONS, "metal.sidero.dev", "v1alpha2")
    patch = document["paths"]["/apis/metal.sidero.dev/v1alpha2/servers/{name}"]["patch"]
    assert {"fieldValidation", "dryRun"} <= {parameter["name"] for parameter in patch["parameters"]}
    kinds = [schema.get("x-kubernetes-group-version-kind") for schema in document["components"]["schemas"].values()]
    assert [{"group": "metal.sidero.dev", "version": "v1alpha2", "kind": "Server"}] in kinds
