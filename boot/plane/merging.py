"""An applied configuration laid over the live object, and what its manager no longer applies taken out. Pure.

structured-merge-diff's Merge and the removals of its Apply. Results may share parts with what they were made of.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from boot.plane.comparing import applied_fields
from boot.plane.fieldsets import (
    SELF,
    FieldSet,
    canonical_json,
    compose,
    difference,
    field_element,
    intersection,
    is_member,
    show_element,
    union,
)
from boot.plane.shapes import (
    PRESERVE,
    below,
    child_of,
    element_of,
    is_declared,
    is_granular,
    is_named,
    items_of,
)
from boot.resources.base import Object


def merge(live: Any, applied: Any, schema: Object) -> Any:
    """`live` with what `applied` says: part by part where the schema is granular, else as a whole.

    An empty or null map or list takes nothing away from one that is there.
    """
    if isinstance(live, dict) and is_granular(schema, live) and (applied is None or isinstance(applied, dict)):
        return _merge_maps(live, applied or {}, schema) if live else applied
    if isinstance(live, list) and is_granular(schema, live) and (applied is None or isinstance(applied, list)):
        return _merge_lists(live, applied or [], schema) if live else applied
    return applied


def _merge_maps(live: Object, applied: Object, schema: Object) -> Object:
    return live | {
        key: merge(live[key], value, child_of(schema, key)) if key in live else value for key, value in applied.items()
    }


def _merge_lists(live: list[Any], applied: list[Any], schema: Object) -> list[Any]:
    """Applied items in their order; items only alive keep their place before the next item that is in both."""
    there = [(_element_or_none(schema, item), item) for item in live]
    wanted = {element_of(schema, item): item for item in applied}
    known = {element: item for element, item in there if element is not None}
    shared = iter([element for element in wanted if element in known])
    items, result, position = items_of(schema), list[Any](), 0
    upcoming = next(shared, None)
    for element, item in wanted.items():
        while position < len(there) and (upcoming is None or there[position][0] != upcoming):
            result += [there[position][1]] if there[position][0] not in wanted else []
            position += 1
        result.append(merge(known[element], item, items) if element in known else item)
        if element == upcoming:
            upcoming = next(shared, None)
            position += 1
    return result + [item for element, item in there[position:] if element not in wanted]


def _element_or_none(schema: Object, item: Any) -> str | None:
    try:
        return element_of(schema, item)
    except ValueError:  # stored before the schema asked for keys: nobody can name it, so nobody can change it
        return None


class _Shape(NamedTuple):
    name: str
    types: tuple[type, ...]


_SCALARS = (str, int, float)
_SHAPES = {
    "object": _Shape("map", (dict,)),
    "array": _Shape("list", (list,)),
    "string": _Shape("string", _SCALARS),
    "integer": _Shape("numeric (int or float)", _SCALARS),
    "number": _Shape("numeric (int or float)", _SCALARS),
    "boolean": _Shape("boolean", _SCALARS),
}
"""Which scalar it is, validation tells better."""


def complain(value: Any, schema: Object, *, path: str = "", open_to_more: bool = False) -> Iterator[str]:
    """Why a configuration cannot be applied: it has other fields or shapes than the schema, items twice in a list or unnamed."""
    open_to_more = open_to_more or bool(schema.get(PRESERVE))
    wanted = _SHAPES.get(schema.get("type", ""))
    if value is not None and wanted is not None and not isinstance(value, wanted.types):
        yield f"{path}: expected {wanted.name}, got &{{{canonical_json(value)}}}"
    elif isinstance(value, dict):
        for key, part in value.items():
            if not open_to_more and not is_declared(schema, key):
                yield f"{path}.{key}: field not declared in schema"
            else:
                yield from complain(part, child_of(schema, key), path=f"{path}.{key}", open_to_more=open_to_more)
    elif isinstance(value, list):
        if is_granular(schema, value):
            yield from _complain_items(value, schema, path)
        for item in value:
            yield from complain(item, items_of(schema), path=f"{path}[]", open_to_more=open_to_more)


def _complain_items(items: Sequence[Any], schema: Object, path: str) -> Iterator[str]:
    seen = set()
    for position, item in enumerate(items):
        try:
            element = element_of(schema, item)
        except ValueError as error:
            yield f"{path}: element {position}: {error}"
            continue
        if element in seen:
            yield f"{path}: duplicate entries for key {show_element(element)}"
        seen.add(element)


def take_out(value: Any, fields: FieldSet, schema: Object) -> Any:
    """The value without these paths and all below them.

    What is left empty stays as an empty map or list. (kube-apiserver leaves a null there, which custom kinds then refuse.)
    """
    if not is_granular(schema, value):
        return value
    if isinstance(value, dict):
        return {
            key: _without(part, fields.get(field_element(key)), child_of(schema, key))
            for key, part in value.items()
            if not _is_in(fields, field_element(key))
        }
    elements = [(_element_or_none(schema, item) or "", item) for item in value]
    return [_without(item, fields.get(element), items_of(schema)) for element, item in elements if not _is_in(fields, element)]


def _is_in(fields: FieldSet, element: str) -> bool:
    node = fields.get(element)
    return node is not None and is_member(node)


def _without(value: Any, node: FieldSet | None, schema: Object) -> Any:
    return value if node is None else take_out(value, node, schema)


def drop_abandoned(merged: Object, last: FieldSet, owned: FieldSet, schema: Object) -> Object:
    """`merged` without what its manager applied last time, applies no longer and nobody else owns.

    `last` is what the manager had applied, `owned` what all managers own, this one's new configuration included. A map or
    item that is given up stays as long as somebody owns something in it; what nobody ever owned stays with it.
    """
    if not difference(last, owned):
        return merged
    before = _with_named(applied_fields(merged, schema), schema)
    left = _with_named(applied_fields(take_out(merged, _with_named(last, schema), schema), schema), schema)
    stays = union(left, _with_named(owned, schema))
    pruned = take_out(merged, difference(before, stays), schema)
    left = _with_named(applied_fields(pruned, schema), schema)
    abandoned = intersection(difference(before, left), _with_named(last, schema))
    result: Object = take_out(merged, abandoned, schema)
    return result


def _with_named(fields: FieldSet, schema: Object) -> FieldSet:
    """The set with those fields in it that the schema knows by name and that the set has something below of."""
    result: FieldSet = {SELF: {}} if SELF in fields else {}
    for element, node in fields.items():
        if element != SELF:
            down = _with_named(node, below(schema, element))
            itself = is_member(node) or (element.startswith("f:") and is_named(schema, element[2:]))
            result[element] = compose(itself, {key: part for key, part in down.items() if key != SELF}) or {}
    return result
