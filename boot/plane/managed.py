"""metadata.managedFields: who owns which fields of an object (meta/v1 ManagedFieldsEntry). Pure.

Entries stay as they lie in the object. An entry of another version than the object's is compared as if it were of this one:
versions of our kinds differ in few fields, and an entry that names a field which is not there does no harm.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from boot.plane.comparing import compare_objects
from boot.plane.fieldsets import FieldSet, difference, overlaps, parse_fields, union
from boot.resources.base import Object

APPLY, UPDATE = "Apply", "Update"
MOST_UPDATERS = 10
"""Update entries that are kept apart."""
LONGEST_NAME = 128
"""Bytes of a field manager's name."""
_ANCIENT = "ancient-changes"


class Identity(NamedTuple):
    """What tells entries apart. Who applies is one manager in all versions, so `api_version` is "" there."""

    manager: str
    operation: str
    api_version: str
    subresource: str


Entries = dict[Identity, Object]


def manager_name(field_manager: str, user_agent: str) -> str:
    """The fieldManager of a request, else the part of its User-Agent before "/": what can be printed, at most 128 bytes."""
    if field_manager:
        return field_manager
    name = "".join(sign for sign in user_agent.partition("/")[0] if sign.isprintable())
    return name.encode()[:LONGEST_NAME].decode(errors="ignore") or "unknown"


def identify(entry: Mapping[str, Any]) -> Identity:
    operation = entry["operation"]
    return Identity(
        entry.get("manager", ""),
        operation,
        entry["apiVersion"] if operation == UPDATE else "",
        entry.get("subresource", ""),
    )


def stored_entries(obj: Object | None) -> Entries:
    """The entries of an object that is stored: they were looked at when they came in."""
    raw: Iterable[Object] = obj["metadata"].get("managedFields") or () if obj is not None else ()
    return {identify(entry): entry for entry in raw}


def parse_entries(raw: Any) -> Entries:
    """Entries that a client sent; ValueError where they cannot be decoded."""
    if not isinstance(raw, list):
        raise ValueError("managedFields is a list")  # noqa: TRY004  # one error for all that is undecodable
    entries = map(_parse_entry, raw)
    return {identify(entry): entry for entry in entries}


def _parse_entry(raw: Any) -> Object:
    if not isinstance(raw, dict) or not all(isinstance(raw.get(field) or "", str) for field in _TEXTS):
        raise ValueError("an entry of managedFields is a JSON object of texts")
    if raw.get("operation") not in {APPLY, UPDATE} or not raw.get("apiVersion") or raw.get("fieldsType") != "FieldsV1":
        raise ValueError("an entry of managedFields has operation, apiVersion and fieldsType FieldsV1")
    if len((raw.get("manager") or "").encode()) > LONGEST_NAME:
        raise ValueError(f"the name of a field manager has at most {LONGEST_NAME} bytes")
    if raw.get("time") and not _TIME.fullmatch(raw["time"]):
        raise ValueError("the time of an entry of managedFields is RFC 3339")
    given = {field: raw[field] for field in _TEXTS if raw.get(field)}
    fields = raw.get("fieldsV1")
    return given | {"fieldsV1": {} if fields is None else parse_fields(fields)}


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TEXTS = ("manager", "operation", "apiVersion", "time", "fieldsType", "subresource")


def build_entry(identity: Identity, api_version: str, fields: FieldSet, time: str) -> Object:
    """An entry as upstream writes it; `time` is RFC 3339, or "" for one that never changed a value."""
    return {
        "manager": identity.manager,
        "operation": identity.operation,
        "apiVersion": api_version,
        **({"time": time} if time else {}),
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        **({"subresource": identity.subresource} if identity.subresource else {}),
    }


def write_entries(obj: Object, entries: Entries) -> None:
    """Put entries into the object, in upstream's order: Apply before Update, then by time.

    Its metadata becomes a dict of its own: a write through a subresource shares that of the object before.
    """
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    owning = [entry for entry in entries.values() if entry["fieldsV1"]]
    obj["metadata"] = metadata | ({"managedFields": sorted(owning, key=_order)} if owning else {})


def _order(entry: Object) -> tuple[str, ...]:
    identity = identify(entry)
    return (identity.operation, entry.get("time", ""), identity.manager, entry["apiVersion"], identity.subresource)


def without_fields(entries: Entries, *lost: FieldSet) -> Entries:
    """Entries that own none of `lost` any longer; those that own nothing are gone, those not concerned the same objects."""
    kept: Entries = {}
    for identity, entry in entries.items():
        fields = entry["fieldsV1"]
        for part in lost:
            if overlaps(fields, part):
                fields = difference(fields, part)
        if fields:
            kept[identity] = entry if fields is entry["fieldsV1"] else entry | {"fieldsV1": fields}
    return kept


def track_update(
    old: Object | None,
    new: Object,
    schema: Object,
    *,
    manager: str,
    now: str,
    subresource: str = "",
) -> None:
    """Note in `new`, in place, who owns what after a create, update or patch of `old` into it.

    `new` is as it will be stored, `old` None for a create; `now` is RFC 3339. What changed is `manager`'s from now on. As
    upstream, an object without entries gets none until it is applied to, unless it is just created. The caller may have
    sent entries of its own; through a subresource they are not looked at.
    """
    entries = stored_entries(old) if subresource else _sent_entries(old, new)
    if not entries and old is not None:
        write_entries(new, {})
        return
    changed, removed = compare_objects(old or {}, new, schema)
    if changed or removed:
        entries = without_fields(entries, changed, removed)
    if changed:
        identity = Identity(manager, UPDATE, new["apiVersion"], subresource)
        mine = entries[identity]["fieldsV1"] if identity in entries else {}
        entries[identity] = build_entry(identity, identity.api_version, union(mine, changed), now)
    write_entries(new, merge_oldest(entries))


def _sent_entries(old: Object | None, new: Object) -> Entries:
    """What the writer sent decides, where it can be decoded; an empty list, or one empty entry, forgets all."""
    sent = new["metadata"].get("managedFields")
    if sent in ([], [{}]):
        return {}
    stored = stored_entries(old)
    if sent is None or (old is not None and sent == old["metadata"].get("managedFields")):
        return stored
    try:
        return parse_entries(sent)
    except ValueError:
        return stored


def merge_oldest(entries: Entries) -> Entries:
    """Past MOST_UPDATERS Update entries the oldest of each version become one, which is nobody's."""
    updaters = [identity for identity in entries if identity.operation == UPDATE]
    excess = len(updaters) - MOST_UPDATERS
    if excess <= 0:
        return entries
    kept, first = dict(entries), dict[str, Identity]()
    for identity in sorted(updaters, key=lambda one: (entries[one].get("time", ""), one)):
        if excess <= 0:
            break
        version = identity.api_version
        if version not in first:
            first[version] = identity
            continue
        bucket = Identity(_ANCIENT, UPDATE, version, "")
        if identity == bucket:
            continue
        gathered = kept[bucket] if bucket in kept else kept.pop(first[version])
        entry = kept.pop(identity)
        fields = union(gathered["fieldsV1"], entry["fieldsV1"])
        kept[bucket] = build_entry(bucket, version, fields, entry.get("time", ""))
        excess -= 1
    return kept


def same_owners(old: Object, new: Object) -> bool:
    """Whether two states of an object have the same entries, their times aside."""
    return _timeless(old) == _timeless(new)


def _timeless(obj: Object) -> dict[Identity, tuple[str, FieldSet]]:
    return {identity: (entry["apiVersion"], entry["fieldsV1"]) for identity, entry in stored_entries(obj).items()}
