"""Which patch each content type is, and which kinds take it. Pure."""

from collections.abc import Sequence
from typing import Any

from boot.errors import BadRequest, UnsupportedMediaType
from boot.resources.base import Object
from boot.resources.kinds import Definition
from boot.store.patches import apply_json_patch, apply_merge_patch
from boot.store.strategic import apply_strategic_patch


def apply_patch(old: Object, patch: Any, patch_type: str, definition: Definition) -> Object:
    """A new object; BadRequest or Invalid when the patch is none or does not apply, UnsupportedMediaType for its type."""
    match patch_type:
        case "application/json-patch+json" if isinstance(patch, Sequence) and not isinstance(patch, str):
            return apply_json_patch(old, patch)
        case "application/merge-patch+json" if isinstance(patch, dict):
            merged: Object = apply_merge_patch(old, patch)
            return merged
        case "application/strategic-merge-patch+json" if isinstance(patch, dict) and not definition.custom:
            combined: Object = apply_strategic_patch(old, patch)
            return combined
        case "application/json-patch+json" | "application/merge-patch+json":
            raise BadRequest("the patch is not what its content type says: a list of operations or an object is wanted")
        case _:
            supported = ["application/json-patch+json", "application/merge-patch+json"]
            if not definition.custom:
                supported.append("application/strategic-merge-patch+json")
            raise UnsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: " + ", ".join(supported)
            )
