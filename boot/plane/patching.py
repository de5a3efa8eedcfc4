"""Which patch each content type is, and which kinds take it. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from boot.errors import BadRequest, Cause, Invalid, UnsupportedMediaType
from boot.plane.admission import read_object
from boot.plane.managed import LONGEST_NAME
from boot.plane.options import WriteOptions
from boot.plane.scaling import SCALE, apply_scale
from boot.plane.subresources import SCALING
from boot.resources.base import Object
from boot.resources.kinds import Definition, Kind, Version
from boot.store.patches import apply_json_patch, apply_merge_patch
from boot.store.strategic import apply_strategic_patch

JSON, MERGE, STRATEGIC, APPLY = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)


def check_manager(options: WriteOptions, patch_type: str = "") -> None:
    """Invalid where fieldManager and force do not go with this write (upstream's ValidatePatchOptions, ValidateFieldManager)."""
    manager, words, field, reason = options.manager, "", "fieldManager", ""
    if patch_type == APPLY and not manager:
        reason, words = "FieldValueRequired", "Required value: is required for apply patch"
    elif patch_type != APPLY and options.force:
        reason, field, words = "FieldValueForbidden", "force", "Forbidden: may not be specified for non-apply patch"
    elif len(manager.encode()) > LONGEST_NAME:
        reason, words = "FieldValueTooLong", f"Too long: may not be more than {LONGEST_NAME} bytes"
    elif not manager.isprintable():
        shown = json.dumps(manager, ensure_ascii=False)
        reason, words = "FieldValueInvalid", f"Invalid value: {shown}: should only contain printable characters"
    if words:
        kind, group = "PatchOptions" if patch_type else "WriteOptions", "meta.k8s.io"
        text = f'{kind}.{group} "" is invalid: {field}: {words}'
        raise Invalid(text, causes=(Cause(reason, words, field),), group=group, kind=kind)


def apply_patch(old: Object, patch: Any, patch_type: str, definition: Definition) -> Object:
    """A new object; BadRequest or Invalid when the patch is none or does not apply, UnsupportedMediaType for its type."""
    if patch_type == JSON and isinstance(patch, Sequence) and not isinstance(patch, str):
        return apply_json_patch(old, patch)
    if patch_type == MERGE and isinstance(patch, dict):
        merged: Object = apply_merge_patch(old, patch)
        return merged
    if patch_type == STRATEGIC and isinstance(patch, dict) and not definition.custom:
        combined: Object = apply_strategic_patch(old, patch)
        return combined
    supported = (JSON, MERGE, APPLY) if definition.custom else (JSON, MERGE, STRATEGIC, APPLY)
    if patch_type in supported:
        raise BadRequest("the patch is not what its content type says: a list of operations or an object is wanted")
    raise UnsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include: " + ", ".join(supported)
    )


def read_configuration(configuration: Any, kind: Kind, version: Version, name: str, namespace: str, subresource: str) -> Object:
    """What shall be applied, as our own copy with the name and namespace of its address; BadRequest when it is another's.

    A Scale becomes what it says of its object: fields are owned where they lie.
    """
    scaled = subresource == SCALING and version.scale is not None
    wanted = SCALE.api_version if scaled else kind.api_version
    if isinstance(configuration, dict) and configuration.get("apiVersion", wanted) != wanted:
        raise BadRequest(f"invalid object type: {configuration['apiVersion']}, Kind={configuration.get('kind', '')}")
    own = read_object(configuration, SCALE if scaled else kind)
    address = {"name": name, **({"namespace": namespace} if namespace else {})}
    for field, value in address.items():
        given = own["metadata"].get(field) or value
        if given != value:
            raise BadRequest(f"the {field} of the object ({given}) does not match the {field} on the URL ({value})")
    own["metadata"] |= address
    if scaled and version.scale is not None:
        metadata = {field: own["metadata"][field] for field in (*address, "resourceVersion") if own["metadata"].get(field)}
        return apply_scale({"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}, own, version.scale)
    return own
