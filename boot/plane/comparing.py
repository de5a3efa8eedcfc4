"""Two states of an object -> the fields that a write gave a new value and the fields that it took away. Pure.

structured-merge-diff's Compare, with "added" and "modified" in one set: nobody who asks needs them apart. Equal parts are
skipped whole, so the price of a write is that of what it changed.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from boot.plane.fieldsets import FieldSet, compose, field_element
from boot.plane.shapes import child_of, index_items, is_granular, is_named, items_of, of_object
from boot.resources.base import Object

UNOWNED_METADATA = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "name",
        "namespace",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
"""Fields of metadata that say which object it is, or that the server keeps: nobody owns them."""
_UNOWNED = frozenset({"apiVersion", "kind"})


class Changes(NamedTuple):
    """`changed` has a new value, `removed` none any longer."""

    changed: FieldSet
    removed: FieldSet


def compare_objects(old: Object, new: Object, schema: Object) -> Changes:
    """What a write of `new` in the place of `old` did; `old` is {} for a new object."""
    changes = Changes({}, {})
    _compare_maps(as_stored(old), as_stored(new), of_object(schema), changes)
    return changes


def as_stored(obj: Object) -> Object:
    """What can be owned of an object, without what is empty in its metadata: that is not stored."""
    result = ownable(obj)
    result["metadata"] = {key: value for key, value in result["metadata"].items() if value}
    return result


def ownable(obj: Object) -> Object:
    """The object without what nobody owns; its metadata is always there, as nobody owns that by itself either."""
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key not in UNOWNED_METADATA}
    return {key: value for key, value in obj.items() if key not in _UNOWNED} | {"metadata": metadata}


def _compare_maps(old: Mapping[str, Any], new: Mapping[str, Any], schema: Object, changes: Changes) -> None:
    for key, value in new.items():
        if key not in old:
            changes.changed[field_element(key)] = everything(value, child_of(schema, key))
        elif old[key] != value:
            _compare_values(field_element(key), old[key], value, child_of(schema, key), changes)
    for key, value in old.items():
        if key not in new:
            changes.removed[field_element(key)] = everything(value, child_of(schema, key))


def _compare_lists(old: Mapping[str, Any], new: Mapping[str, Any], items: Object, changes: Changes) -> None:
    for element, value in new.items():
        if element not in old:
            changes.changed[element] = everything(value, items)
        elif old[element] != value:
            _compare_values(element, old[element], value, items, changes)
    for element, value in old.items():
        if element not in new:
            changes.removed[element] = everything(value, items)


def _compare_values(element: str, old: Any, new: Any, schema: Object, changes: Changes) -> None:
    """Two unequal values at one path."""
    down = Changes({}, {})
    itself = _descend(old, new, schema, down)
    node = compose(itself, down.changed)
    if node is not None:
        changes.changed[element] = node
    if down.removed:
        changes.removed[element] = down.removed


def _descend(old: Any, new: Any, schema: Object, down: Changes) -> bool:
    """Compare below; whether the value as a whole is what changed. Null and empty are each other's like, yet not equal."""
    before, after = _open(old, schema), _open(new, schema)
    if (before is None and old is not None) or (after is None and new is not None) or not (before or after):
        down.changed.update(_all_below(new, schema))
        down.removed.update(_all_below(old, schema))
        return True
    if isinstance(new, list) or isinstance(old, list):
        _compare_lists(before or {}, after or {}, items_of(schema), down)
    else:
        _compare_maps(before or {}, after or {}, schema, down)
    return False


def _open(value: Any, schema: Object) -> Mapping[str, Any] | None:
    """The parts of a granular map by name, of a granular list by element; None where it is owned as a whole."""
    if not is_granular(schema, value):
        return None
    return value if isinstance(value, dict) else index_items(schema, value)


def everything(value: Any, schema: Object) -> FieldSet:
    """The node of a value that is new, or gone, as a whole: the path itself and all below it."""
    if not isinstance(value, dict | list):
        return {}
    return compose(True, _all_below(value, schema)) or {}


def _all_below(value: Any, schema: Object) -> FieldSet:
    parts = _open(value, schema)
    if not parts:
        return {}
    if isinstance(value, dict):
        return {field_element(key): everything(part, child_of(schema, key)) for key, part in parts.items()}
    items = items_of(schema)
    return {element: everything(part, items) for element, part in parts.items()}


def applied_fields(value: Any, schema: Object) -> FieldSet:
    """The set of what a configuration says (structured-merge-diff's ToFieldSet).

    A field that the schema knows by name is not in it by itself, an entry of a free map or of a list is.
    """
    parts = _open(value, schema)
    result: FieldSet = {}
    if isinstance(value, dict):
        for key, part in (parts or {}).items():
            child = child_of(schema, key)
            itself = part is None or part == {} or not is_granular(child, part) or not is_named(schema, key)
            node = compose(itself, applied_fields(part, child))
            if node is not None:
                result[field_element(key)] = node
    else:
        items = items_of(schema)
        for element, part in (parts or {}).items():
            result[element] = compose(True, applied_fields(part, items)) or {}
    return result
