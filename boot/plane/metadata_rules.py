"""What names, labels, annotations, finalizers and owners may be, in Kubernetes' words (apimachinery ValidateObjectMeta). Pure."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any

from boot.errors import Cause
from boot.resources.base import Object
from boot.resources.kinds import NAMESPACE, Kind

ANNOTATIONS_SIZE = 256 * 1024
"""Bytes of all keys and values together."""
_LABEL_TEXT = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_TEXT = rf"{_LABEL_TEXT}(\.{_LABEL_TEXT})*"
_PART_TEXT = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL, _SUBDOMAIN, _PART = (re.compile(text) for text in (_LABEL_TEXT, _SUBDOMAIN_TEXT, _PART_TEXT))
_PART_WORDS = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
_BAD_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    f"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL_TEXT}')"
)
_BAD_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
    f"an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN_TEXT}')"
)
_BAD_PART = (
    f"must consist of {_PART_WORDS} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_PART_TEXT}')"
)
_BAD_KEY = f"a valid label key {_BAD_PART} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
_BAD_VALUE = (
    f"a valid label must be an empty string or consist of {_PART_WORDS} "
    f"(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({_PART_TEXT})?')"
)
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


def complain_label_key(key: str) -> Iterator[str]:
    """Why it is no label key (IsQualifiedName)."""
    prefix, slash, part = key.rpartition("/")
    if "/" in prefix:
        yield _BAD_KEY
        return
    if slash and not prefix:
        yield "prefix part must be non-empty"
    elif slash:
        yield from (f"prefix part {words}" for words in _complain(prefix, 253, "bytes", _SUBDOMAIN, _BAD_SUBDOMAIN))
    if not part:
        yield "name part must be non-empty"
    yield from (f"name part {words}" for words in _complain(part, 63, "bytes", _PART, _BAD_PART))


def complain_label_value(value: str) -> Iterator[str]:
    """Why it is no label value (IsValidLabelValue)."""
    if value:
        yield from _complain(value, 63, "bytes", _PART, _BAD_VALUE)


def _complain(text: str, most: int, unit: str, pattern: re.Pattern[str], words: str) -> Iterator[str]:
    if len(text) > most:
        yield f"must be no more than {most} {unit}"
    if not pattern.fullmatch(text):
        yield words


def _complain_subdomain(name: str) -> Iterator[str]:
    yield from _complain(name, 253, "characters", _SUBDOMAIN, _BAD_SUBDOMAIN)


def _complain_namespace(name: str) -> Iterator[str]:
    if "." in name:
        yield "must not contain dots"
    else:
        yield from _complain(name, 63, "characters", _LABEL, _BAD_LABEL)


def _complain_path_segment(name: str) -> Iterator[str]:
    if name in {".", ".."}:
        yield f"may not be '{name}'"
    yield from (f"may not contain '{sign}'" for sign in "/%" if sign in name)


def _complain_name(kind: Kind) -> Callable[[str], Iterator[str]]:
    if (kind.group, kind.plural) == (NAMESPACE.group, NAMESPACE.plural):
        return _complain_namespace
    return _complain_path_segment if kind.group == "rbac.authorization.k8s.io" else _complain_subdomain


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
