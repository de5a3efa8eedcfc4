"""OpenAPI v3 documents per group and version: what kubectl validates with and `kubectl explain` prints. Pure."""

import hashlib
from collections.abc import Sequence

import orjson

from boot.resources.base import Object
from boot.resources.kinds import Definition, Version

_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_PARAMETERS: list[Object] = [
    {"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}}
    for name in ("dryRun", "fieldManager", "fieldValidation")
]


def _text(description: str) -> Object:
    return {"type": "string", "description": description}


_META_SCHEMA: Object = {
    "type": "object",
    "description": "Metadata that every stored object has.",
    "properties": {
        "name": _text("Unique within a namespace."),
        "generateName": _text("Prefix of a name the server makes up when name is empty."),
        "namespace": _text("Scope of the name."),
        "uid": _text("Unique over all time; set by the server."),
        "resourceVersion": _text("Revision of the last write; given back on update it is an optimistic lock."),
        "generation": {"type": "integer", "format": "int64", "description": "Counts changes of what is wanted."},
        "creationTimestamp": _text("When it was created; set by the server.") | {"format": "date-time"},
        "deletionTimestamp": _text("When its deletion was asked for.") | {"format": "date-time"},
        "labels": {"type": "object", "description": "For selecting.", "additionalProperties": {"type": "string"}},
        "annotations": {"type": "object", "description": "For tools.", "additionalProperties": {"type": "string"}},
        "finalizers": {"type": "array", "description": "Who must agree before it goes.", "items": {"type": "string"}},
        "ownerReferences": {"type": "array", "description": "Objects it depends on.", "items": {"type": "object"}},
        "managedFields": {"type": "array", "description": "Who set which field.", "items": {"type": "object"}},
    },
}


def build_index(definitions: Sequence[Definition]) -> Object:
    """/openapi/v3: where each document is; the hash changes with the content, so clients may cache it."""
    paths: Object = {}
    for group, version in sorted({(d.group, v.name) for d in definitions for v in d.versions if v.served}):
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        digest = hashlib.sha256(orjson.dumps(build_document(definitions, group, version))).hexdigest()[:32].upper()
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def build_document(definitions: Sequence[Definition], group: str, version: str) -> Object:
    """One group and version; empty paths when it is not served."""
    schemas: Object = {_META: _META_SCHEMA}
    paths: Object = {}
    for definition in definitions:
        found = definition.version(version)
        if definition.group != group or found is None:
            continue
        schemas[_schema_name(definition, version)] = _build_schema(definition, found)
        paths |= _build_paths(definition, found)
    return {
        "openapi": "3.0.0",
        "info": {"title": "sidero-tui", "version": "v1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schema_name(definition: Definition, version: str) -> str:
    reverse = ".".join(reversed((definition.group or "core.k8s.io").split(".")))
    return f"{reverse}.{version}.{definition.kind}"


def _gvk(definition: Definition, version: str) -> Object:
    return {"group": definition.group, "version": version, "kind": definition.kind}


def _build_schema(definition: Definition, version: Version) -> Object:
    properties = dict(version.schema.get("properties") or {})
    properties["metadata"] = {
        "description": "Name, labels and what else every object has.",
        "allOf": [{"$ref": f"#/components/schemas/{_META}"}],
    }
    return version.schema | {"properties": properties, "x-kubernetes-group-version-kind": [_gvk(definition, version.name)]}


def _build_paths(definition: Definition, version: Version) -> Object:
    root = f"/apis/{definition.group}/{version.name}" if definition.group else f"/api/{version.name}"
    scope = "/namespaces/{namespace}" if definition.namespaced else ""
    collection = f"{root}{scope}/{definition.plural}"
    kind = _gvk(definition, version.name)
    schema = {"$ref": f"#/components/schemas/{_schema_name(definition, version.name)}"}

    def operation(action: str) -> Object:
        return {
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": kind,
            "parameters": _PARAMETERS,
            "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}},
        }

    return {
        collection: {"get": operation("list"), "post": operation("post")},
        collection + "/{name}": {
            "get": operation("get"),
            "put": operation("put"),
            "patch": operation("patch"),
            "delete": operation("delete"),
        },
    }
