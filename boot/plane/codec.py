"""Stored bytes <-> objects in the version that was asked for."""

from typing import Any

import orjson

from boot.plane.schema import default, prune
from boot.resources.base import Object
from boot.resources.conversion import convert
from boot.resources.event_shapes import to_newer, to_older
from boot.resources.kinds import Definition
from boot.store.store import Stored


def decode(stored: Stored, definition: Definition, version: str) -> Object:
    """A copy of the caller's own, with resourceVersion, in that version."""
    return _in_version(orjson.loads(stored.data), stored.revision, definition, version)


def decode_at(stored: Stored, revision: int, definition: Definition, version: str) -> Object:
    """As it is shown at another revision: the last state of a deleted object at that of its deletion."""
    return _in_version(orjson.loads(stored.data), revision, definition, version)


def encode(obj: Object, definition: Definition) -> bytes:
    """JSON in the stored version, without what the store adds (resourceVersion); boot.plane.texts relies on what comes first."""
    stored = convert(obj, definition.storage_version.name)
    if definition.stored_group is not None:
        stored = to_older(stored)
    metadata = {key: value for key, value in stored["metadata"].items() if key != "resourceVersion"}
    first = {"apiVersion": stored["apiVersion"], "kind": stored["kind"], "metadata": metadata}
    return orjson.dumps(first | {key: value for key, value in stored.items() if key not in first})


def _in_version(obj: Any, revision: int, definition: Definition, version: str) -> Object:
    obj["metadata"]["resourceVersion"] = str(revision)
    if definition.stored_group is not None:
        return to_newer(obj)
    obj["apiVersion"] = f"{definition.group}/{definition.storage_version.name}" if definition.group else version
    converted: Object = convert(obj, version)
    shown = definition.version(version)
    if definition.custom and shown is not None:
        if not shown.storage:
            prune(converted, shown.schema)
        if shown.has_defaults:  # they may be newer than the object
            default(converted, shown.schema)
    return converted
