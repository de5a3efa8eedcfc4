"""Structural schemas of built-in kinds, from their messages. Pure."""

from functools import cache
from typing import Any

import orjson

from boot.resources.base import Object
from boot.resources.messages.notation import INLINE, Field, Message

_SCALARS: dict[str, Object] = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string", "format": "byte"},
    "time": {"type": "string", "format": "date-time"},
    "micro-time": {"type": "string", "format": "date-time"},
    "quantity": {"x-kubernetes-int-or-string": True},
    "int-or-string": {"x-kubernetes-int-or-string": True},
    "json": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "texts": {"type": "array", "items": {"type": "string"}},
}


def kind_schema(message: Message, description: str, **more: Object) -> Object:
    """Of a whole object; `more` takes the place of what the message says of single fields."""
    schema = dict(_of_message(message))
    own = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    return schema | {"description": description, "properties": own | _but_metadata(schema["properties"]) | more}


def _but_metadata(properties: Object) -> Object:
    return {name: schema for name, schema in properties.items() if name != "metadata"}


@cache
def _of_message(message: Message) -> Object:
    properties: Object = {}
    for field in message.fields:
        if field.name == INLINE and field.message is not None:
            properties |= _of_message(field.message)["properties"]
        else:
            properties[field.name] = _of_field(field)
    atomic = {"x-kubernetes-map-type": "atomic"} if message.atomic else {}
    return {"type": "object", "properties": properties, **atomic}


def _of_field(field: Field) -> Object:
    value = _SCALARS[field.type] if field.message is None else _of_message(field.message)
    if field.is_list:
        kind = "map" if field.keys else "set" if field.mark == "[=]" else "atomic"
        keys = {"x-kubernetes-list-map-keys": list(field.keys)} if field.keys else {}
        return {"type": "array", "items": value, "x-kubernetes-list-type": kind, **keys}
    if field.mark == "{}":
        return {"type": "object", "additionalProperties": value}
    return value | {"default": _read_default(field)} if field.default else value


def _read_default(field: Field) -> Any:
    return field.default if field.type == "text" else orjson.loads(field.default)
