from typing import Any

import orjson

from boot.apiserver.openapi.v2 import build_json, build_protobuf
from boot.apiserver.protobuf.swagger import encode_document
from boot.apiserver.protobuf.wire import read_fields
from tests.boot.apiserver.openapi.kinds import DEFINITIONS


def _at(data: bytes, *numbers: int) -> list[Any]:
    """What is under these field numbers, one inside the other."""
    found: list[Any] = [data]
    for number in numbers:
        found = [value for message in found for at, value in read_fields(message) if at == number]
    return found


def test_the_document_has_every_definition_and_path_where_gnostic_looks_for_them() -> None:
    document = orjson.loads(build_json(DEFINITIONS))
    data = build_protobuf(DEFINITIONS)
    assert _at(data, 1) == [b"2.0"]
    assert [name.decode() for name in _at(data, 9, 1, 1)] == list(document["definitions"])
    assert [name.decode() for name in _at(data, 8, 2, 1)] == list(document["paths"])
    patches = [path["patch"] for path in document["paths"].values() if "patch" in path]
    extensions = _at(data, 8, 2, 2, 8, 13, 2, 2)
    assert [orjson.loads(text) for text in extensions] == [
        patch[name] for patch in patches for name in ("x-kubernetes-action", "x-kubernetes-group-version-kind")
    ]


def test_a_schema_is_written_field_by_field() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/B"}}},
        "additionalProperties": {"type": "string"},
        "enum": ["x"],
        "x-kubernetes-list-type": "map",
        "maximum": 3,
    }
    (written,) = _at(encode_document({}, [("B", schema)]), 9, 1, 2)
    assert _at(written, 22, 1) == [b"object"]
    assert _at(written, 19) == [b"a"]
    assert _at(written, 25, 1, 1) == [b"a"]
    assert _at(written, 25, 1, 2, 15) == [1]
    assert _at(written, 25, 1, 2, 23, 1, 1) == [b"#/definitions/B"]
    assert _at(written, 21, 1, 22, 1) == [b"string"]
    assert _at(written, 20, 2) == [b'"x"']
    assert _at(written, 31, 1) == [b"x-kubernetes-list-type"]
