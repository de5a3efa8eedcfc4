"""apiextensions.k8s.io/v1: CustomResourceDefinition."""

from boot.resources.base import Object
from boot.resources.builtin.defining import ALL_VERBS
from boot.resources.kinds import Column, Definition, Version


def _text(description: str) -> Object:
    return {"type": "string", "description": description}


_NAME: Object = {"type": "string", "minLength": 1}
_LABEL: Object = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}
_CRD_COLUMN: Object = {
    "type": "object",
    "required": ["name", "type", "jsonPath"],
    "properties": {
        **dict.fromkeys(("name", "type", "jsonPath"), _NAME),
        **{key: {"type": "string"} for key in ("description", "format")},
        "priority": {"type": "integer", "format": "int32"},
    },
}
_CRD_SUBRESOURCES: Object = {
    "type": "object",
    "properties": {
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "scale": {
            "type": "object",
            "required": ["specReplicasPath", "statusReplicasPath"],
            "properties": {key: {"type": "string"} for key in ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")},
        },
    },
}
_CRD_VERSION: Object = {
    "type": "object",
    "required": ["name", "served", "storage"],
    "x-kubernetes-preserve-unknown-fields": True,
    "properties": {
        "name": _LABEL,
        **{key: {"type": "boolean"} for key in ("served", "storage")},
        "schema": {
            "type": "object",
            "properties": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        },
        "subresources": _CRD_SUBRESOURCES,
        "additionalPrinterColumns": {"type": "array", "items": _CRD_COLUMN},
    },
}
_PROPERTIES: Object = {
    "apiVersion": _text("Group and version of this object."),
    "kind": _text("What this object is."),
    "metadata": {"type": "object"},
    "spec": {
        "type": "object",
        "description": "Names, scope and versions of the kind.",
        "x-kubernetes-preserve-unknown-fields": True,
        "required": ["group", "names", "scope", "versions"],
        "properties": {
            "group": _text("API group.") | {"minLength": 1},
            "scope": _text("Cluster or Namespaced.") | {"enum": ["Cluster", "Namespaced"]},
            "names": {
                "type": "object",
                "required": ["kind", "plural"],
                "x-kubernetes-preserve-unknown-fields": True,
                "properties": {
                    **dict.fromkeys(("kind", "listKind"), _NAME),
                    **dict.fromkeys(("plural", "singular"), _LABEL),
                    **{key: {"type": "array", "items": _LABEL} for key in ("shortNames", "categories")},
                },
            },
            "versions": {"type": "array", "minItems": 1, "items": _CRD_VERSION},
        },
    },
    "status": {"type": "object", "description": "Whether it is served.", "x-kubernetes-preserve-unknown-fields": True},
}
_CRD: Object = {
    "type": "object",
    "description": "A kind that the plane serves beside the built-in ones.",
    "properties": _PROPERTIES,
    "required": ["spec"],
}

KINDS: tuple[Definition, ...] = (
    Definition(
        group="apiextensions.k8s.io",
        kind="CustomResourceDefinition",
        plural="customresourcedefinitions",
        singular="customresourcedefinition",
        list_kind="CustomResourceDefinitionList",
        short_names=("crd", "crds"),
        verbs=ALL_VERBS,
        categories=("api-extensions",),
        versions=(Version("v1", _CRD, (Column("Created At", ".metadata.creationTimestamp"),), has_status=True),),
    ),
)
