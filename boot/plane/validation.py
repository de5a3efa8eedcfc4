"""Whether an object is what its structural schema (apiextensions/v1) allows, and in Kubernetes' words why not. Pure."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Any

from boot.errors import Cause
from boot.plane.cel_rules import check_rules
from boot.plane.formats import FORMATS
from boot.plane.schema import INT_OR_STRING, PRESERVE, ROOT_FIELDS
from boot.resources.base import Object

_BLOCKING = {"FieldValueRequired", "FieldValueTypeInvalid", "FieldValueNotSupported", "FieldValueTooLong", "FieldValueTooMany"}
_NOWHERE = "<nil>"
"""The field of a cause that has none."""


_UNCHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"
)


def validate(obj: Object, schema: Object) -> list[Cause]:
    """What the schema does not allow; empty when it is fine. CEL rules are looked at by boot.plane.cel_rules."""
    causes = [_required(name) for name in schema.get("required") or () if name not in obj]
    for name, child in (schema.get("properties") or {}).items():
        if name in obj and name not in ROOT_FIELDS:
            causes.extend(check_value(obj[name], child, name))
    return causes


def follow_rules(obj: Object, old: Object | None, schema: Object, causes: Iterable[Cause]) -> list[Cause]:
    """What the CEL rules of the schema do not allow; where `causes` keep them from being evaluated, that they were not."""
    if any(cause.reason in _BLOCKING for cause in causes):
        return [Cause("FieldValueInvalid", f"Invalid value: null: {_UNCHECKED}", _NOWHERE)]
    return list(check_rules(obj, old, schema))


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
_JSON_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}


def check_value(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    """As `validate`, for a value that is at `path`."""
    if value is None:
        if not schema.get("nullable") and schema.get("type") and not schema.get(PRESERVE):
            yield _type_error(path, "null", schema["type"])
        return
    if schema.get(INT_OR_STRING):
        if not isinstance(value, int | str) or isinstance(value, bool):
            yield _type_error(path, _JSON_NAMES[type(value)], "integer,string")
        return
    wanted = schema.get("type")
    fits = not wanted or _TYPES[wanted](value)
    if wanted and not fits:
        yield _type_error(path, _JSON_NAMES[type(value)], wanted)
    if "enum" in schema and value not in schema["enum"]:
        supported = ", ".join(f'"{option}"' for option in schema["enum"])
        yield Cause("FieldValueNotSupported", f"Unsupported value: {_show(value)}: supported values: {supported}", path)
    if fits:
        if not _RULES.keys().isdisjoint(schema):
            for keyword, rule in _RULES.items():
                if keyword in schema:
                    yield from rule(value, schema, path)
        yield from _check_children(value, schema, path)
        if not _COMBINING.isdisjoint(schema):
            yield from _check_combinations(value, schema, path)


def _check_children(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        for name in schema.get("required") or ():
            if name not in value:
                yield _required(f"{path}.{name}")
        extra = schema.get("additionalProperties")
        for name, child in value.items():
            rule = properties.get(name) or (extra if isinstance(extra, dict) else None)
            if rule is not None and not _is_plain(child, rule):
                yield from check_value(child, rule, f"{path}.{name}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            if not _is_plain(item, schema["items"]):
                yield from check_value(item, schema["items"], f"{path}[{index}]")


def _is_plain(value: Any, schema: Object) -> bool:
    """Whether a scalar is right at first sight: most are, and need no look at every rule there might be."""
    return _PLAIN.get(type(value)) == schema.get("type") and schema.keys() <= _SILENT


_PLAIN = {str: "string", bool: "boolean", int: "integer"}
_SILENT = frozenset({"type", "description", "default", "nullable"})
"""What in a schema says nothing about a scalar of the right type."""


def _check_combinations(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    branches = {
        keyword: [list(check_value(value, branch, path)) for branch in schema.get(keyword) or ()] for keyword in _BRANCHING
    }
    failed = [causes for causes in branches["allOf"] if causes]
    if failed:
        yield from (cause for causes in failed for cause in causes)
        yield _nowhere(f'"{path}" must validate all the schemas (allOf)')
    if branches["anyOf"] and all(branches["anyOf"]):
        yield _nowhere(f'"{path}" must validate at least one schema (anyOf)')
        yield from branches["anyOf"][0]
    valid = sum(not causes for causes in branches["oneOf"])
    if branches["oneOf"] and valid != 1:
        found = f"{valid} valid alternatives" if valid else "none valid"
        yield _nowhere(f'"{path}" must validate one and only one schema (oneOf). Found {found}')
        yield from () if valid else branches["oneOf"][0]
    if "not" in schema and not any(check_value(value, schema["not"], path)):
        yield _nowhere(f'"{path}" must not validate the schema (not)')


_BRANCHING = ("allOf", "anyOf", "oneOf")
_COMBINING = frozenset({*_BRANCHING, "not"})
_Rule = Callable[[Any, Object, str], Iterator[Cause]]


def _bound(keyword: str, exclusive: str, words: str, inside: Callable[[Any, Any], bool]) -> _Rule:
    def rule(value: Any, schema: Object, path: str) -> Iterator[Cause]:
        limit, strict = schema[keyword], schema.get(exclusive)
        if _is_number(value) and (not inside(value, limit) or (strict and value == limit)):
            yield _invalid(path, value, f"should be {words}{'' if strict else ' or equal to'} {_show(limit)}")

    return rule


def _multiple_of(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    factor = schema["multipleOf"]
    if _is_number(value) and not math.isclose(value / factor, round(value / factor)):
        yield _invalid(path, value, f"should be a multiple of {_show(factor)}")


def _too_few(keyword: str, kind: type[Sized], words: str) -> _Rule:
    def rule(value: Any, schema: Object, path: str) -> Iterator[Cause]:
        if isinstance(value, kind) and len(value) < schema[keyword]:
            shown = value if kind is str else len(value)
            yield _invalid(path, shown, f"should {words.format(schema[keyword])}")

    return rule


def _too_many(keyword: str, kind: type[Sized]) -> _Rule:
    def rule(value: Any, schema: Object, path: str) -> Iterator[Cause]:
        if isinstance(value, kind) and len(value) > schema[keyword]:
            yield Cause("FieldValueTooMany", f"Too many: {len(value)}: must have at most {schema[keyword]} items", path)

    return rule


def _too_long(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if isinstance(value, str) and len(value) > schema["maxLength"]:
        yield Cause("FieldValueTooLong", f"Too long: may not be more than {schema['maxLength']} bytes", path)


def _pattern(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if isinstance(value, str) and not re.search(schema["pattern"], value):
        yield _invalid(path, value, f"should match '{schema['pattern']}'")


def _format(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    test = FORMATS.get(schema["format"])
    if isinstance(value, str) and test is not None and not test(value):
        words = f"{path} in body must be of type {schema['format']}: {_show(value)}"
        yield Cause("FieldValueTypeInvalid", f"Invalid value: {_show(value)}: {words}", path)


def _list_type(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if not isinstance(value, list) or schema["x-kubernetes-list-type"] not in {"set", "map"}:
        return
    keys: Sequence[str] = schema.get("x-kubernetes-list-map-keys") or ()
    seen = set()
    for index, item in enumerate(value):
        identity = {key: item[key] for key in keys if key in item} if keys and isinstance(item, dict) else item
        text = _show(identity)
        if text in seen:
            yield Cause("FieldValueDuplicate", f"Duplicate value: {text}", f"{path}[{index}]")
        seen.add(text)


def _unique(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if schema["uniqueItems"] and isinstance(value, list) and len(set(map(_show, value))) != len(value):
        yield _invalid(path, value, "shouldn't contain duplicates")


_RULES: dict[str, _Rule] = {
    "minimum": _bound("minimum", "exclusiveMinimum", "greater than", lambda value, limit: value >= limit),
    "maximum": _bound("maximum", "exclusiveMaximum", "less than", lambda value, limit: value <= limit),
    "multipleOf": _multiple_of,
    "minLength": _too_few("minLength", str, "be at least {} chars long"),
    "maxLength": _too_long,
    "minItems": _too_few("minItems", list, "have at least {} items"),
    "maxItems": _too_many("maxItems", list),
    "minProperties": _too_few("minProperties", dict, "have at least {} properties"),
    "maxProperties": _too_many("maxProperties", dict),
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "x-kubernetes-list-type": _list_type,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _show(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _required(path: str) -> Cause:
    return Cause("FieldValueRequired", "Required value", path)


def _invalid(path: str, value: Any, complaint: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {_show(value)}: {path} in body {complaint}", path)


def _nowhere(words: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "": {words}', _NOWHERE)


def _type_error(path: str, actual: str, wanted: str) -> Cause:
    words = f'Invalid value: "{actual}": {path} in body must be of type {wanted}: "{actual}"'
    return Cause("FieldValueTypeInvalid", words, path)
