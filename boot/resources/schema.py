"""Structural OpenAPI v3 schemas (apiextensions/v1 JSONSchemaProps) generated from the wire models."""

from typing import Any

from boot.resources.base import Object, Resource

_DROPPED = frozenset({"title", "default", "$defs"})


def schema_of(model: type[Resource]) -> Object:
    """The schema of a whole object: apiVersion, kind, metadata, spec, status."""
    document = model.model_json_schema(by_alias=True)
    schema: Object = _inline(document, document.get("$defs", {}))
    properties: Object = schema["properties"]
    properties["apiVersion"] = {
        "type": "string",
        "description": "Group and version of this object, such as metal.sidero.dev/v1alpha2.",
    }
    properties["kind"] = {"type": "string", "description": "What this object is."}
    properties["metadata"] = {"type": "object"}
    schema.pop("required", None)
    schema["description"] = _first_paragraph(model.__doc__)
    return schema


def _inline(node: Any, definitions: Object) -> Any:
    """One level of the document with references replaced, titles dropped and `X or null` made plain X."""
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = dict(definitions[node["$ref"].rsplit("/", 1)[1]])
        return _inline(target | {key: value for key, value in node.items() if key != "$ref"}, definitions)
    if "anyOf" in node:
        (choice,) = [option for option in node["anyOf"] if option.get("type") != "null"]
        return _inline(choice | {key: value for key, value in node.items() if key != "anyOf"}, definitions)
    result: Object = {}
    for key, value in node.items():
        if key == "properties":
            result[key] = {name: _inline(child, definitions) for name, child in value.items()}
        elif key == "description":
            result[key] = _first_paragraph(value)
        elif key not in _DROPPED and not (key == "additionalProperties" and isinstance(value, bool)):
            result[key] = _inline(value, definitions)
    return result


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())
