"""meta/v1 Table: what `kubectl get` prints, from printer columns. Pure."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from boot.apiserver.ages import render_age
from boot.apiserver.cells import CELLS, INTEGERS
from boot.apiserver.jsonpath import find
from boot.resources.base import Object
from boot.resources.kinds import Column, Version

_OUR_TYPES = {name: "integer" if name in INTEGERS else "string" for name in CELLS} | {"date": "string"}
"""Column types whose cells are computed; what they look like in columnDefinitions."""


def build_table(version: Version, objects: Iterable[Object], list_metadata: Object, now: datetime, include: str) -> Object:
    """`include` is Metadata, Object or None: what goes along with each row (includeObject)."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": list_metadata,
        "columnDefinitions": [*([] if _names_itself(version) else [_NAME]), *map(_define, version.columns)],
        "rows": [_build_row(version, obj, now, include) for obj in objects],
    }


def _names_itself(version: Version) -> bool:
    """Whether the name is one of the kind's own columns, and so need not be the first."""
    return any(column.json_path == ".metadata.name" for column in version.columns)


_NAME: Object = {
    "name": "Name",
    "type": "string",
    "format": "name",
    "priority": 0,
    "description": "Name must be unique within a namespace.",
}


def _define(column: Column) -> Object:
    return {
        "name": column.name,
        "type": _OUR_TYPES.get(column.type, column.type),
        "format": column.format,
        "description": column.description or f"{column.name} ({column.json_path})",
        "priority": column.priority,
    }


def _build_row(version: Version, obj: Object, now: datetime, include: str) -> Object:
    name = [] if _names_itself(version) else [obj["metadata"]["name"]]
    row: Object = {"cells": [*name, *(build_cell(column, obj, now) for column in version.columns)]}
    if include == "Object":
        row["object"] = obj
    elif include != "None":
        row["object"] = build_partial(obj)
    return row


def build_partial(obj: Object) -> Object:
    """meta/v1 PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def build_cell(column: Column, obj: Object, now: datetime) -> Any:
    """None where the object has no such field: kubectl prints <none>."""
    if column.json_path == ".":
        return CELLS[column.type](obj, now)
    values = _find(obj, column)
    if computed := CELLS.get(column.type):
        return computed(values[0] if len(values) == 1 else values or None, now)
    if not values or values[0] is None:
        return None
    if column.type == "date":
        return render_age(str(values[0]), now)
    cell: Callable[[list[Any]], Any] = _CELLS.get(column.type, _text_cell)
    return cell(values)


def _find(obj: Object, column: Column) -> list[Any]:
    try:
        return find(obj, column.json_path)
    except ValueError:
        # A CRD may bring any path: a column we cannot follow is empty, and the rest of the table is still shown.
        return []


def _whole(value: Any) -> int | None:
    """JSON numbers of a width that clients read; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 2**63:
        return None
    return int(value)


def _text_cell(values: list[Any]) -> str:
    # As PrintResults does for one that is plain: several hits of a filter are joined by blanks.
    return " ".join(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")) for value in values)


_CELLS: dict[str, Callable[[list[Any]], Any]] = {
    "boolean": lambda values: values[0] if isinstance(values[0], bool) else None,
    "integer": lambda values: _whole(values[0]),
    "number": lambda values: values[0] if isinstance(values[0], int | float) else None,
}
