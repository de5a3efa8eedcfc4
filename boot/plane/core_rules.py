"""What a ConfigMap and a Secret may hold (core/v1 validation), in Kubernetes' words. Pure."""

import base64
import re
from collections.abc import Iterator

from boot.errors import Cause
from boot.resources.base import Object

MOST_BYTES = 1024 * 1024
"""Of all values of one object together; of a ConfigMap with its keys."""
LONGEST_KEY = 253
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_BAD_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    f"'key-name', regex used for validation is '{_KEY.pattern}')"
)
_NEEDED: dict[str, tuple[str, ...]] = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
"""Keys that a Secret of a known type must have."""
_EITHER: dict[str, tuple[str, ...]] = {"kubernetes.io/basic-auth": ("username", "password")}
"""Keys of which it must have one."""
_FIXED = ("data", "binaryData")


def merge_plain(obj: Object) -> None:
    """Move a Secret's `stringData` into its `data`, in place."""
    plain = obj.pop("stringData", None) or {}
    if plain:
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in plain.items()}
        obj["data"] = (obj.get("data") or {}) | encoded


def check_secret(obj: Object) -> list[Cause]:
    """What is wrong with its keys and their values; its values must be base64."""
    data = obj.get("data") or {}
    causes = [cause for key in data for cause in _check_key(f"data[{key}]", key)]
    if sum(len(base64.b64decode(value)) for value in data.values()) > MOST_BYTES:
        causes.append(_too_long("data"))
    kind = obj.get("type") or ""
    missing = [key for key in _NEEDED.get(kind, ()) if key not in data]
    if not data.keys() & set(_EITHER.get(kind, ())):
        missing += _EITHER.get(kind, ())
    return causes + [Cause("FieldValueRequired", "Required value", f"data[{key}]") for key in missing]


def check_config_map(obj: Object) -> list[Cause]:
    """What is wrong with its keys and its size."""
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    causes = []
    for field, values in (("data", data), ("binaryData", binary)):
        odd = [key for key in values if len(key) > LONGEST_KEY or not _KEY.fullmatch(key) or key.startswith(".")]
        causes += [cause for key in odd for cause in _check_key(f"{field}[{key}]", key)]
    causes += [_invalid(f"data[{key}]", key, "duplicate of key present in binaryData") for key in data if key in binary]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in data.items())
    if size + sum(len(base64.b64decode(value)) for value in binary.values()) > MOST_BYTES:
        causes.append(_too_long("[]"))
    return causes


def check_immutable(old: Object, new: Object) -> list[Cause]:
    """What an update changes although the object was declared `immutable`."""
    if not old.get("immutable"):
        return []
    new = dict(new)
    merge_plain(new)
    changed = [] if new.get("immutable") else ["immutable"]
    changed += [field for field in _FIXED if (old.get(field) or {}) != (new.get(field) or {})]
    words = "Forbidden: field is immutable when `immutable` is set"
    return [Cause("FieldValueForbidden", words, field) for field in changed]


def drop_empty(obj: Object) -> None:
    """Leave out, in place, what Kubernetes leaves out when there is nothing in it (omitempty)."""
    for field in _FIXED:
        if field in obj and not obj[field]:
            del obj[field]


def _check_key(field: str, key: str) -> Iterator[Cause]:
    if len(key) > LONGEST_KEY:
        yield _invalid(field, key, f"must be no more than {LONGEST_KEY} characters")
    if not _KEY.fullmatch(key):
        yield _invalid(field, key, _BAD_KEY)
    if key in {".", ".."}:
        yield _invalid(field, key, f"must not be '{key}'")
    elif key.startswith(".."):
        yield _invalid(field, key, "must not start with '..'")


def _invalid(field: str, key: str, words: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "{key}": {words}', field)


def _too_long(field: str) -> Cause:
    return Cause("FieldValueTooLong", f"Too long: may not be more than {MOST_BYTES} bytes", field)
