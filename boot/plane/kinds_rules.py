"""What single built-in kinds need on every write, by (group, plural). Pure, in place."""

from collections.abc import Callable, Sequence

from boot.errors import Cause
from boot.plane.core_rules import check_config_map, check_secret, drop_empty, merge_plain
from boot.plane.schema_rules import check_schema
from boot.resources.base import Object

Rule = Callable[[Object, str], list[Cause]]
"""Takes the object about to be stored and the time (RFC 3339); adjusts it; returns what is wrong."""


def _secret(obj: Object, _now: str) -> list[Cause]:
    merge_plain(obj)
    obj["type"] = obj.get("type") or "Opaque"
    drop_empty(obj)
    return check_secret(obj)


def _config_map(obj: Object, _now: str) -> list[Cause]:
    drop_empty(obj)
    return check_config_map(obj)


def _namespace(obj: Object, _now: str) -> list[Cause]:
    obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else "Active"
    obj["status"] = {"phase": phase}
    return []


def _check_schemas(versions: Sequence[Object]) -> list[Cause]:
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in versions]
    paths = [f"spec.versions[{index}].schema.openAPIV3Schema" for index in range(len(schemas))]
    missing = [path for schema, path in zip(schemas, paths, strict=True) if schema is None]
    if missing:
        return [Cause("FieldValueRequired", "Required value: schemas are required", path) for path in missing]
    if all(schema == schemas[0] for schema in schemas):  # as the old v1beta1, where all versions share one
        schemas, paths = schemas[:1], ["spec.validation.openAPIV3Schema"]
    return [cause for schema, path in zip(schemas, paths, strict=True) for cause in check_schema(schema, path)]


def _crd(obj: Object, now: str) -> list[Cause]:
    spec = obj["spec"]
    names = spec["names"]
    wanted = f"{names['plural']}.{spec['group']}"
    if obj["metadata"]["name"] != wanted:
        return [
            Cause(
                "FieldValueInvalid",
                f'Invalid value: "{obj["metadata"]["name"]}": must be spec.names.plural+"."+spec.group',
                "metadata.name",
            )
        ]
    stored = [version["name"] for version in spec["versions"] if version["storage"]]
    if len(stored) != 1:
        return [
            Cause("FieldValueInvalid", "Invalid value: must have exactly one version marked as storage version", "spec.versions")
        ]
    causes = _check_schemas(spec["versions"])
    if causes:
        return causes
    names.setdefault("singular", names["kind"].lower())
    names.setdefault("listKind", names["kind"] + "List")
    spec.setdefault("conversion", {"strategy": "None"})
    previous = obj.get("status") or {}
    since = {row["type"]: row.get("lastTransitionTime", now) for row in previous.get("conditions") or ()}
    obj["status"] = {
        "acceptedNames": dict(names),
        "conditions": [
            {"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": since.get(kind, now)}
            for kind, reason, message in (
                ("NamesAccepted", "NoConflicts", "no conflicts found"),
                ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
            )
        ],
        "storedVersions": sorted({*(previous.get("storedVersions") or ()), *stored}),
    }
    return []


UNCOUNTED = frozenset({"", "rbac.authorization.k8s.io", "coordination.k8s.io", "events.k8s.io"})
"""Groups whose kinds have no metadata.generation."""
RULES: dict[tuple[str, str], Rule] = {
    ("", "secrets"): _secret,
    ("", "configmaps"): _config_map,
    ("", "namespaces"): _namespace,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _crd,
}
