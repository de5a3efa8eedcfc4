"""Whether the schema that a CustomResourceDefinition brings is one that boot.plane.schema can work with. Pure."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from boot.errors import Cause
from boot.plane.cel_rules import CEL, check_definitions
from boot.plane.schema import INT_OR_STRING, PRESERVE
from boot.plane.validation import check_value

_TYPES = frozenset({"object", "array", "string", "boolean", "integer", "number"})


def check_schema(schema: Any, path: str) -> Iterator[Cause]:
    """What is wrong with it and what is inside it; `path` is where the schema is in its CustomResourceDefinition."""
    if not isinstance(schema, dict):
        yield _invalid(path, "must be an object")
        return
    wrong = {keyword: words for keyword, (holds, words) in _KEYWORDS.items() if keyword in schema and not holds(schema[keyword])}
    for keyword, words in wrong.items():
        yield _invalid(f"{path}.{keyword}", words)
    if isinstance(schema.get(CEL), list):
        yield from check_definitions(schema, path)
    for place, child in _children({keyword: value for keyword, value in schema.items() if keyword not in wrong}):
        yield from check_schema(child, f"{path}.{place}")
        if not place.startswith(_UNTYPED) and isinstance(child, dict) and not child.keys() & _TYPED:
            words = "Required value: must not be empty for specified " + ("array items" if place == "items" else "object fields")
            yield Cause("FieldValueRequired", words, f"{path}.{place}.type")
    if schema.get("default") is not None and not wrong:  # a null there counts as no default
        yield from check_value(schema["default"], schema, f"{path}.default")


_UNTYPED = ("allOf", "anyOf", "oneOf", "not")
"""Where a schema only adds to what another says: it has no type of its own."""
_TYPED = {"type", PRESERVE, INT_OR_STRING}


def _children(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, child in schema.get("properties", {}).items():
        yield f"properties[{name}]", child
    for keyword in ("items", "not"):
        if keyword in schema:
            yield keyword, schema[keyword]
    if isinstance(schema.get("additionalProperties"), dict):
        yield "additionalProperties", schema["additionalProperties"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(keyword, ())):
            yield f"{keyword}[{index}]", child


def _invalid(path: str, words: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {words}", path)


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _compiles(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


_Check = tuple[Callable[[Any], bool], str]
_OBJECT: _Check = (_is(dict), "must be an object")
_LIST: _Check = (_is(list), "must be a list")
_FLAG: _Check = (_is(bool), "must be true or false")
_COUNT: _Check = (_is(int), "must be an integer")
_NUMBER: _Check = (_is(int, float), "must be a number")

_KEYWORDS: dict[str, _Check] = {
    "type": (lambda value: isinstance(value, str) and value in _TYPES, f"must be one of {', '.join(sorted(_TYPES))}"),
    "format": (_is(str), "must be a string"),
    "pattern": (_compiles, "must be a regular expression"),
    "required": (_is_texts, "must be a list of names"),
    "properties": _OBJECT,
    "items": _OBJECT,
    "not": _OBJECT,
    "additionalProperties": (_is(dict, bool), "must be an object, true or false"),
    "enum": _LIST,
    "allOf": _LIST,
    "anyOf": _LIST,
    "oneOf": _LIST,
    "nullable": _FLAG,
    "uniqueItems": _FLAG,
    PRESERVE: _FLAG,
    INT_OR_STRING: _FLAG,
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT),
}
