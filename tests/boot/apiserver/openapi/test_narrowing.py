import json

import pytest

from boot.apiserver.openapi.narrowing import render_schema
from boot.resources.base import Object
from tests.boot.apiserver.openapi.kinds import RACK


def test_what_version_two_cannot_say_is_any_value() -> None:
    (version,) = RACK["spec"]["versions"]
    narrowed = json.loads(render_schema(version["schema"]["openAPIV3Schema"]))
    assert narrowed["properties"]["spec"]["properties"] == {
        "units": {"type": "integer", "maximum": 48, "enum": [12, 42]},
        "port": {"x-kubernetes-int-or-string": True},
        "note": {"description": "What people say."},
        "any": {"x-kubernetes-preserve-unknown-fields": True},
        "names": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^a"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "loose": {"type": "object", "additionalProperties": True},
    }


@pytest.mark.parametrize(
    ("schema", "narrowed"),
    [
        ({"$ref": "#/components/schemas/A"}, {"$ref": "#/definitions/A"}),
        (
            {"description": "b", "allOf": [{"$ref": "#/components/schemas/A"}]},
            {"$ref": "#/definitions/A", "description": "b"},
        ),
        ({"type": "object", "allOf": [{"required": ["a"]}]}, {"type": "object"}),
        ({"type": "array"}, {}),
        ({"type": "array", "items": {"$ref": "#/components/schemas/A"}}, {"type": "array", "items": {"$ref": "#/definitions/A"}}),
        ({"properties": {"properties": {"type": "string", "default": "x"}}}, {"properties": {"properties": {"type": "string"}}}),
    ],
)
def test_each_level_says_what_it_can(schema: Object, narrowed: Object) -> None:
    assert json.loads(render_schema(schema)) == narrowed
