"""Old object and new one -> what is stored: system fields, generation, status rules. Pure.

Results share their inner parts with what they were made of, which belongs to one request alone.
"""

import json
import random

from boot.errors import BadRequest, Cause, Conflict, Invalid
from boot.plane.core_rules import check_immutable
from boot.resources.base import Object
from boot.resources.kinds import Definition, Kind, Version

SYSTEM_FIELDS = ("uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds")
_GENERATED = "bcdfghjklmnpqrstvwxz2456789"
"""Alphabet of generateName suffixes (k8s.io/apimachinery: no vowels, no look-alikes)."""
_LONGEST_GENERATED, _SUFFIX = 63, 5
"""Characters of a generated name, and of its random end."""


def generate_name(base: str) -> str:
    """A name that begins as `base` does, cut short where it is too long."""
    suffix = "".join(random.choices(_GENERATED, k=_SUFFIX))  # noqa: S311  # a name, not a secret
    return base[: _LONGEST_GENERATED - _SUFFIX] + suffix


def check_address(kind: Kind, old: Object, new: Object, *, custom: bool) -> None:
    """BadRequest or Invalid where a patch makes another object of the one it is of."""
    before, after = old["metadata"], new.get("metadata") or {}
    if after.get("name") != before["name"]:
        raise BadRequest(f"the name of the object ({after.get('name')}) does not match the name on the URL ({before['name']})")
    if after.get("namespace") != before.get("namespace"):
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    wrong = [(field, new.get(field), old[field]) for field in ("apiVersion", "kind") if new.get(field) != old[field]]
    if custom and wrong:
        words = "Invalid value: {}: must be {}"
        causes = [Cause("FieldValueInvalid", words.format(json.dumps(given), name), field) for field, given, name in wrong]
        raise invalid(kind, before["name"], causes)
    if after.get("uid") not in {None, "", before["uid"]}:
        words = f"Invalid value: {json.dumps(after['uid'])}: field is immutable"
        raise invalid(kind, before["name"], [Cause("FieldValueInvalid", words, "metadata.uid")])


def invalid(kind: Kind, name: str, causes: list[Cause]) -> Invalid:
    """422 with Kubernetes' sentence."""
    text = ", ".join(f"{cause.field}: {cause.message}" for cause in causes)
    words = text if len(causes) == 1 else f"[{text}]"
    subject = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    return Invalid(f'{subject} "{name}" is invalid: {words}', causes=tuple(causes), name=name, group=kind.group, kind=kind.kind)


def modified(kind: Kind, name: str) -> Conflict:
    """409 for a stale resourceVersion."""
    return Conflict(
        f'Operation cannot be fulfilled on {kind.resource} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again",
        name=name,
        group=kind.group,
        kind=kind.plural,
    )


def check_basis(kind: Kind, old: Object, new: Object) -> None:
    """Conflict when `new` was made of another state than `old`; one that names none takes any."""
    wanted = new["metadata"].get("resourceVersion")
    if wanted and wanted != old["metadata"]["resourceVersion"]:
        raise modified(kind, old["metadata"]["name"])


def build_created(obj: Object, version: Version, *, uid: str, now: str) -> Object:
    """A new object with its system fields; `status` is dropped where it is a subresource."""
    result = dict(obj)
    metadata = {key: value for key, value in result["metadata"].items() if key not in SYSTEM_FIELDS}
    metadata.pop("resourceVersion", None)
    metadata |= {"uid": uid, "creationTimestamp": now, "generation": 1}
    result["metadata"] = metadata
    if version.has_status:
        result.pop("status", None)
    return result


def build_updated(old: Object, new: Object, version: Version, subresource: str) -> Object:
    """What an update of `old` to `new` stores.

    Without a subresource, `status` keeps its old value where it is one; with `status`, everything else does.
    """
    if subresource in _ONLY:
        result = dict(old)
        _carry(new, result, _ONLY[subresource])
        return result
    result = new | {"metadata": dict(new["metadata"])}
    for field in SYSTEM_FIELDS:
        _carry(old["metadata"], result["metadata"], field)
    if version.has_status:
        _carry(old, result, "status")
    return result


def count_generation(old: Object, new: Object) -> None:
    """One more, in place, when anything outside metadata and status has changed; `new` is as it will be stored."""
    if _body(old) != _body(new):
        new["metadata"]["generation"] = old["metadata"].get("generation", 1) + 1


_IMMUTABLE = {("", "configmaps"), ("", "secrets")}
_ONLY = {"status": "status", "finalize": "spec"}
"""The one part of an object that a write of these subresources changes."""


def _carry(source: Object, target: Object, field: str) -> None:
    if field in source:
        target[field] = source[field]
    else:
        target.pop(field, None)


def _body(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key not in {"metadata", "status", "apiVersion", "kind"}}


def same(old: Object, new: Object) -> bool:
    """Whether a write would change nothing (resourceVersion aside): then it is none."""
    return _without_version(old) == _without_version(new)


def _without_version(obj: Object) -> Object:
    metadata = {
        key: value
        for key, value in obj["metadata"].items()
        if key not in {"resourceVersion", "managedFields"} and value not in ({}, [])
    }
    return obj | {"metadata": metadata}


def check_update(kind: Kind, definition: Definition, old: Object, new: Object) -> None:
    """Identity and finalizer rules of an update; Conflict or Invalid."""
    name = old["metadata"]["name"]
    new_uid = new["metadata"].get("uid")
    if new_uid and new_uid != old["metadata"]["uid"]:
        raise Conflict(
            f'Operation cannot be fulfilled on {kind.resource} "{name}": Precondition failed: UID in precondition: '
            f"{new_uid}, UID in object meta: {old['metadata']['uid']}",
            name=name,
            group=kind.group,
            kind=kind.plural,
        )
    if definition.custom and not new["metadata"].get("resourceVersion"):
        words = "Invalid value: 0: must be specified for an update"
        raise invalid(kind, name, [Cause("FieldValueInvalid", words, "metadata.resourceVersion")])
    added = set(new["metadata"].get("finalizers") or ()) - set(old["metadata"].get("finalizers") or ())
    if old["metadata"].get("deletionTimestamp") and added:
        words = (
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"
            + ", ".join(f'"{name}"' for name in sorted(added))
            + "}"
        )
        raise invalid(kind, name, [Cause("FieldValueForbidden", words, "metadata.finalizers")])
    if definition.plural == "secrets" and not definition.group and (new.get("type") or "Opaque") != old.get("type"):
        words = f'Invalid value: "{new.get("type")}": field is immutable'
        raise invalid(kind, name, [Cause("FieldValueInvalid", words, "type")])
    if (definition.group, definition.plural) in _IMMUTABLE and (causes := check_immutable(old, new)):
        raise invalid(kind, name, causes)
