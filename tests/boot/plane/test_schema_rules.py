from typing import Any

import pytest

from boot.plane.schema_rules import check_schema


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (5, "s"),
        ({"type": "text"}, "s.type"),
        ({"type": ["string"]}, "s.type"),
        ({"properties": 5}, "s.properties"),
        ({"properties": {"a": 5}}, "s.properties[a]"),
        ({"properties": {"a": {"type": "string", "pattern": "("}}}, "s.properties[a].pattern"),
        ({"items": []}, "s.items"),
        ({"items": {"type": "object", "required": [1]}}, "s.items.required"),
        ({"additionalProperties": {"type": "string", "minLength": "1"}}, "s.additionalProperties.minLength"),
        ({"anyOf": [{"maximum": None}]}, "s.anyOf[0].maximum"),
        ({"not": {"nullable": 1}}, "s.not.nullable"),
        ({"properties": {"a": {}}}, "s.properties[a].type"),
        ({"items": {"minimum": 1}}, "s.items.type"),
        ({"properties": {"a": {"type": "integer", "default": "x"}}}, "s.properties[a].default"),
        ({"properties": {"a": {"type": "integer", "maximum": 1, "default": 2}}}, "s.properties[a].default"),
    ],
)
def test_a_schema_nothing_could_be_checked_with_is_refused(schema: Any, path: str) -> None:
    assert [cause.field for cause in check_schema(schema, "s")] == [path]


def test_a_schema_in_order_is_taken() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "pattern": "^x$", "minLength": 1, "enum": ["x"], "default": None},
            "b": {"type": "array", "items": {"type": "integer", "maximum": 1.5}, "x-kubernetes-list-type": "set"},
            "c": {"type": "object", "additionalProperties": True, "x-kubernetes-preserve-unknown-fields": True},
            "d": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        },
    }
    assert list(check_schema(schema, "s")) == []
