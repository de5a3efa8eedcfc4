"""What OpenAPI version 2 can say of a schema of version 3. Pure.

One level at a time: large providers bring a million objects of schema, and as many again at once would wake the garbage
collector, for which everybody waits.
"""

from typing import Any

import orjson

from boot.resources.base import Object

_V3, _V2 = "#/components/schemas/", "#/definitions/"
_PRESERVE, _INT_OR_STRING = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"
_UNKNOWN = frozenset({"allOf", "anyOf", "oneOf", "not", "nullable", "default", "example", "x-kubernetes-validations"})
"""What version 2 cannot say, and what nobody reads there."""
_SHAPE = frozenset({"type", "format", "items", "properties", "additionalProperties", "required", "enum"})
_WITH_SHAPE, _WITH_TYPE = _UNKNOWN | _SHAPE, _UNKNOWN | {"type"}


def refer_v2(name: str) -> Object:
    return {"$ref": _V2 + name}


def narrow(schema: Object) -> Object:
    """This level; the schemas in it are still of version 3. Where version 2 has no words, any value will do."""
    if "allOf" in schema and "$ref" in schema["allOf"][0]:
        return narrow(schema["allOf"][0]) | {"description": schema.get("description", "")}
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(_V3, _V2)}
    dropped = _UNKNOWN
    if schema.get("nullable") or schema.get(_INT_OR_STRING) or schema.get(_PRESERVE):
        dropped = _WITH_SHAPE
    elif schema.get("type") == "array" and not schema.get("items"):
        dropped = _WITH_TYPE
    return {key: value for key, value in schema.items() if key not in dropped}


def render_schema(schema: Object) -> bytes:
    """All levels, as JSON."""
    return orjson.dumps({key: _render(key, value) for key, value in narrow(schema).items()})


def _render(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: orjson.Fragment(render_schema(child)) for name, child in value.items()}
    if key in {"items", "additionalProperties"} and isinstance(value, dict):
        return orjson.Fragment(render_schema(value))
    return value
