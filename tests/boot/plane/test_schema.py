from typing import Any

import pytest

from boot.errors import Cause
from boot.plane.schema import default, prune, too_deep
from boot.plane.validation import follow_rules, validate

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
                "both": {"oneOf": [{"minimum": 1}, {"maximum": 5}]},
                "all": {"allOf": [{"minimum": 2}, {"maximum": 5}]},
                "over": {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
                "half": {"type": "number", "multipleOf": 0.5},
                "set": {"type": "array", "x-kubernetes-list-type": "set"},
                "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
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
        ({"name": "abcdef"}, "spec.name", "Too long: may not be more than 5 bytes"),
        ({"name": "AB"}, "spec.name", "should match '^[a-z]+$'"),
        ({"name": None}, "spec.name", 'must be of type string: "null"'),
        ({"units": "1"}, "spec.units", 'Invalid value: "string": spec.units in body must be of type integer: "string"'),
        ({"units": True}, "spec.units", "must be of type integer"),
        ({"units": 0}, "spec.units", "should be greater than or equal to 1"),
        ({"units": 49}, "spec.units", "should be less than or equal to 48"),
        ({"mode": "x"}, "spec.mode", 'Unsupported value: "x": supported values: "uefi", "bios"'),
        ({"tags": []}, "spec.tags", "should have at least 1 items"),
        ({"tags": ["a", "b", "c"]}, "spec.tags", "Too many: 3: must have at most 2 items"),
        ({"tags": ["a", "a"]}, "spec.tags", "shouldn't contain duplicates"),
        ({"tags": [1]}, "spec.tags[0]", "must be of type string"),
        ({"labels": {"a": 1}}, "spec.labels.a", "must be of type string"),
        ({"labels": {"a": "1", "b": "2"}}, "spec.labels", "Too many: 2: must have at most 1 items"),
        ({"port": 1.5}, "spec.port", "must be of type integer,string"),
        ({"at": "yesterday"}, "spec.at", "must be of type date-time"),
        ({"not": "bad"}, "<nil>", '"spec.not" must not validate the schema (not)'),
        ({"over": 1}, "spec.over", "should be greater than 1"),
        ({"half": 0.7}, "spec.half", "should be a multiple of 0.5"),
        ({"set": ["a", "a"]}, "spec.set[1]", 'Duplicate value: "a"'),
        ({"map": [{"k": 1, "v": 1}, {"k": 1}]}, "spec.map[1]", 'Duplicate value: {"k":1}'),
    ],
)
def test_what_it_does_not_allow_is_named_in_kubernetes_words(spec: dict[str, Any], field: str, words: str) -> None:
    (cause,) = validate(_obj(**spec), SCHEMA)
    assert cause.field == field
    assert words in cause.message


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"one": True}, "(oneOf). Found none valid"),
        ({"both": 3}, "(oneOf). Found 2 valid alternatives"),
        ({"any": True}, '"spec.any" must validate at least one schema (anyOf)'),
        ({"all": 1}, '"spec.all" must validate all the schemas (allOf)'),
    ],
)
def test_what_no_combination_allows_is_named_without_a_field(spec: dict[str, Any], words: str) -> None:
    assert any(cause.field == "<nil>" and words in cause.message for cause in validate(_obj(**spec), SCHEMA))


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


def test_a_null_is_absent_unless_it_may_be_one() -> None:
    obj = _obj(units=None, mode=None, maybe=None, labels={"a": None}, tags=[None], anything=None)
    default(obj, SCHEMA)
    assert obj["spec"] == {"name": "ab", "units": 42, "maybe": None, "labels": {}, "tags": [None], "anything": None}


def test_rules_that_were_not_evaluated_are_told_of() -> None:
    ruled = {"properties": {"spec": {"type": "string", "x-kubernetes-validations": [{"rule": "self != 'a'"}]}}}
    broken = [Cause("FieldValueRequired", "Required value", "spec.name")]
    assert [cause.field for cause in follow_rules({"spec": "a"}, None, ruled, broken)] == ["<nil>"]
    slight = [Cause("FieldValueInvalid", "", "spec")]
    assert [cause.field for cause in follow_rules({"spec": "a"}, None, ruled, slight)] == ["spec"]


def test_a_bomb_is_told_by_its_depth() -> None:
    bomb: Any = {}
    for _ in range(1000):
        bomb = {"a": bomb}
    assert too_deep(bomb)
    assert not too_deep(_obj(anything=[[[]]]))
