"""What names, labels, annotations, finalizers and owners may be, in Kubernetes' words (apimachinery ValidateObjectMeta). Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any

from boot.errors import Cause
from boot.resources.base import Object
from boot.resources.kinds import NAMESPACE, Kind
from boot.resources.names import complain_label_key, complain_label_value, complain_namespace, complain_subdomain

ANNOTATIONS_SIZE = 256 * 1024
"""Bytes of all keys and values together."""
_EXCLUSIVE = {"foregroundDeletion", "orphan"}
_STANDARD_FINALIZERS = {*_EXCLUSIVE, "kubernetes"}
_NEVER_OWNERS = {("v1", "Event")}


def check_metadata(kind: Kind, metadata: Object) -> list[Cause]:
    """All that is wrong; in groups of built-in kinds finalizers must be qualified or Kubernetes' own."""
    causes = list(_check_types(metadata))
    if causes:
        return causes
    complaints = _complain_name(kind)
    name, generated = metadata.get("name") or "", (metadata.get("generateName") or "").rstrip("-")
    if generated:
        causes += _invalid_all("metadata.generateName", metadata["generateName"], complaints(generated))
    if name:
        causes += _invalid_all("metadata.name", name, complaints(name))
    else:
        causes.append(Cause("FieldValueRequired", "Required value: name or generateName is required", "metadata.name"))
    causes += _check_labels(metadata.get("labels") or {})
    causes += _check_annotations(metadata.get("annotations") or {})
    causes += _check_owners(metadata.get("ownerReferences") or [])
    causes += _check_finalizers(metadata.get("finalizers") or [], strict="." not in kind.group)
    return causes


def drop_empty(metadata: Object) -> None:
    """Leave out, in place, what Kubernetes leaves out when there is nothing in it (omitempty)."""
    for field in ("labels", "annotations", "finalizers", "ownerReferences", "managedFields"):
        if field in metadata and not metadata[field]:
            del metadata[field]


def _complain_path_segment(name: str) -> Iterator[str]:
    if name in {".", ".."}:
        yield f"may not be '{name}'"
    yield from (f"may not contain '{sign}'" for sign in "/%" if sign in name)


def _complain_name(kind: Kind) -> Callable[[str], Iterator[str]]:
    if (kind.group, kind.plural) == (NAMESPACE.group, NAMESPACE.plural):
        return complain_namespace
    free = kind.group == "rbac.authorization.k8s.io" or kind.plural == "events"
    return _complain_path_segment if free else complain_subdomain


def _check_types(metadata: Object) -> Iterator[Cause]:
    for field in ("labels", "annotations"):
        values = metadata.get(field) or {}
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            yield _cause(f"metadata.{field}", "must be a map of strings to strings")
    finalizers = metadata.get("finalizers") or []
    if not isinstance(finalizers, list) or not all(isinstance(value, str) for value in finalizers):
        yield _cause("metadata.finalizers", "must be a list of strings")
    owners = metadata.get("ownerReferences") or []
    if not isinstance(owners, list) or not all(map(_is_reference, owners)):
        yield _cause("metadata.ownerReferences", "must be a list of references with apiVersion, kind, name and uid")


def _is_reference(owner: Any) -> bool:
    return isinstance(owner, dict) and all(isinstance(owner.get(field, ""), str) for field in _OWNER_FIELDS)


def _check_labels(labels: dict[str, str]) -> Iterator[Cause]:
    for key, value in labels.items():
        yield from _invalid_all("metadata.labels", key, complain_label_key(key))
        yield from _invalid_all("metadata.labels", value, complain_label_value(value))


def _check_annotations(annotations: dict[str, str]) -> Iterator[Cause]:
    for key in annotations:
        yield from _invalid_all("metadata.annotations", key, complain_label_key(key.lower()))
    if sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items()) > ANNOTATIONS_SIZE:
        yield Cause("FieldValueTooLong", f"Too long: may not be more than {ANNOTATIONS_SIZE} bytes", "metadata.annotations")


_OWNER_FIELDS = ("apiVersion", "kind", "name", "uid")


def _check_owners(owners: Sequence[Object]) -> Iterator[Cause]:
    field = "metadata.ownerReferences"
    for owner in owners:
        version = owner.get("apiVersion", "")
        if not version or version.count("/") > 1:
            yield _invalid(f"{field}.apiVersion", version, "version must not be empty")
        for part in _OWNER_FIELDS[1:]:
            if not owner.get(part):
                yield _invalid(f"{field}.{part}", "", "must not be empty")
        if (version, owner.get("kind")) in _NEVER_OWNERS:
            yield _invalid(field, owner, f"/{version}, Kind={owner['kind']} is disallowed from being an owner")
    controllers = [f"{owner.get('kind')}/{owner.get('name')}" for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        words = (
            f'Only one reference can have Controller set to true. Found "true" in references for {" and ".join(controllers[:2])}'
        )
        yield _invalid(field, owners, words)


def _check_finalizers(finalizers: Sequence[str], *, strict: bool) -> Iterator[Cause]:
    for index, finalizer in enumerate(finalizers):
        yield from _invalid_all("metadata.finalizers", finalizer, complain_label_key(finalizer))
        if strict and "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            words = "name is neither a standard finalizer name nor is it fully qualified"
            yield _invalid(f"metadata.finalizers[{index}]", finalizer, words)
    if set(finalizers) >= _EXCLUSIVE:
        yield _invalid("metadata.finalizers", finalizers, "finalizer orphan and foregroundDeletion cannot be both set")


def _invalid_all(field: str, value: str, complaints: Iterator[str]) -> Iterator[Cause]:
    return starmap(_invalid, ((field, value, words) for words in complaints))


def _invalid(field: str, value: Any, words: str) -> Cause:
    return _cause(field, f"{json.dumps(value, separators=(',', ':'))}: {words}")


def _cause(field: str, words: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {words}", field)
