"""What single built-in kinds need on every write, by (group, plural). Pure, in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boot.errors import Cause
from boot.plane.core_rules import check_config_map, check_secret, drop_empty, merge_plain
from boot.plane.schema_rules import check_schema
from boot.plane.workload_rules import (
    begin_node,
    check_service,
    check_workload,
    default_daemon_set,
    default_deployment,
    default_job,
    default_pod,
    default_service,
    default_stateful_set,
    finish_node,
    finish_pod,
    finish_workload,
)
from boot.resources.base import Object
from boot.resources.kinds import Kind


def _nothing(_obj: Object, _now: str = "") -> None:
    pass


def _no_causes(_obj: Object) -> list[Cause]:
    return []


@dataclass(frozen=True, slots=True)
class Rules:
    """They take an object that fits its schema and adjust it in place."""

    default: Callable[[Object], None] = _nothing
    """What is meant where nothing is said; whoever wrote the object owns it."""
    check: Callable[[Object], list[Cause]] = _no_causes
    """What is wrong."""
    finish: Callable[[Object, str], None] = _nothing
    """What the server itself adds, which nobody owns; takes the time (RFC 3339)."""
    begin: Callable[[Object], None] = _nothing
    """As `finish`, for an object that is new."""


def _default_secret(obj: Object) -> None:
    merge_plain(obj)
    obj["type"] = obj.get("type") or "Opaque"
    drop_empty(obj)


def _default_namespace(obj: Object) -> None:
    obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"].get("name", "")


def _finish_namespace(obj: Object, _now: str) -> None:
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else "Active"
    obj["status"] = {"phase": phase}


def _check_schemas(versions: Sequence[Object]) -> list[Cause]:
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in versions]
    paths = [f"spec.versions[{index}].schema.openAPIV3Schema" for index in range(len(schemas))]
    missing = [path for schema, path in zip(schemas, paths, strict=True) if schema is None]
    if missing:
        return [Cause("FieldValueRequired", "Required value: schemas are required", path) for path in missing]
    if all(schema == schemas[0] for schema in schemas):  # as the old v1beta1, where all versions share one
        schemas, paths = schemas[:1], ["spec.validation.openAPIV3Schema"]
    return [cause for schema, path in zip(schemas, paths, strict=True) for cause in check_schema(schema, path)]


def _default_crd(obj: Object) -> None:
    spec = obj["spec"]
    spec["names"].setdefault("singular", spec["names"]["kind"].lower())
    spec["names"].setdefault("listKind", spec["names"]["kind"] + "List")
    spec.setdefault("conversion", {"strategy": "None"})


def _check_crd(obj: Object) -> list[Cause]:
    spec = obj["spec"]
    wanted = f"{spec['names']['plural']}.{spec['group']}"
    if obj["metadata"]["name"] != wanted:
        words = f'Invalid value: "{obj["metadata"]["name"]}": must be spec.names.plural+"."+spec.group'
        return [Cause("FieldValueInvalid", words, "metadata.name")]
    if len(_stored_versions(spec)) != 1:
        words = "Invalid value: must have exactly one version marked as storage version"
        return [Cause("FieldValueInvalid", words, "spec.versions")]
    return _check_schemas(spec["versions"])


def _stored_versions(spec: Object) -> list[str]:
    return [version["name"] for version in spec["versions"] if version["storage"]]


def _finish_crd(obj: Object, now: str) -> None:
    previous = obj.get("status") or {}
    since = {row["type"]: row.get("lastTransitionTime", now) for row in previous.get("conditions") or ()}
    obj["status"] = {
        "acceptedNames": dict(obj["spec"]["names"]),
        "conditions": [
            {"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": since.get(kind, now)}
            for kind, reason, message in (
                ("NamesAccepted", "NoConflicts", "no conflicts found"),
                ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
            )
        ],
        "storedVersions": sorted({*(previous.get("storedVersions") or ()), *_stored_versions(obj["spec"])}),
    }


def _check_server(obj: Object) -> list[Cause]:
    """Nobody would care any longer for a server that is in use and not accepted."""
    if (obj.get("status") or {}).get("inUse") and not (obj.get("spec") or {}).get("accepted"):
        return [Cause("FieldValueForbidden", "Forbidden: a server in use stays accepted: release it first", "spec.accepted")]
    return []


UNCOUNTED = frozenset({"", "rbac.authorization.k8s.io", "coordination.k8s.io", "events.k8s.io"})
"""Groups whose kinds have no metadata.generation; pods have one."""
_RULES: dict[tuple[str, str], Rules] = {
    ("", "secrets"): Rules(_default_secret, check_secret),
    ("", "configmaps"): Rules(drop_empty, check_config_map),
    ("", "namespaces"): Rules(_default_namespace, finish=_finish_namespace),
    ("", "pods"): Rules(default_pod, finish=finish_pod),
    ("", "nodes"): Rules(finish=finish_node, begin=begin_node),
    ("", "services"): Rules(default_service, check_service, finish_workload),
    ("apps", "deployments"): Rules(default_deployment, check_workload, finish_workload),
    ("apps", "daemonsets"): Rules(default_daemon_set, check_workload, finish_workload),
    ("apps", "statefulsets"): Rules(default_stateful_set, check_workload, finish_workload),
    ("batch", "jobs"): Rules(default_job, finish=finish_workload),
    ("apiextensions.k8s.io", "customresourcedefinitions"): Rules(_default_crd, _check_crd, _finish_crd),
    ("metal.sidero.dev", "servers"): Rules(check=_check_server),
}
_NONE = Rules()


def rules_of(kind: Kind) -> Rules:
    return _RULES.get((kind.group, kind.plural), _NONE)
