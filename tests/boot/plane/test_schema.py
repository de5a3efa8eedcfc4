from typing import Any

import pytest

from boot.plane.schema import default, prune, too_deep, validate

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
                "units": {"type": "integer", "minimum": 1, "maximum": 48, "default": 42, "format": "int32"},
                "mode": {"type": "string", "enum": ["uefi", "bios"]},
                "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1},
                "port": {"x-kubernetes-int-or-string": True},
                "anything": {"x-kubernetes-preserve-unknown-fields": True},
                "maybe": {"type": "string", "nullable": True},
                "at": {"type": "string", "format": "date-time"},
                "inner": {"type": "object", "properties": {"x": {"type": "number", "default": 1}}},
                "one": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                "any": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "not": {"not": {"enum": ["bad"]}},
            },
        },
    },
}


def _obj(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "X", "metadata": {"name": "n"}, "spec": {"name": "ab", **spec}}


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"units": 48},
        {"mode": "uefi"},
        {"tags": ["a", "b"]},
        {"labels": {"a": "b"}},
        {"port": 80},
        {"port": "http"},
        {"anything": {"deep": [1]}},
        {"maybe": None},
        {"at": "2026-01-01T00:00:00Z"},
        {"inner": {"x": 1.5}},
        {"one": 1},
        {"any": "a"},
        {"not": "good"},
    ],
)
def test_what_the_schema_allows_passes(spec: dict[str, Any]) -> None:
    assert validate(_obj(**spec), SCHEMA) == []


@pytest.mark.parametrize(
    ("spec", "field", "words"),
    [
        ({"name": "a"}, "spec.name", "should be at least 2 chars long"),
        ({"name": "abcdef"}, "spec.name", "should be at most 5 chars long"),
        ({"name": "AB"}, "spec.name", "should match '^[a-z]+$'"),
        ({"name": None}, "spec.name", 'must be of type string: "null"'),
        ({"units": "1"}, "spec.units", 'Invalid value: "string": spec.units in body must be of type integer: "string"'),
        ({"units": True}, "spec.units", "must be of type integer"),
        ({"units": 0}, "spec.units", "should be greater than or equal to 1"),
        ({"units": 49}, "spec.units", "should be less than or equal to 48"),
        ({"mode": "x"}, "spec.mode", 'Unsupported value: "x": supported values: "uefi", "bios"'),
        ({"tags": []}, "spec.tags", "should have at least 1 items"),
        ({"tags": ["a", "b", "c"]}, "spec.tags", "should have at most 2 items"),
        ({"tags": ["a", "a"]}, "spec.tags", "shouldn't contain duplicates"),
        ({"tags": [1]}, "spec.tags[0]", "must be of type string"),
        ({"labels": {"a": 1}}, "spec.labels.a", "must be of type string"),
        ({"labels": {"a": "1", "b": "2"}}, "spec.labels", "should have at most 1 properties"),
        ({"port": 1.5}, "spec.port", "must be of type integer,string"),
        ({"at": "yesterday"}, "spec.at", "must be of type date-time"),
        ({"one": True}, "spec.one", "must validate one and only one schema"),
        ({"any": True}, "spec.any", "must validate at least one schema"),
        ({"not": "bad"}, "spec.not", "must not validate the schema"),
    ],
)
def test_what_it_does_not_allow_is_named_in_kubernetes_words(spec: dict[str, Any], field: str, words: str) -> None:
    (cause,) = validate(_obj(**spec), SCHEMA)
    assert cause.field == field
    assert words in cause.message


def test_a_missing_required_field_is_named() -> None:
    (cause,) = validate({"spec": {}}, SCHEMA)
    assert (cause.reason, cause.field, cause.message) == ("FieldValueRequired", "spec.name", "Required value")


def test_unknown_fields_are_taken_out_and_told_but_not_where_they_are_kept() -> None:
    obj = _obj(nonsense=1, inner={"x": 1, "y": 2}, anything={"z": 1}, labels={"free": "x"}) | {"extra": True}
    assert prune(obj, SCHEMA) == ["extra", "spec.inner.y", "spec.nonsense"]
    assert obj["spec"] == {"name": "ab", "inner": {"x": 1}, "anything": {"z": 1}, "labels": {"free": "x"}}
    assert obj["metadata"] == {"name": "n"}


def test_defaults_fill_in_what_is_absent() -> None:
    obj = _obj(inner={})
    default(obj, SCHEMA)
    assert (obj["spec"]["units"], obj["spec"]["inner"]) == (42, {"x": 1})


def test_a_bomb_is_told_by_its_depth() -> None:
    bomb: Any = {}
    for _ in range(1000):
        bomb = {"a": bomb}
    assert too_deep(bomb)
    assert not too_deep(_obj(anything=[[[]]]))
