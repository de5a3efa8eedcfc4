"""OpenAPI version 3, a document per group and version: what kubectl validates with and `kubectl explain` prints. Pure."""

import hashlib
from collections.abc import Iterator, Sequence

import orjson

from boot.apiserver.openapi.meta import KIND_FIELDS, LIST_META, OBJECT_META, PATCH, SCALE_SCHEMAS, SCHEMAS, described, refer
from boot.apiserver.openapi.operations import (
    PATCH_TYPES,
    WRITE_TYPES,
    Operation,
    gvk,
    list_name,
    operations_of,
    schema_name,
)
from boot.resources.base import Object
from boot.resources.kinds import Definition, Version

KIND_MARK = "x-kubernetes-group-version-kind"
GroupVersion = tuple[str, str]


def group_versions(definitions: Sequence[Definition]) -> list[GroupVersion]:
    """Those that have a document."""
    return sorted(
        {(definition.group, version.name) for definition in definitions for version in definition.versions if version.served}
    )


def build_index(digests: dict[GroupVersion, str]) -> Object:
    """/openapi/v3: where each document is; the hash changes with the content, so clients may keep what they have."""
    paths: Object = {}
    for (group, version), digest in digests.items():
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def digest(document: bytes) -> str:
    """What tells two documents apart, for hashes and ETags."""
    return hashlib.sha256(document).hexdigest()[:32].upper()


def build_document(definitions: Sequence[Definition], group: str, version: str) -> bytes:
    """One group and version, as JSON; without paths when nothing of it is served."""
    schemas: Object = dict(SCHEMAS)
    paths: Object = {}
    for definition, found in _serving(definitions, group, version):
        schemas[schema_name(definition, version)] = build_schema(definition, found)
        if "list" in definition.verbs:
            schemas[list_name(definition, version)] = build_list_schema(definition, version)
        if found.scale:
            schemas |= SCALE_SCHEMAS
        for operation in operations_of(definition, found):
            paths.setdefault(operation.path, {})[operation.method] = _build_operation(operation)
    return orjson.dumps(
        {
            "openapi": "3.0.0",
            "info": {"title": "sidero-tui", "version": "v1"},
            "paths": paths,
            "components": {"schemas": schemas},
        }
    )


def _serving(definitions: Sequence[Definition], group: str, version: str) -> Iterator[tuple[Definition, Version]]:
    for definition in definitions:
        if definition.group == group and (found := definition.version(version)):
            yield definition, found


def build_schema(definition: Definition, version: Version) -> Object:
    """Of the object; its fields are those of the kind's structural schema."""
    properties = KIND_FIELDS | (version.schema.get("properties") or {})
    properties["metadata"] = described(OBJECT_META, "Name, labels and what else every object has.")
    return version.schema | {"properties": properties, KIND_MARK: [gvk(definition, version.name)]}


def build_list_schema(definition: Definition, version: str) -> Object:
    kind = gvk(definition, version) | {"kind": definition.list_kind}
    return {
        "type": "object",
        "description": f"A list of {definition.kind} objects.",
        "required": ["items"],
        "properties": {
            **KIND_FIELDS,
            "metadata": described(LIST_META, "Revision of the list, and where it goes on."),
            "items": {
                "type": "array",
                "description": "The objects.",
                "items": refer(schema_name(definition, version)),
            },
        },
        KIND_MARK: [kind],
    }


def _build_operation(operation: Operation) -> Object:
    built: Object = {
        "operationId": operation.operation_id,
        "x-kubernetes-action": operation.action,
        KIND_MARK: operation.kind,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string", "uniqueItems": True}}
                for name in operation.path_parameters
            ),
            *(
                {
                    "name": parameter.name,
                    "in": "query",
                    "description": parameter.description,
                    "schema": {"type": parameter.type, "uniqueItems": True},
                }
                for parameter in operation.query
            ),
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": refer(operation.result)}}},
        },
    }
    if operation.body:
        types = PATCH_TYPES if operation.body == PATCH else WRITE_TYPES
        built["requestBody"] = {"content": {name: {"schema": refer(operation.body)} for name in types}}
    return built
