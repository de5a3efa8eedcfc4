"""Schemas of apimachinery meta/v1 and autoscaling/v1 that every document refers to, in OpenAPI version 3."""

from boot.resources.base import Object

_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
OBJECT_META, LIST_META, STATUS = f"{_META}ObjectMeta", f"{_META}ListMeta", f"{_META}Status"
DELETE_OPTIONS, PATCH, SCALE = f"{_META}DeleteOptions", f"{_META}Patch", "io.k8s.api.autoscaling.v1.Scale"
_TIME, _OWNER, _FIELDS = f"{_META}Time", f"{_META}OwnerReference", f"{_META}ManagedFieldsEntry"
_DETAILS, _CAUSE, _PRECONDITIONS = f"{_META}StatusDetails", f"{_META}StatusCause", f"{_META}Preconditions"
_FIELDS_V1, _SCALE_SPEC, _SCALE_STATUS = f"{_META}FieldsV1", f"{SCALE}Spec", f"{SCALE}Status"


def refer(name: str) -> Object:
    return {"$ref": f"#/components/schemas/{name}"}


def described(name: str, description: str) -> Object:
    """A reference with words of its own, which version 3 has no other place for."""
    return {"description": description, "allOf": [refer(name)]}


def _text(description: str) -> Object:
    return {"type": "string", "description": description}


def _flag(description: str) -> Object:
    return {"type": "boolean", "description": description}


def _number(description: str, size: str = "int64") -> Object:
    return {"type": "integer", "format": size, "description": description}


def _texts(description: str) -> Object:
    return {"type": "array", "description": description, "items": {"type": "string"}}


def _list(name: str, description: str) -> Object:
    return {"type": "array", "description": description, "items": refer(name)}


def _map(description: str) -> Object:
    return {"type": "object", "description": description, "additionalProperties": {"type": "string"}}


def _object(description: str, properties: Object, *required: str) -> Object:
    body: Object = {"type": "object", "description": description, "properties": properties}
    return body | {"required": list(required)} if required else body


KIND_FIELDS: Object = {
    "apiVersion": _text("Group and version of this object."),
    "kind": _text("What this object is."),
}

SCHEMAS: Object = {
    _TIME: {"type": "string", "format": "date-time", "description": "RFC 3339, UTC, whole seconds."},
    OBJECT_META: _object(
        "Metadata that every stored object has.",
        {
            "name": _text("Unique within a namespace; cannot be changed."),
            "generateName": _text("Prefix of a name that the server makes up when name is empty."),
            "namespace": _text("Scope of the name; empty for kinds without namespaces."),
            "uid": _text("Unique over all time; set by the server."),
            "resourceVersion": _text("Revision of the last write; given back on update it is an optimistic lock."),
            "generation": _number("Counts changes of what is wanted; set by the server."),
            "creationTimestamp": described(_TIME, "When it was created; set by the server."),
            "deletionTimestamp": described(_TIME, "When its deletion was asked for; set by the server."),
            "deletionGracePeriodSeconds": _number("Seconds it may take to stop before it is removed."),
            "labels": _map("For selecting: short words that mean something to its users."),
            "annotations": _map("For tools: words of any length that nothing selects by."),
            "finalizers": _texts("Who must agree before it goes."),
            "ownerReferences": _list(_OWNER, "Objects it depends on: when all are gone, it goes too."),
            "managedFields": _list(_FIELDS, "Who set which field, for server-side apply."),
            "selfLink": _text("Not used any more."),
        },
    ),
    _OWNER: _object(
        "An object that another depends on; it is in the same namespace or in none.",
        {
            "apiVersion": _text("Group and version of the owner."),
            "kind": _text("Kind of the owner."),
            "name": _text("Name of the owner."),
            "uid": _text("UID of the owner."),
            "controller": _flag("Whether the owner is the controller that manages this object."),
            "blockOwnerDeletion": _flag("Whether a foreground deletion of the owner waits for this object."),
        },
        *("apiVersion", "kind", "name", "uid"),
    ),
    _FIELDS: _object(
        "The fields that one manager has set.",
        {
            "manager": _text("Who set them."),
            "operation": _text("Apply or Update."),
            "apiVersion": _text("Version whose field names these are."),
            "time": described(_TIME, "When it last set any."),
            "fieldsType": _text("FieldsV1."),
            "fieldsV1": described(_FIELDS_V1, "The fields, as a tree."),
            "subresource": _text("Through which subresource, such as status."),
        },
    ),
    _FIELDS_V1: {"type": "object", "description": "A tree of fields: f:<name>, k:<keys of a list's item>, v:<value>."},
    LIST_META: _object(
        "Metadata of a list.",
        {
            "continue": _text("Where the next page begins; empty on the last."),
            "remainingItemCount": _number("Objects on the pages that follow."),
            "resourceVersion": _text("Revision of the list; a watch goes on from there."),
            "selfLink": _text("Not used any more."),
        },
    ),
    STATUS: _object(
        "The outcome of a call that returns no object.",
        {
            **KIND_FIELDS,
            "metadata": described(LIST_META, "Where an expired list can go on."),
            "status": _text("Success or Failure."),
            "code": _number("The HTTP status.", "int32"),
            "reason": _text("Why it failed, one CamelCase word."),
            "message": _text("What happened, for people."),
            "details": described(_DETAILS, "What it is about."),
        },
    ),
    _DETAILS: _object(
        "What a status is about.",
        {
            "name": _text("Name of the object."),
            "group": _text("Group of the object."),
            "kind": _text("Kind or resource of the object."),
            "uid": _text("UID of the object."),
            "causes": _list(_CAUSE, "Each thing that is wrong."),
            "retryAfterSeconds": _number("Seconds to wait before trying again.", "int32"),
        },
    ),
    _CAUSE: _object(
        "One thing that is wrong.",
        {
            "field": _text("Path of the field."),
            "reason": _text("What kind of mistake, one CamelCase word."),
            "message": _text("What is wrong with it, for people."),
        },
    ),
    DELETE_OPTIONS: _object(
        "How to delete.",
        {
            **KIND_FIELDS,
            "dryRun": _texts("All: check, and do nothing."),
            "gracePeriodSeconds": _number("Seconds it may take to stop; 0 is at once."),
            "orphanDependents": _flag("Older form of propagationPolicy."),
            "preconditions": described(_PRECONDITIONS, "What must hold, or else nothing is deleted."),
            "propagationPolicy": _text("Background, Foreground or Orphan: what becomes of objects that depend on it."),
        },
    ),
    _PRECONDITIONS: _object(
        "What must hold before an object is deleted.",
        {"resourceVersion": _text("Its revision."), "uid": _text("Its UID.")},
    ),
    PATCH: {"type": "object", "description": "A change; its form is that of the Content-Type."},
}
"""In every document."""

SCALE_SCHEMAS: Object = {
    SCALE: _object(
        "How many there should be, and how many there are.",
        {
            **KIND_FIELDS,
            "metadata": described(OBJECT_META, "Name and revision of the object that is scaled."),
            "spec": described(_SCALE_SPEC, "How many there should be."),
            "status": described(_SCALE_STATUS, "How many there are."),
        },
    ),
    _SCALE_SPEC: _object("What is wanted of a scale.", {"replicas": _number("How many there should be.", "int32")}),
    _SCALE_STATUS: _object(
        "What is there of a scale.",
        {"replicas": _number("How many there are.", "int32"), "selector": _text("Label selector of those counted.")},
        "replicas",
    ),
}
"""In documents of kinds that can be scaled."""
SCALE_KIND: Object = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
