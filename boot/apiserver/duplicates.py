"""What is done about fields that are in a body twice, as fieldValidation wants it, in kube-apiserver's words."""

from collections.abc import Sequence

from boot.errors import ApiError, BadRequest, Cause, Invalid
from boot.plane.options import FieldValidation, WriteOptions
from boot.plane.patching import APPLY
from boot.resources.kinds import Kind


def wanted_duplicates(options: WriteOptions) -> list[str] | None:
    """What read_body shall add them to; None when nobody wants to know."""
    return None if options.field_validation is FieldValidation.IGNORE else []


def report_duplicates(found: Sequence[str] | None, options: WriteOptions, kind: Kind, patch_type: str = "") -> None:
    """Warnings, or with Strict an error: BadRequest, and Invalid for a patch other than an apply."""
    if not found:
        return
    if options.field_validation is FieldValidation.STRICT:
        raise _refuse(_describe(found), kind, patch_type)
    options.warnings.extend(found)


def _describe(found: Sequence[str]) -> str:
    """What begins with a line's number is of YAML, whose reader gives one error for all."""
    if found[0].startswith("line "):
        return "yaml: unmarshal errors:\n  " + "\n  ".join(found)
    return ", ".join(found)


def _refuse(words: str, kind: Kind, patch_type: str) -> ApiError:
    if patch_type == APPLY:
        return BadRequest(f"error strict decoding YAML: error converting YAML to JSON: {words}")
    if patch_type:
        cause = Cause("FieldValueInvalid", f"Invalid value: strict decoding error: {words}", "patch")
        return Invalid(f"{kind.kind} is invalid: patch: {cause.message}", causes=(cause,), group=kind.group, kind=kind.kind)
    return BadRequest(
        f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: strict decoding error: {words}'
    )
