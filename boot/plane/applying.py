"""Server-side apply: a configuration and its manager -> the object, and who owns what of it. Pure."""

from collections.abc import Collection

import orjson

from boot.errors import BadRequest, Cause, Conflict, InternalError
from boot.plane.comparing import applied_fields, as_stored, compare_objects, ownable
from boot.plane.fieldsets import FieldSet, difference, intersection, paths, union
from boot.plane.last_applied import free_to_take, refresh
from boot.plane.managed import (
    APPLY,
    UPDATE,
    Entries,
    Identity,
    build_entry,
    same_owners,
    stored_entries,
    without_fields,
    write_entries,
)
from boot.plane.merging import complain, drop_abandoned, merge
from boot.plane.shapes import of_object
from boot.resources.base import Object

_BEFORE = "before-first-apply"
_BARE_METADATA: FieldSet = {"f:metadata": {}}
_NAME: FieldSet = {"f:metadata": {"f:name": {}}}
"""Who applies an object means to keep it, with metadata of which nothing else is applied."""


def apply_configuration(
    old: Object | None,
    applied: Object,
    schema: Object,
    *,
    manager: str,
    force: bool,
    now: str,
    subresource: str = "",
    apart: Collection[str] = (),
) -> Object:
    """The object after `applied`, before admission, sharing nothing with `old`; equal to `old` when nothing comes of it.

    `old` is None for a create, `now` is RFC 3339. `apart` are fields at the top that a write at this address leaves alone
    (status, where it is a subresource); through the subresource status all others are. What this manager applied before,
    applies no longer and nobody else owns goes. BadRequest when managedFields are applied; InternalError, as upstream, when
    `applied` does not fit the schema; Conflict, unless `force`, when it changes what others own.
    """
    if (applied.get("metadata") or {}).get("managedFields") is not None:
        raise BadRequest("metadata.managedFields must be nil")
    sent, applied = applied, _within_reach(applied, subresource, apart)
    shape = of_object(schema)
    _check(applied, shape)
    live: Object = orjson.loads(orjson.dumps(old or {}))
    entries = stored_entries(old)
    if old is not None and not entries:
        entries = _begin(live, schema, now)
    identity = Identity(manager or "unknown", APPLY, "", subresource)
    mine = entries.pop(identity, None)
    fields = difference(applied_fields(ownable(applied), shape), _BARE_METADATA)
    result: Object = merge(live, applied, shape)
    if mine is not None:
        owned = _union_all(union(fields, _NAME), entries)
        result = drop_abandoned(result, mine["fieldsV1"], owned, shape)
    result.setdefault("metadata", {})
    changed, removed = compare_objects(live, result, schema)
    if not force:
        _refuse_conflicts(entries, difference(changed, free_to_take(live, schema, manager=manager)))
    entries = without_fields(entries, changed, removed)
    moved = old is None or as_stored(live) != as_stored(result)
    if fields:
        time = now if moved else (mine or {}).get("time", "")
        entries[identity] = build_entry(identity, applied["apiVersion"], fields, time)
    write_entries(result, entries)
    refreshed = refresh(result, sent, manager=manager)
    return result if moved or refreshed or not same_owners(live, result) else live


def _within_reach(applied: Object, subresource: str, apart: Collection[str]) -> Object:
    """What of the configuration counts at this address; a null in metadata says nothing."""
    metadata = {key: value for key, value in (applied.get("metadata") or {}).items() if value is not None}
    if subresource == "status":
        metadata = {key: value for key, value in metadata.items() if key in _IDENTITY}
        applied = {key: value for key, value in applied.items() if key in {"apiVersion", "kind", "status"}}
    return {key: value for key, value in applied.items() if key not in apart} | {"metadata": metadata}


_IDENTITY = ("name", "namespace", "uid", "resourceVersion")


def _check(applied: Object, shape: Object) -> None:
    words = next(complain(applied, shape), "")
    if words:
        metadata = applied["metadata"]
        raise InternalError(
            f"failed to create typed patch object ({metadata.get('namespace', '')}/{metadata.get('name', '')}; "
            f"{applied['apiVersion']}, Kind={applied['kind']}): {words}"
        )


def _begin(live: Object, schema: Object, now: str) -> Entries:
    """All that an object holds which nobody was noted for, as one entry: whoever applies next must force to change it."""
    changed, _ = compare_objects({}, live, schema)
    identity = Identity(_BEFORE, UPDATE, live["apiVersion"], "")
    return {identity: build_entry(identity, identity.api_version, changed, now)} if changed else {}


def _union_all(fields: FieldSet, entries: Entries) -> FieldSet:
    for entry in entries.values():
        fields = union(fields, entry["fieldsV1"])
    return fields


def _refuse_conflicts(entries: Entries, changed: FieldSet) -> None:
    found = [
        (_show(identity), path)
        for identity, entry in sorted(entries.items())
        for path in paths(intersection(entry["fieldsV1"], changed))
    ]
    if not found:
        return
    causes = tuple(Cause("FieldManagerConflict", f"conflict with {who}", path) for who, path in found)
    if len(found) == 1:
        raise Conflict(f"Apply failed with 1 conflict: conflict with {found[0][0]}: {found[0][1]}", causes=causes)
    lines = []
    for who in dict(found):
        lines += [f"conflicts with {who}:", *(f"- {path}" for owner, path in found if owner == who)]
    raise Conflict(f"Apply failed with {len(found)} conflicts: " + "\n".join(lines), causes=causes)


def _show(identity: Identity) -> str:
    words = f'"{identity.manager}"'
    if identity.subresource:
        words += f' with subresource "{identity.subresource}"'
    return f"{words} using {identity.api_version}" if identity.operation == UPDATE else words
