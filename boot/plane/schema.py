"""Structural schemas (apiextensions/v1) at work on objects: defaulting and pruning. Pure."""

import copy
from typing import Any

from boot.resources.base import Object

PRESERVE = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"
DEEPEST = 64
"""Levels of nesting; deeper input is refused rather than recursed into."""

_CONTAINERS = (dict, list)
ROOT_FIELDS = frozenset({"apiVersion", "kind", "metadata"})


def default(value: Any, schema: Object) -> None:
    """Fill in `default`s where a field is absent, in place; a null that may not be one counts as absent."""
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        extra = schema.get("additionalProperties")
        for name in [name for name, child in value.items() if child is None]:
            _drop_null(value, name, properties.get(name, extra))
        for name, child in properties.items():
            if name not in value and "default" in child:
                value[name] = copy.deepcopy(child["default"])
            if isinstance(value.get(name), _CONTAINERS):
                default(value[name], child)
        if isinstance(extra, dict):
            for name, child in value.items():
                if isinstance(child, _CONTAINERS) and name not in properties:
                    default(child, extra)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            default(item, schema["items"])


def _drop_null(value: Object, name: str, schema: Any) -> None:
    if isinstance(schema, dict) and schema.get("type") and not schema.get("nullable"):
        del value[name]


def prune(obj: Object, schema: Object) -> list[str]:
    """Remove fields the schema does not know, in place; returns their paths, sorted."""
    unknown: list[str] = []
    for name in list(obj):
        if name in ROOT_FIELDS:
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
        if isinstance(value[name], _CONTAINERS):
            _prune(value[name], child, path, unknown)
    elif not schema.get(PRESERVE) and schema.get("additionalProperties") is not True:
        del value[name]
        unknown.append(path)


def too_deep(value: Any, levels: int = DEEPEST) -> bool:
    """Whether something is nested deeper than `levels`."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if levels == 1:
        return bool(children)
    return any(isinstance(child, _CONTAINERS) and too_deep(child, levels - 1) for child in children)
