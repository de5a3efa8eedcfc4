"""Stored bytes <-> objects in the version that was asked for."""

from typing import Any

import orjson

from boot.plane.schema import default, prune
from boot.resources.base import Object
from boot.resources.conversion import convert
from boot.resources.kinds import Definition
from boot.store.store import Stored


def decode(stored: Stored, definition: Definition, version: str) -> Object:
    """A copy of the caller's own, with resourceVersion, in that version."""
    return _in_version(orjson.loads(stored.data), stored.revision, definition, version)


def decode_deleted(stored: Stored, revision: int, definition: Definition, version: str) -> Object:
    """The last state of a deleted object, at the deletion's revision."""
    return _in_version(orjson.loads(stored.data), revision, definition, version)


def encode(obj: Object, definition: Definition) -> bytes:
    """JSON in the stored version, without what the store adds (resourceVersion)."""
    stored = convert(obj, definition.storage_version.name)
    metadata = {key: value for key, value in stored["metadata"].items() if key != "resourceVersion"}
    return orjson.dumps(stored | {"metadata": metadata})


def _in_version(obj: Any, revision: int, definition: Definition, version: str) -> Object:
    obj["metadata"]["resourceVersion"] = str(revision)
    obj["apiVersion"] = f"{definition.group}/{definition.storage_version.name}" if definition.group else version
    converted: Object = convert(obj, version)
    shown = definition.version(version)
    if definition.custom and shown is not None:
        if not shown.storage:
            prune(converted, shown.schema)
        if shown.has_defaults:  # they may be newer than the object
            default(converted, shown.schema)
    return converted
