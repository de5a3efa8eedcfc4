"""Kubernetes protobuf request bodies of core kinds: kubectl from 1.32 sends nothing else for `create namespace` and the like.

The envelope is `k8s\\0` and runtime.Unknown {1 typeMeta {1 apiVersion, 2 kind}, 2 raw}; fields by the published numbers of
k8s.io/api/core/v1 and apimachinery meta/v1 generated.proto.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any

from boot.errors import BadRequest, UnsupportedMediaType
from boot.resources.base import Object

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"
Reader = Callable[[Any], Any]
"""Takes bytes, or an int for a varint."""


def decode_body(data: bytes) -> Object:
    """The object as its JSON would be; BadRequest when malformed, UnsupportedMediaType for a kind not known here."""
    if not data.startswith(_MAGIC):
        raise BadRequest("the body is not Kubernetes protobuf")
    try:
        unknown = dict(_fields(data[len(_MAGIC) :]))
        meta = {number: value.decode() for number, value in _fields(unknown[1])}
        reader = _KINDS.get((meta[1], meta[2]))
        if reader is None:
            raise UnsupportedMediaType(f"protobuf bodies of {meta[2]} {meta[1]} are not read here: send JSON")
        return {"apiVersion": meta[1], "kind": meta[2], **reader(unknown.get(2, b""))}
    except (IndexError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise BadRequest(f"the protobuf body is malformed: {error}") from error


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Field numbers with bytes (length-delimited) or ints (varint)."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        match tag & 7:
            case 0:
                value, position = _varint(data, position)
                yield tag >> 3, value
            case 2:
                length, position = _varint(data, position)
                if position + length > len(data):
                    raise ValueError("a field runs past the end")
                yield tag >> 3, data[position : position + length]
                position += length
            case wire:
                raise ValueError(f"wire type {wire}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("a number is longer than 64 bits")


def _text(data: bytes) -> str:
    return data.decode()


def _bytes(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _flag(value: int) -> bool:
    return bool(value)


def _message(schema: dict[int, tuple[str, Reader]]) -> Callable[[bytes], Object]:
    """A reader of a message; map and list fields gather, empty values are left out as in JSON."""

    def read(data: bytes) -> Object:
        found: Object = {}
        for number, value in _fields(data):
            if number not in schema:
                continue
            name, reader = schema[number]
            decoded = reader(value)
            if isinstance(decoded, dict) and reader in _MAPS:
                found.setdefault(name, {}).update(decoded)
            elif name in _LISTS:
                found.setdefault(name, []).append(decoded)
            elif decoded not in ("", {}, None):
                found[name] = decoded
        return found

    return read


def _entry(value_reader: Reader) -> Reader:
    def read(data: bytes) -> Object:
        parts = dict(_fields(data))
        return {_text(parts.get(1, b"")): value_reader(parts.get(2, b""))}

    _MAPS.append(read)
    return read


_MAPS: list[Reader] = []
_LISTS = frozenset({"finalizers", "ownerReferences"})

_TEXTS, _BLOBS = _entry(_text), _entry(_bytes)
_OWNER = _message(
    {
        1: ("kind", _text),
        3: ("name", _text),
        4: ("uid", _text),
        5: ("apiVersion", _text),
        6: ("controller", _flag),
        7: ("blockOwnerDeletion", _flag),
    }
)
_METADATA = _message(
    {
        1: ("name", _text),
        2: ("generateName", _text),
        3: ("namespace", _text),
        5: ("uid", _text),
        6: ("resourceVersion", _text),
        11: ("labels", _TEXTS),
        12: ("annotations", _TEXTS),
        13: ("ownerReferences", _OWNER),
        14: ("finalizers", _text),
    }
)
_NAMESPACE_SPEC = _message({1: ("finalizers", _text)})

_KINDS: dict[tuple[str, str], Callable[[bytes], Object]] = {
    ("v1", "Namespace"): _message({1: ("metadata", _METADATA), 2: ("spec", _NAMESPACE_SPEC)}),
    ("v1", "Secret"): _message(
        {
            1: ("metadata", _METADATA),
            2: ("data", _BLOBS),
            3: ("type", _text),
            4: ("stringData", _TEXTS),
            5: ("immutable", _flag),
        }
    ),
    ("v1", "ConfigMap"): _message(
        {
            1: ("metadata", _METADATA),
            2: ("data", _TEXTS),
            3: ("binaryData", _BLOBS),
            4: ("immutable", _flag),
        }
    ),
}
