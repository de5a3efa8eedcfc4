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
        ({"properties": {"a": {"pattern": "("}}}, "s.properties[a].pattern"),
        ({"items": []}, "s.items"),
        ({"items": {"required": [1]}}, "s.items.required"),
        ({"additionalProperties": {"minLength": "1"}}, "s.additionalProperties.minLength"),
        ({"anyOf": [{"maximum": None}]}, "s.anyOf[0].maximum"),
        ({"not": {"nullable": 1}}, "s.not.nullable"),
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
