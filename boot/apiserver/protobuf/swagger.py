"""OpenAPI version 2 documents as protobuf (gnostic openapi.v2), by its published field numbers, as far as ours go. Pure.

A message is a table: JSON name -> (number, how its value is written). What no table names is a vendor extension when it
begins with x-, and left out otherwise.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from boot.apiserver.openapi.narrowing import narrow
from boot.apiserver.protobuf.wire import encode_field
from boot.resources.base import Object

MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
"""As clients ask for it."""
ANSWERED_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
"""As it is answered: an @ is none of the characters of media types."""

_Write = Callable[[int, Any], bytes]
_Table = Mapping[str, tuple[int, _Write]]


def encode_document(head: Object, schemas: Iterable[tuple[str, Object]]) -> bytes:
    """openapi.v2.Document: `head` is all of it but the definitions, which are `schemas` of version 3."""
    definitions = b"".join(encode_field(1, encode_field(1, name) + _schema(2, schema)) for name, schema in schemas)
    return _message(_DOCUMENT, head) + encode_field(9, definitions)


def _message(table: _Table, value: Object, extensions: int = 0) -> bytes:
    return b"".join(_fields(table, value, extensions))


def _fields(table: _Table, value: Object, extensions: int) -> Iterator[bytes]:
    for name, child in value.items():
        if name in table:
            number, write = table[name]
            yield write(number, child)
        elif extensions and name.startswith("x-"):
            # NamedAny {1 name, 2 Any {2 yaml}}; JSON is YAML.
            yield encode_field(extensions, encode_field(1, name) + encode_field(2, encode_field(2, orjson.dumps(child))))


def _scalar(number: int, value: Any) -> bytes:
    return encode_field(number, int(value) if isinstance(value, bool) else value)


def _each(write: _Write) -> _Write:
    return lambda number, values: b"".join(write(number, value) for value in values)


def _nested(table: _Table, extensions: int = 0) -> _Write:
    return lambda number, value: encode_field(number, _message(table, value, extensions))


def _named(write: _Write, inner: int = 1) -> _Write:
    """A map: a message of repeated {1 name, 2 value} under the number `inner`."""

    def encode(number: int, value: Object) -> bytes:
        entries = (encode_field(inner, encode_field(1, name) + write(2, child)) for name, child in value.items())
        return encode_field(number, b"".join(entries))

    return encode


def _any(number: int, value: Any) -> bytes:
    return encode_field(number, encode_field(2, orjson.dumps(value)))


def _schema(number: int, value: Object) -> bytes:
    return encode_field(number, _message(_SCHEMA, narrow(value), extensions=31))


def _wrapped(number: int, value: Any) -> bytes:
    """TypeItem {1 value}, ItemsItem {1 schema}."""
    return encode_field(number, _schema(1, value) if isinstance(value, dict) else encode_field(1, value))


def _schema_or_flag(number: int, value: Any) -> bytes:
    """AdditionalPropertiesItem {1 schema or 2 boolean}."""
    return encode_field(number, _schema(1, value) if isinstance(value, dict) else encode_field(2, int(value)))


def _parameter(number: int, value: Object) -> bytes:
    """ParametersItem {1 Parameter {1 body or 2 NonBodyParameter {3 query or 4 path}}}."""
    if value["in"] == "body":
        return encode_field(number, encode_field(1, encode_field(1, _message(_BODY, value))))
    place, table = (3, _QUERY) if value["in"] == "query" else (4, _PATH)
    return encode_field(number, encode_field(1, encode_field(2, encode_field(place, _message(table, value)))))


def _response(number: int, value: Object) -> bytes:
    """ResponseValue {1 Response {1 description, 2 SchemaItem {1 schema}}}."""
    content = encode_field(1, value["description"]) + encode_field(2, _schema(1, value["schema"]))
    return encode_field(number, encode_field(1, content))


_SCHEMA: _Table = {
    "$ref": (1, _scalar),
    "format": (2, _scalar),
    "title": (3, _scalar),
    "description": (4, _scalar),
    "pattern": (13, _scalar),
    "maxLength": (11, _scalar),
    "minLength": (12, _scalar),
    "maxItems": (14, _scalar),
    "minItems": (15, _scalar),
    "uniqueItems": (16, _scalar),
    "maxProperties": (17, _scalar),
    "minProperties": (18, _scalar),
    "required": (19, _each(_scalar)),
    "enum": (20, _each(_any)),
    "additionalProperties": (21, _schema_or_flag),
    "type": (22, _wrapped),
    "items": (23, _wrapped),
    "properties": (25, _named(_schema)),
}
_BODY: _Table = {"name": (2, _scalar), "in": (3, _scalar), "required": (4, _scalar), "schema": (5, _schema)}
_QUERY: _Table = {
    "in": (2, _scalar),
    "description": (3, _scalar),
    "name": (4, _scalar),
    "type": (6, _scalar),
    "uniqueItems": (19, _scalar),
}
_PATH: _Table = {
    "required": (1, _scalar),
    "in": (2, _scalar),
    "name": (4, _scalar),
    "type": (5, _scalar),
    "uniqueItems": (18, _scalar),
}
_OPERATION: _Table = {
    "operationId": (5, _scalar),
    "produces": (6, _each(_scalar)),
    "consumes": (7, _each(_scalar)),
    "parameters": (8, _each(_parameter)),
    "responses": (9, _named(_response)),
}
_METHODS: _Table = {
    name: (number, _nested(_OPERATION, extensions=13))
    for name, number in {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}.items()
}
_DOCUMENT: _Table = {
    "swagger": (1, _scalar),
    "info": (2, _nested({"title": (1, _scalar), "version": (2, _scalar)})),
    "paths": (8, _named(_nested(_METHODS), inner=2)),
}
