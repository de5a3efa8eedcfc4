"""What is made of an object on the target, and whether it is there as it was. Pure.

Each copy carries, in an annotation, which pivot made it of which source object: that is the journal. It lies where the
writes went, so it cannot disagree with them, whoever dies in between; undo takes away exactly what carries it, and resume
goes on after it.
"""

import copy
from collections.abc import Mapping, Sequence

from boot.pivot.graph import Item
from boot.resources.annotations import FENCED_BY
from boot.resources.base import Object

MOVED_BY = "boot.sidero-tui.dev/moved-by"
"""PIVOT/UID: the pivot that made this object, and the uid of the one it was made of."""
_SYSTEM = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "deletionTimestamp")
_OURS = frozenset({MOVED_BY, FENCED_BY, "kubectl.kubernetes.io/last-applied-configuration"})


def build_copy(item: Item, pivot: str, uids: Mapping[str, str]) -> Object:
    """`uids` maps those of the source to those on the target, for the owners.

    A Cluster stays paused; a Server arrives unaccepted, so that no manager there acts on it before its status is right.
    """
    obj = copy.deepcopy(item.source)
    obj.pop("status", None)
    metadata = obj["metadata"]
    for field in (*_SYSTEM, "generateName"):
        metadata.pop(field, None)
    metadata["annotations"] = {**_foreign(metadata), MOVED_BY: f"{pivot}/{item.uid}"}
    references = metadata.pop("ownerReferences", None) or []
    kept = [{**reference, "uid": uids[reference["uid"]]} for reference in references if reference["uid"] in uids]
    if kept:
        metadata["ownerReferences"] = kept
    if item.kind == "Cluster":
        obj["spec"]["paused"] = True
    if item.kind == "Server":
        obj["spec"]["accepted"] = False
    return obj


def read_mark(obj: Object, pivot: str) -> str:
    """The source's uid of what this pivot made, "" for anything else."""
    made_by, _, uid = (obj["metadata"].get("annotations") or {}).get(MOVED_BY, "").rpartition("/")
    return uid if made_by == pivot else ""


def find_differences(item: Item, target: Object, uids: Mapping[str, str]) -> Sequence[str]:
    """What of the copy is not as it was: names of fields, () when all is."""
    source = item.source
    wrong = [part for part in ("spec", "data", "type", "immutable") if _plain(source, part) != _plain(target, part)]
    if (source.get("status") or {}) and not _holds(source["status"], target.get("status") or {}):
        wrong.append("status")
    wrong += [
        f"metadata.{field}"
        for field in ("labels", "finalizers")
        if (source["metadata"].get(field) or None) != (target["metadata"].get(field) or None)
    ]
    if _foreign(source["metadata"]) != _foreign(target["metadata"]):
        wrong.append("metadata.annotations")
    owners = {uids.get(reference["uid"], "") for reference in source["metadata"].get("ownerReferences") or ()} - {""}
    if owners != {reference["uid"] for reference in target["metadata"].get("ownerReferences") or ()}:
        wrong.append("metadata.ownerReferences")
    return wrong


def _foreign(metadata: Object) -> dict[str, str]:
    return {key: value for key, value in (metadata.get("annotations") or {}).items() if key not in _OURS}


def _plain(obj: Object, part: str) -> object:
    """Without what the pivot itself holds differently until the end."""
    value = obj.get(part)
    if isinstance(value, dict):
        return {key: inner for key, inner in value.items() if key not in {"paused", "accepted"}}
    return value


def _holds(wanted: Object, present: Object) -> bool:
    """Every field of `wanted`; the target may say more."""
    return all(present.get(key) == value for key, value in wanted.items())
