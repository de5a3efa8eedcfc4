"""OpenAPI version 2 (swagger), one document of everything: kubectl before 1.29 insists on it, later ones look into it. Pure."""

from collections.abc import Iterator, Sequence

import orjson

from boot.apiserver.openapi.meta import PATCH, SCALE_SCHEMAS, SCHEMAS
from boot.apiserver.openapi.narrowing import refer_v2, render_schema
from boot.apiserver.openapi.operations import (
    PATCH_TYPES,
    WRITE_TYPES,
    Operation,
    list_name,
    operations_of,
    schema_name,
)
from boot.apiserver.openapi.v3 import KIND_MARK, build_list_schema, build_schema
from boot.apiserver.protobuf.swagger import encode_document
from boot.resources.base import Object
from boot.resources.kinds import Definition, Version


def build_json(definitions: Sequence[Definition]) -> bytes:
    """Every kind in every version that is served."""
    schemas = {name: orjson.Fragment(render_schema(schema)) for name, schema in _build_schemas(definitions)}
    return orjson.dumps(_build_head(definitions) | {"definitions": schemas})


def build_protobuf(definitions: Sequence[Definition]) -> bytes:
    """The same as an openapi.v2.Document of gnostic."""
    return encode_document(_build_head(definitions), _build_schemas(definitions))


def _build_schemas(definitions: Sequence[Definition]) -> Iterator[tuple[str, Object]]:
    """Names and schemas of version 3."""
    yield from (SCHEMAS | SCALE_SCHEMAS).items()
    for definition, version in _served(definitions):
        yield schema_name(definition, version.name), build_schema(definition, version)
        if "list" in definition.verbs:
            yield list_name(definition, version.name), build_list_schema(definition, version.name)


def _build_head(definitions: Sequence[Definition]) -> Object:
    paths: Object = {}
    for definition, version in _served(definitions):
        for operation in operations_of(definition, version):
            paths.setdefault(operation.path, {})[operation.method] = _build_operation(operation)
    return {"swagger": "2.0", "info": {"title": "sidero-tui", "version": "v1"}, "paths": paths}


def _served(definitions: Sequence[Definition]) -> Iterator[tuple[Definition, Version]]:
    for definition in definitions:
        for version in definition.versions:
            if version.served:
                yield definition, version


def _build_operation(operation: Operation) -> Object:
    parameters: list[Object] = [
        {"name": name, "in": "path", "required": True, "type": "string", "uniqueItems": True}
        for name in operation.path_parameters
    ]
    if operation.body:
        parameters.append({"name": "body", "in": "body", "required": True, "schema": refer_v2(operation.body)})
    parameters.extend(
        {"name": one.name, "in": "query", "description": one.description, "type": one.type, "uniqueItems": True}
        for one in operation.query
    )
    return {
        "operationId": operation.operation_id,
        "produces": ["application/json"],
        "consumes": list(PATCH_TYPES if operation.body == PATCH else WRITE_TYPES),
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "schema": refer_v2(operation.result)}},
        "x-kubernetes-action": operation.action,
        KIND_MARK: operation.kind,
    }
