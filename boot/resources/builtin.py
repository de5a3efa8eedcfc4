"""The kinds that a Kubernetes API has without any CRD, as far as this plane serves them."""

from boot.resources.base import Object
from boot.resources.crds import AGE
from boot.resources.kinds import Column, Definition, Version

_ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


def _text(description: str) -> Object:
    return {"type": "string", "description": description}


def _map(description: str, value: Object | None = None) -> Object:
    return {"type": "object", "description": description, "additionalProperties": value or {"type": "string"}}


def _object(description: str, **properties: Object) -> Object:
    return {"type": "object", "description": description, "properties": properties}


def _kind(description: str, **properties: Object) -> Object:
    return _object(
        description,
        apiVersion=_text("Group and version of this object."),
        kind=_text("What this object is."),
        metadata={"type": "object"},
        **properties,
    )


_REFERENCE = {
    key: _text(text)
    for key, text in {
        "apiVersion": "API version of the referent.",
        "kind": "Kind of the referent.",
        "name": "Name of the referent.",
        "namespace": "Namespace of the referent.",
        "uid": "UID of the referent.",
        "resourceVersion": "Revision of the referent.",
        "fieldPath": "Part of the referent.",
    }.items()
}
_SOURCE = {"component": _text("Component that reported the event."), "host": _text("Where that component runs.")}

_NAMESPACE = _kind(
    "A scope for names.",
    spec=_object("What the namespace should be.", finalizers={"type": "array", "items": {"type": "string"}}),
    status=_object("What it is.", phase=_text("Active or Terminating.")) | {"x-kubernetes-preserve-unknown-fields": True},
)
_SECRET = _kind(
    "Small confidential data.",
    data=_map("Base64 of the values.", {"type": "string", "format": "byte"}),
    stringData=_map("Values as plain text; written, never read back."),
    type=_text("What programs take the data for; cannot be changed."),
    immutable={"type": "boolean", "description": "Whether the data may change."},
)
_CONFIG_MAP = _kind(
    "Configuration that is not confidential.",
    data=_map("Values as text."),
    binaryData=_map("Base64 of values that are not text.", {"type": "string", "format": "byte"}),
    immutable={"type": "boolean", "description": "Whether the data may change."},
)
_EVENT = _kind(
    "Something that happened to an object.",
    involvedObject=_object("The object this is about.", **_REFERENCE),
    reason=_text("Why, one CamelCase word."),
    message=_text("What happened, for people."),
    source=_object("Who reported it.", **_SOURCE),
    firstTimestamp={"type": "string", "format": "date-time", "nullable": True},
    lastTimestamp={"type": "string", "format": "date-time", "nullable": True},
    eventTime={"type": "string", "format": "date-time", "nullable": True},
    count={"type": "integer", "format": "int32", "description": "How often."},
    type=_text("Normal or Warning."),
    action=_text("What was done."),
    series={"type": "object", "x-kubernetes-preserve-unknown-fields": True, "nullable": True},
    related=_object("Another object that takes part.", **_REFERENCE) | {"nullable": True},
    reportingComponent=_text("Controller that reported it."),
    reportingInstance=_text("Its instance."),
)
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
_CRD = _kind(
    "A kind that the plane serves beside the built-in ones.",
    spec={
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
    status={"type": "object", "description": "Whether it is served.", "x-kubernetes-preserve-unknown-fields": True},
) | {"required": ["spec"]}

BUILTIN: tuple[Definition, ...] = (
    Definition(
        group="",
        kind="Namespace",
        plural="namespaces",
        singular="namespace",
        list_kind="NamespaceList",
        short_names=("ns",),
        verbs=_ALL_VERBS,
        versions=(Version("v1", _NAMESPACE, (Column("Status", ".status.phase"), AGE), has_status=True),),
    ),
    Definition(
        group="",
        kind="Secret",
        plural="secrets",
        singular="secret",
        list_kind="SecretList",
        namespaced=True,
        versions=(Version("v1", _SECRET, (Column("Type", ".type"), Column("Data", ".data", "count"), AGE)),),
    ),
    Definition(
        group="",
        kind="ConfigMap",
        plural="configmaps",
        singular="configmap",
        list_kind="ConfigMapList",
        namespaced=True,
        short_names=("cm",),
        versions=(Version("v1", _CONFIG_MAP, (Column("Data", ".data", "count"), AGE)),),
    ),
    Definition(
        group="",
        kind="Event",
        plural="events",
        singular="event",
        list_kind="EventList",
        namespaced=True,
        short_names=("ev",),
        versions=(
            Version(
                "v1",
                _EVENT,
                (
                    Column("Last Seen", ".lastTimestamp", "date"),
                    Column("Type", ".type"),
                    Column("Reason", ".reason"),
                    Column("Object", ".involvedObject", "reference"),
                    Column("Message", ".message"),
                ),
            ),
        ),
    ),
    Definition(
        group="apiextensions.k8s.io",
        kind="CustomResourceDefinition",
        plural="customresourcedefinitions",
        singular="customresourcedefinition",
        list_kind="CustomResourceDefinitionList",
        short_names=("crd", "crds"),
        categories=("api-extensions",),
        versions=(Version("v1", _CRD, (Column("Created At", ".metadata.creationTimestamp"),), has_status=True),),
    ),
)
"""Column types beyond the CRD ones: `count` is the number of entries of a map, `reference` is kind/name."""
