"""OpenAPI version 2 (swagger), one document of everything: kubectl before 1.29 insists on it, later ones look into it. Pure."""

from collections.abc import Sequence
from typing import Any

from boot.apiserver.openapi.meta import PATCH, SCALE_SCHEMAS, SCHEMAS
from boot.apiserver.openapi.operations import (
    PATCH_TYPES,
    WRITE_TYPES,
    Operation,
    list_name,
    operations_of,
    schema_name,
)
from boot.apiserver.openapi.v3 import KIND_MARK, build_list_schema, build_schema
from boot.resources.base import Object
from boot.resources.kinds import Definition

_V3, _V2 = "#/components/schemas/", "#/definitions/"
_PRESERVE, _INT_OR_STRING = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"
_UNKNOWN = frozenset({"anyOf", "oneOf", "not", "nullable", "default", "example", "x-kubernetes-validations"})
"""What version 2 cannot say, and what nobody reads there."""
_SHAPE = frozenset({"type", "format", "items", "properties", "additionalProperties", "required", "enum"})


def build_document(definitions: Sequence[Definition]) -> Object:
    """Every kind in every version that is served."""
    schemas: Object = SCHEMAS | SCALE_SCHEMAS
    paths: Object = {}
    for definition in definitions:
        for version in definition.versions:
            if not version.served:
                continue
            schemas[schema_name(definition, version.name)] = build_schema(definition, version)
            schemas[list_name(definition, version.name)] = build_list_schema(definition, version.name)
            for operation in operations_of(definition, version):
                paths.setdefault(operation.path, {})[operation.method] = _build_operation(operation)
    return {
        "swagger": "2.0",
        "info": {"title": "sidero-tui", "version": "v1"},
        "paths": paths,
        "definitions": {name: to_v2(schema) for name, schema in schemas.items()},
    }


def to_v2(schema: Object) -> Object:
    """A schema of version 3 as far as version 2 can say it; where it cannot, any value will do."""
    if "allOf" in schema and "$ref" in schema["allOf"][0]:
        return _to_reference(schema["allOf"][0]["$ref"]) | {"description": schema.get("description", "")}
    if "$ref" in schema:
        return _to_reference(schema["$ref"])
    dropped = _UNKNOWN | {"allOf"}
    if schema.get("nullable") or schema.get(_INT_OR_STRING) or schema.get(_PRESERVE):
        dropped |= _SHAPE
    if schema.get("type") == "array" and not schema.get("items"):
        dropped |= {"type"}
    return {key: _convert(key, value) for key, value in schema.items() if key not in dropped}


def _to_reference(reference: str) -> Object:
    return {"$ref": reference.replace(_V3, _V2)}


def _convert(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: to_v2(child) for name, child in value.items()}
    if key in {"items", "additionalProperties"} and isinstance(value, dict):
        return to_v2(value)
    return value


def _build_operation(operation: Operation) -> Object:
    parameters: list[Object] = [
        {"name": name, "in": "path", "required": True, "type": "string", "uniqueItems": True}
        for name in operation.path_parameters
    ]
    if operation.body:
        parameters.append({"name": "body", "in": "body", "required": True, "schema": {"$ref": _V2 + operation.body}})
    parameters.extend(
        {"name": one.name, "in": "query", "description": one.description, "type": one.type, "uniqueItems": True}
        for one in operation.query
    )
    return {
        "operationId": operation.operation_id,
        "produces": ["application/json"],
        "consumes": list(PATCH_TYPES if operation.body == PATCH else WRITE_TYPES),
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "schema": {"$ref": _V2 + operation.result}}},
        "x-kubernetes-action": operation.action,
        KIND_MARK: operation.kind,
    }
