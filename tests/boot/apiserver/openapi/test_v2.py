from boot.apiserver.openapi.v2 import build_document, to_v2
from tests.boot.apiserver.openapi.kinds import DEFINITIONS


def test_everything_is_in_one_document() -> None:
    document = build_document(DEFINITIONS)
    assert document["swagger"] == "2.0"
    assert {"dev.sidero.metal.v1alpha1.Server", "dev.sidero.metal.v1alpha2.Server", "test.example.v1.Rack"} <= set(
        document["definitions"]
    )
    patch = document["paths"]["/apis/example.test/v1/namespaces/{namespace}/racks/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "example.test", "version": "v1", "kind": "Rack"}
    assert "application/merge-patch+json" in patch["consumes"]
    assert {"dryRun", "fieldValidation"} <= {parameter["name"] for parameter in patch["parameters"]}


def test_what_version_two_cannot_say_is_any_value() -> None:
    spec = build_document(DEFINITIONS)["definitions"]["test.example.v1.Rack"]["properties"]["spec"]["properties"]
    assert spec == {
        "units": {"type": "integer", "maximum": 48, "enum": [12, 42]},
        "port": {"x-kubernetes-int-or-string": True},
        "note": {"description": "What people say."},
        "any": {"x-kubernetes-preserve-unknown-fields": True},
        "names": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^a"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "loose": {"type": "object", "additionalProperties": True},
    }


def test_references_are_to_definitions() -> None:
    assert to_v2({"$ref": "#/components/schemas/A"}) == {"$ref": "#/definitions/A"}
    assert to_v2({"description": "b", "allOf": [{"$ref": "#/components/schemas/A"}]}) == {
        "$ref": "#/definitions/A",
        "description": "b",
    }
    assert to_v2({"type": "array"}) == {}
