"""What single kinds need on every write beyond their schemas, by (group, plural). Pure, in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boot.errors import Cause
from boot.plane.cluster_api_rules import (
    check_cluster,
    check_machine,
    check_machine_deployment,
    check_machine_set,
    check_talos_config,
    check_talos_control_plane,
    default_cluster,
    default_machine,
    default_machine_deployment,
    default_machine_set,
    default_talos_control_plane,
    keep_cluster,
    keep_references,
    keep_spec,
)
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
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_GROUP,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)


def _nothing(_obj: Object, _now: str = "") -> None:
    pass


def _no_causes(_obj: Object, _new: Object | None = None) -> list[Cause]:
    return []


@dataclass(frozen=True, slots=True)
class Rules:
    """They take an object that fits its schema, all but `mutate`, and adjust it in place."""

    mutate: Callable[[Object], None] = _nothing
    """As a mutating webhook: before the schema is looked at, so it takes an object of any shape."""
    default: Callable[[Object], None] = _nothing
    """What is meant where nothing is said; whoever wrote the object owns it."""
    check: Callable[[Object], list[Cause]] = _no_causes
    """What is wrong."""
    check_change: Callable[[Object, Object], list[Cause]] = _no_causes
    """What is wrong with making the one the other."""
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


def _keep_accepted(old: Object, obj: Object) -> list[Cause]:
    """Nobody would care any longer for a server that is in use and not accepted; one on its way here from another plane is."""
    was, accepted = ((one.get("spec") or {}).get("accepted") for one in (old, obj))
    if was and not accepted and (obj.get("status") or {}).get("inUse"):
        return [Cause("FieldValueForbidden", "Forbidden: a server in use stays accepted: release it first", "spec.accepted")]
    return []


UNCOUNTED = frozenset({"", "rbac.authorization.k8s.io", "coordination.k8s.io", "events.k8s.io"})
"""Groups whose kinds have no metadata.generation; pods have one."""
_RULES: dict[tuple[str, str], Rules] = {
    ("", "secrets"): Rules(default=_default_secret, check=check_secret),
    ("", "configmaps"): Rules(default=drop_empty, check=check_config_map),
    ("", "namespaces"): Rules(default=_default_namespace, finish=_finish_namespace),
    ("", "pods"): Rules(default=default_pod, finish=finish_pod),
    ("", "nodes"): Rules(finish=finish_node, begin=begin_node),
    ("", "services"): Rules(default=default_service, check=check_service, finish=finish_workload),
    ("apps", "deployments"): Rules(default=default_deployment, check=check_workload, finish=finish_workload),
    ("apps", "daemonsets"): Rules(default=default_daemon_set, check=check_workload, finish=finish_workload),
    ("apps", "statefulsets"): Rules(default=default_stateful_set, check=check_workload, finish=finish_workload),
    ("batch", "jobs"): Rules(default=default_job, finish=finish_workload),
    ("apiextensions.k8s.io", "customresourcedefinitions"): Rules(default=_default_crd, check=_check_crd, finish=_finish_crd),
    (METAL_GROUP, "servers"): Rules(check_change=_keep_accepted),
}
_OF_VERSION: dict[Kind, Rules] = {
    # Another version of these, by definitions that somebody else put there, has other fields and webhooks of its own.
    CLUSTER: Rules(mutate=default_cluster, check=check_cluster, check_change=keep_references),
    MACHINE: Rules(mutate=default_machine, check=check_machine, check_change=keep_cluster),
    MACHINE_SET: Rules(mutate=default_machine_set, check=check_machine_set, check_change=keep_cluster),
    MACHINE_DEPLOYMENT: Rules(mutate=default_machine_deployment, check=check_machine_deployment, check_change=keep_cluster),
    METAL_MACHINE_TEMPLATE: Rules(check_change=keep_spec("MetalMachineTemplate")),
    TALOS_CONFIG: Rules(check=check_talos_config, check_change=keep_spec("TalosConfig")),
    TALOS_CONFIG_TEMPLATE: Rules(check_change=keep_spec("TalosConfigTemplate")),
    TALOS_CONTROL_PLANE: Rules(mutate=default_talos_control_plane, check=check_talos_control_plane),
}
_NONE = Rules()


def rules_of(kind: Kind) -> Rules:
    return _RULES.get((kind.group, kind.plural)) or _OF_VERSION.get(kind, _NONE)
