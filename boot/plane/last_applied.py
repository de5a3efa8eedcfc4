"""The annotation in which kubectl notes what it applied client-side, for its change to server-side apply. Pure.

Upstream treats the manager "kubectl", and no other, in two ways: what stands in the annotation and is still so may be taken
from its owner without force, and an annotation that is there is kept true, so that a person may go back to client-side apply.
"""

import json
from typing import Any

from boot.plane.comparing import applied_fields, compare_objects, ownable
from boot.plane.fieldsets import FieldSet, canonical_json, difference
from boot.plane.shapes import of_object
from boot.resources.base import Object

_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
_MANAGER = "kubectl"


def free_to_take(live: Object, schema: Object, *, manager: str) -> FieldSet:
    """The fields that `manager` may change whoever owns them: what kubectl applied client-side and nobody changed since."""
    last = _read(live) if manager == _MANAGER else None
    if last is None or last.get("apiVersion") != live.get("apiVersion"):
        return {}
    changed, removed = compare_objects(last, live, schema)
    return difference(difference(applied_fields(ownable(last), of_object(schema)), changed), removed)


def _read(live: Object) -> Object | None:
    try:
        last = json.loads(_annotations(live).get(_ANNOTATION) or "")
    except ValueError:
        return None
    return last if isinstance(last, dict) and isinstance(last.get("metadata") or {}, dict) else None


def _annotations(obj: Object) -> dict[str, Any]:
    return (obj.get("metadata") or {}).get("annotations") or {}


def refresh(obj: Object, applied: Object, *, manager: str) -> bool:
    """Write `applied` into the annotation of `obj`, in place, where it has one; whether that changed anything."""
    before = _annotations(obj).get(_ANNOTATION)
    if manager != _MANAGER or not before:
        return False
    metadata = dict(applied.get("metadata") or {})
    if "annotations" in metadata:
        metadata["annotations"] = {key: value for key, value in _annotations(applied).items() if key != _ANNOTATION}
    now = canonical_json(applied | {"metadata": metadata}) + "\n"
    _annotations(obj)[_ANNOTATION] = now
    return bool(now != before)
