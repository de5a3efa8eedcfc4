"""The scale subresource: an object's replica counts as autoscaling/v1 Scale. Pure."""

from typing import Any

from boot.errors import BadRequest, Cause, Invalid
from boot.resources.base import Object
from boot.resources.crds import AGE
from boot.resources.kinds import Column, Kind, Scale, Version
from boot.resources.label_selectors import render_selector

SCALE = Kind("autoscaling", "v1", "Scale", "scales", namespaced=True)
SCALE_VERSION = Version(
    "v1",
    {"type": "object"},
    (Column("Desired", ".spec.replicas", "number-or-zero"), Column("Available", ".status.replicas", "number-or-zero"), AGE),
)
_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def build_scale(obj: Object, scale: Scale) -> Object:
    """autoscaling/v1 Scale of `obj`; a path that leads nowhere counts 0."""
    status: Object = {"replicas": _find(obj, scale.status_replicas) or 0}
    if scale.selector and (selector := _find(obj, scale.selector)):
        status["selector"] = selector if isinstance(selector, str) else render_selector(selector)
    replicas = _find(obj, scale.spec_replicas)
    return {
        "kind": SCALE.kind,
        "apiVersion": SCALE.api_version,
        "metadata": {field: obj["metadata"][field] for field in _KEPT if field in obj["metadata"]},
        "spec": {} if not replicas else {"replicas": replicas},
        "status": status,
    }


def apply_scale(obj: Object, wanted: Object, scale: Scale) -> Object:
    """`obj` with the replicas of a Scale; BadRequest or Invalid when it says none that can be."""
    spec = wanted.get("spec") or {}
    replicas = spec.get("replicas", 0) if isinstance(spec, dict) else None
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise BadRequest("spec.replicas of a Scale must be an integer")
    if replicas < 0:
        words = f"Invalid value: {replicas}: must be greater than or equal to 0"
        name = obj["metadata"]["name"]
        raise Invalid(
            f'Scale.autoscaling "{name}" is invalid: spec.replicas: {words}',
            causes=(Cause("FieldValueInvalid", words, "spec.replicas"),),
            name=name,
            group=SCALE.group,
            kind=SCALE.kind,
        )
    return _put(obj, _steps(scale.spec_replicas), replicas)


def _steps(path: str) -> list[str]:
    """Scale paths are plain: names with dots, no brackets (apiextensions/v1 CustomResourceSubresourceScale)."""
    return path.strip(".").split(".")


def _find(obj: Object, path: str) -> Any:
    found: Any = obj
    for step in _steps(path):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _put(obj: Any, steps: list[str], value: Any) -> Object:
    first, *rest = steps
    inner = obj if isinstance(obj, dict) else {}
    return inner | {first: _put(inner.get(first), rest, value) if rest else value}
