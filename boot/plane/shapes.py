"""What a structural schema says about ownership: which maps and lists are owned part by part, and what names a part. Pure.

structured-merge-diff's reading of x-kubernetes-map-type (granular unless atomic), x-kubernetes-list-type (atomic unless set
or map) and x-kubernetes-list-map-keys. Where a schema says nothing, maps are granular and lists atomic.
"""

from collections.abc import Sequence
from typing import Any

from boot.plane.fieldsets import key_element, value_element
from boot.resources.base import Object

EMBEDDED = "x-kubernetes-embedded-resource"
PRESERVE = "x-kubernetes-preserve-unknown-fields"
_ANYTHING: Object = {}
_TEXT: Object = {"type": "string"}
_NUMBER: Object = {"type": "integer"}
_TEXTS: Object = {"type": "object", "additionalProperties": _TEXT}
_OWNER: Object = {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"uid": _TEXT}, PRESERVE: True}
OBJECT_META: Object = {
    "type": "object",
    "properties": {
        "annotations": _TEXTS,
        "labels": _TEXTS,
        "finalizers": {"type": "array", "items": _TEXT, "x-kubernetes-list-type": "set"},
        "ownerReferences": {
            "type": "array",
            "items": _OWNER,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["uid"],
        },
        "managedFields": {"type": "array", "items": {"type": "object", PRESERVE: True}},
        **dict.fromkeys(("deletionGracePeriodSeconds", "generation"), _NUMBER),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp", "generateName", "name", "namespace"), _TEXT),
        **dict.fromkeys(("resourceVersion", "selfLink", "uid"), _TEXT),
    },
}
"""meta/v1 ObjectMeta, which schemas of kinds leave out."""


def of_object(schema: Object) -> Object:
    """The schema of a kind, with the metadata that every object has."""
    return {**schema, EMBEDDED: True}


def child_of(schema: Object, field: str) -> Object:
    """The schema of a field of a map."""
    if field == "metadata" and EMBEDDED in schema:
        return OBJECT_META
    named: Object | None = schema.get("properties", _ANYTHING).get(field)
    if named is not None:
        return named
    more = schema.get("additionalProperties")
    return more if isinstance(more, dict) else _ANYTHING


def items_of(schema: Object) -> Object:
    """The schema of an item of a list."""
    items: Object = schema.get("items", _ANYTHING)
    return items


def below(schema: Object, element: str) -> Object:
    """The schema of what a path element leads to."""
    return child_of(schema, element[2:]) if element.startswith("f:") else items_of(schema)


def is_named(schema: Object, field: str) -> bool:
    """Whether the schema knows the field by name: such a field is not owned by itself, only what it holds is."""
    return field in schema.get("properties", _ANYTHING) or (EMBEDDED in schema and field in {"apiVersion", "kind", "metadata"})


def is_declared(schema: Object, field: str) -> bool:
    """Whether the field may be there at all."""
    if is_named(schema, field) or schema.get(PRESERVE):
        return True
    more = schema.get("additionalProperties", not schema.get("properties"))
    return more is not False


def is_granular(schema: Object, value: Any) -> bool:
    """Whether this value is owned part by part."""
    if isinstance(value, dict):
        return schema.get("x-kubernetes-map-type") != "atomic"
    return isinstance(value, list) and schema.get("x-kubernetes-list-type") in _KEYED


_KEYED = frozenset({"map", "set"})


def element_of(schema: Object, item: Any) -> str:
    """The path element of an item of a granular list; ValueError, in structured-merge-diff's words, when it has none."""
    if schema["x-kubernetes-list-type"] == "set":
        words = _NO_VALUES.get(type(item))
        if words is not None:
            raise ValueError(words)
        return value_element(item)
    if item is None:
        raise ValueError("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise ValueError("associative list with keys may not have non-map elements")  # noqa: TRY004  # one error for both
    wanted: Sequence[str] = schema.get("x-kubernetes-list-map-keys", ())
    keys = {key: item[key] if key in item else _default_of(schema, key) for key in wanted}
    given = {key: value for key, value in keys.items() if value is not None}
    if not given:
        quoted = " ".join(f'"{key}"' for key in wanted)
        raise ValueError(
            f"associative list with keys has an element that omits all key fields [{quoted}]"
            " (and doesn't have default values for any key fields)"
        )
    return key_element(given)


_NO_VALUES: dict[type, str] = {
    dict: "associative list without keys has an element that's a map type",
    list: "not supported: associative list with lists as elements",
    type(None): "associative list without keys has an element that's an explicit null",
}


def _default_of(schema: Object, key: str) -> Any:
    return child_of(items_of(schema), key).get("default")


def index_items(schema: Object, items: Sequence[Any]) -> dict[str, Any] | None:
    """Items of a granular list by element; None when one has no element or two have the same.

    Such lists come past validation only where old objects are stored; they are then owned as a whole.
    """
    try:
        index = {element_of(schema, item): item for item in items}
    except ValueError:
        return None
    return index if len(index) == len(items) else None
