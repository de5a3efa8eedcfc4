"""Structural schemas (apiextensions/v1) at work on objects: defaulting, pruning, validation. Pure."""

import base64
import binascii
import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from boot.errors import Cause
from boot.resources.base import Object

PRESERVE = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"
DEEPEST = 64
"""Levels of nesting; deeper input is refused rather than recursed into."""

_ROOT_FIELDS = frozenset({"apiVersion", "kind", "metadata"})


def default(value: Any, schema: Object) -> None:
    """Fill in `default`s where a field is absent, in place."""
    if isinstance(value, dict):
        for name, child in (schema.get("properties") or {}).items():
            if name not in value and "default" in child:
                value[name] = copy.deepcopy(child["default"])
            if name in value:
                default(value[name], child)
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            for name in value.keys() - (schema.get("properties") or {}).keys():
                default(value[name], extra)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            default(item, schema["items"])


def prune(obj: Object, schema: Object) -> list[str]:
    """Remove fields the schema does not know, in place; returns their paths, sorted."""
    unknown: list[str] = []
    for name in list(obj):
        if name in _ROOT_FIELDS:
            continue
        _prune_member(obj, name, schema, name, unknown)
    return sorted(unknown)


def _prune(value: Any, schema: Object, path: str, unknown: list[str]) -> None:
    if isinstance(value, dict) and not schema.get(INT_OR_STRING):
        for name in list(value):
            _prune_member(value, name, schema, f"{path}.{name}", unknown)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _prune(item, schema.get("items") or {PRESERVE: True}, f"{path}[{index}]", unknown)


def _prune_member(value: Object, name: str, schema: Object, path: str, unknown: list[str]) -> None:
    child = (schema.get("properties") or {}).get(name)
    if child is None and isinstance(schema.get("additionalProperties"), dict):
        child = schema["additionalProperties"]
    if child is not None:
        _prune(value[name], child, path, unknown)
    elif not schema.get(PRESERVE) and schema.get("additionalProperties") is not True:
        del value[name]
        unknown.append(path)


def too_deep(value: Any, levels: int = DEEPEST) -> bool:
    """Whether something is nested deeper than `levels`."""
    if levels == 0:
        return True
    if isinstance(value, dict):
        return any(too_deep(child, levels - 1) for child in value.values())
    return isinstance(value, list) and any(too_deep(child, levels - 1) for child in value)


def validate(obj: Object, schema: Object) -> list[Cause]:
    """What the schema does not allow, in Kubernetes' wording; empty when it is fine."""
    causes = [_required(name) for name in schema.get("required") or () if name not in obj]
    for name, child in (schema.get("properties") or {}).items():
        if name in obj and name not in _ROOT_FIELDS:
            causes.extend(_check(obj[name], child, name))
    return causes


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
_JSON_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}


def _check(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    if value is None:
        if not schema.get("nullable") and schema.get("type") and not schema.get(PRESERVE):
            yield _type_error(path, "null", schema["type"])
        return
    if schema.get(INT_OR_STRING):
        if not isinstance(value, int | str) or isinstance(value, bool):
            yield _type_error(path, _JSON_NAMES[type(value)], "integer,string")
        return
    wanted = schema.get("type")
    if wanted and not _TYPES[wanted](value):
        yield _type_error(path, _JSON_NAMES[type(value)], wanted)
        return
    if "enum" in schema and value not in schema["enum"]:
        supported = ", ".join(json.dumps(option) for option in schema["enum"])
        yield Cause("FieldValueNotSupported", f"Unsupported value: {json.dumps(value)}: supported values: {supported}", path)
    for keyword, rule in _RULES.items():
        if keyword in schema and (complaint := rule(value, schema[keyword])):
            yield _invalid(path, value, complaint)
    yield from _check_children(value, schema, path)
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
            if rule is not None:
                yield from _check(child, rule, f"{path}.{name}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from _check(item, schema["items"], f"{path}[{index}]")


def _check_combinations(value: Any, schema: Object, path: str) -> Iterator[Cause]:
    for branch in schema.get("allOf") or ():
        yield from _check(value, branch, path)
    if "anyOf" in schema and all(any(_check(value, branch, path)) for branch in schema["anyOf"]):
        yield _invalid(path, value, f"{path} in body must validate at least one schema (anyOf)")
    if "oneOf" in schema and sum(not any(_check(value, branch, path)) for branch in schema["oneOf"]) != 1:
        yield _invalid(path, value, f"{path} in body must validate one and only one schema (oneOf)")
    if "not" in schema and not any(_check(value, schema["not"], path)):
        yield _invalid(path, value, f"{path} in body must not validate the schema (not)")


def _date_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _byte(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


_FORMATS: dict[str, Callable[[Any], bool]] = {
    "date-time": lambda value: not isinstance(value, str) or _date_time(value),
    "byte": lambda value: not isinstance(value, str) or _byte(value),
    "int32": lambda value: not isinstance(value, int) or -(2**31) <= value < 2**31,
    "int64": lambda value: not isinstance(value, int) or -(2**63) <= value < 2**63,
}


def _format(value: Any, name: str) -> str:
    test = _FORMATS.get(name)
    return "" if test is None or test(value) else f"must be of type {name}"


def _bound(words: str, measure: Callable[[Any], Any], holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], str]:
    def rule(value: Any, limit: Any) -> str:
        size = measure(value)
        return "" if size is None or holds(size, limit) else words.format(limit)

    return rule


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str) else None


def _items(value: Any) -> int | None:
    return len(value) if isinstance(value, list) else None


def _members(value: Any) -> int | None:
    return len(value) if isinstance(value, dict) else None


def _pattern(value: Any, pattern: str) -> str:
    if not isinstance(value, str) or re.search(pattern, value):
        return ""
    return f"should match '{pattern}'"


def _unique(value: Any, wanted: bool) -> str:  # the schema keyword's own value
    if not wanted or not isinstance(value, list):
        return ""
    texts = [json.dumps(item, sort_keys=True) for item in value]
    return "" if len(set(texts)) == len(texts) else "shouldn't contain duplicates"


_RULES: dict[str, Callable[[Any, Any], str]] = {
    "minimum": _bound("should be greater than or equal to {}", _number, lambda size, limit: size >= limit),
    "maximum": _bound("should be less than or equal to {}", _number, lambda size, limit: size <= limit),
    "minLength": _bound("should be at least {} chars long", _length, lambda size, limit: size >= limit),
    "maxLength": _bound("should be at most {} chars long", _length, lambda size, limit: size <= limit),
    "minItems": _bound("should have at least {} items", _items, lambda size, limit: size >= limit),
    "maxItems": _bound("should have at most {} items", _items, lambda size, limit: size <= limit),
    "minProperties": _bound("should have at least {} properties", _members, lambda size, limit: size >= limit),
    "maxProperties": _bound("should have at most {} properties", _members, lambda size, limit: size <= limit),
    "pattern": _pattern,
    "uniqueItems": _unique,
    "format": _format,
}


def _required(path: str) -> Cause:
    return Cause("FieldValueRequired", "Required value", path)


def _invalid(path: str, value: Any, complaint: str) -> Cause:
    words = complaint if complaint.startswith(path) else f"{path} in body {complaint}"
    return Cause("FieldValueInvalid", f"Invalid value: {json.dumps(value)}: {words}", path)


def _type_error(path: str, actual: str, wanted: str) -> Cause:
    words = f'Invalid value: "{actual}": {path} in body must be of type {wanted}: "{actual}"'
    return Cause("FieldValueTypeInvalid", words, path)
