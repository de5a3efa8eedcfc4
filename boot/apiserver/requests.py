"""A URL -> what it asks for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from boot.errors import BadRequest, NotFound
from boot.plane.options import DeleteOptions, FieldValidation, ListOptions, WriteOptions

_NUMBER = re.compile(r"[0-9]{1,18}")
_PROPAGATIONS = ("Background", "Foreground", "Orphan")


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path names; `name` is "" for a collection, `namespace` "" for all or for cluster-scoped kinds."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def parse_path(path: str) -> Resource:
    """/api/v1/... and /apis/<group>/<version>/...; NotFound for anything else."""
    parts = path.strip("/").split("/")
    if parts[0] == "api" and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        raise NotFound("the server could not find the requested resource")
    namespace = ""
    # /namespaces/x is the object itself; /namespaces/x/status its subresource; deeper is something inside it.
    if rest[0] == "namespaces" and len(rest) > 2 and not (group == "" and rest[2] in {"status", "finalize"}):
        namespace, rest = rest[1], rest[2:]
    if len(rest) > 3 or not all(rest):
        raise NotFound("the server could not find the requested resource")
    return Resource(group, version, rest[0], namespace, *rest[1:])


def is_true(query: Mapping[str, str], name: str) -> bool:
    """Booleans in any case: Python clients write True."""
    return query.get(name, "").lower() in {"true", "1"}


def read_number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name) or "0"
    if not _NUMBER.fullmatch(text):
        raise BadRequest(f"{name}: {text!r} is no number")
    return int(text)


def _read_revision(query: Mapping[str, str]) -> str:
    text = query.get("resourceVersion", "")
    if text and not _NUMBER.fullmatch(text):
        raise BadRequest(f"invalid resourceVersion: {text!r}")
    return text


def read_list_options(query: Mapping[str, str]) -> ListOptions:
    return ListOptions(
        label_selector=query.get("labelSelector", ""),
        field_selector=query.get("fieldSelector", ""),
        limit=read_number(query, "limit"),
        continue_token=query.get("continue", ""),
        resource_version=_read_revision(query),
        match=query.get("resourceVersionMatch", ""),
    )


def read_write_options(query: Mapping[str, str], user_agent: str, user: str = "") -> WriteOptions:
    text = query.get("fieldValidation") or FieldValidation.WARN
    try:
        validation = FieldValidation(text)
    except ValueError as error:
        raise BadRequest(f"fieldValidation: {text!r} is not one of Ignore, Warn, Strict") from error
    return WriteOptions(
        dry_run=_is_dry_run(query.get("dryRun", "")),
        manager=query.get("fieldManager", ""),
        user_agent=user_agent,
        user=user,
        force=is_true(query, "force"),
        field_validation=validation,
    )


def read_delete_options(query: Mapping[str, str], body: Mapping[str, object], user: str = "") -> DeleteOptions:
    """From the body (meta/v1 DeleteOptions) and the query, which may both carry them."""
    preconditions = body.get("preconditions")
    wanted = preconditions if isinstance(preconditions, dict) else {}
    dry_run = body.get("dryRun")
    propagation = body.get("propagationPolicy") or query.get("propagationPolicy") or "Background"
    if propagation not in _PROPAGATIONS:
        raise BadRequest(f"propagationPolicy: {propagation!r} is not one of {', '.join(_PROPAGATIONS)}")
    return DeleteOptions(
        dry_run=_is_dry_run(query.get("dryRun", "") or ("All" if dry_run == ["All"] else "")),
        user=user,
        propagation=str(propagation),
        uid=str(wanted.get("uid") or ""),
        resource_version=str(wanted.get("resourceVersion") or ""),
    )


def _is_dry_run(text: str) -> bool:
    if text not in {"", "All"}:
        raise BadRequest(f"dryRun: {text!r} is not All")
    return text == "All"
