"""What the admission webhooks of Cluster API 1.10 and its Talos and Sidero providers say of an object, without them. Pure.

Defaults are applied before the schema is checked, so they take objects of any shape. A missing `v` of a version, the label of
the cluster, a selector that nobody wrote: manifests leave these to the webhooks, Sidero's own template does.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from boot.errors import BadRequest, Cause
from boot.resources.base import Object
from boot.resources.label_selectors import render_selector, selects
from boot.resources.names import complain_label_value

_CLUSTER_NAME = "cluster.x-k8s.io/cluster-name"
_DEPLOYMENT_NAME = "cluster.x-k8s.io/deployment-name"
_SET_NAME = "cluster.x-k8s.io/set-name"
_POOL_NAME = "cluster.x-k8s.io/pool-name"
_SEMVER = re.compile(r"v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)([-0-9a-zA-Z_.+]*)?")

# Defaults


def default_cluster(obj: Object) -> None:
    spec = _part(obj, "spec")
    for field in ("infrastructureRef", "controlPlaneRef"):
        _default_namespace(spec.get(field), obj)


def default_machine(obj: Object) -> None:
    spec = _part(obj, "spec")
    _label(obj, spec)
    _default_machine_spec(spec, obj)
    spec.setdefault("nodeDeletionTimeout", "10s")


def default_machine_set(obj: Object) -> None:
    spec = _part(obj, "spec")
    _label(obj, spec)
    spec.setdefault("replicas", 1)
    spec.setdefault("deletePolicy", "Random")
    _default_selector(spec, _SET_NAME, obj)
    _default_machine_spec(_part(_part(spec, "template"), "spec"), obj)


def default_machine_deployment(obj: Object) -> None:
    spec = _part(obj, "spec")
    _label(obj, spec)
    for field, value in _DEPLOYMENT_DEFAULTS.items():
        spec.setdefault(field, value)
    strategy = _part(spec, "strategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = _part(strategy, "rollingUpdate")
        rolling.setdefault("maxSurge", 1)
        rolling.setdefault("maxUnavailable", 0)
    selector, labels = _default_selector(spec, _DEPLOYMENT_NAME, obj)
    if isinstance(spec.get("clusterName"), str):
        selector[_CLUSTER_NAME] = labels[_CLUSTER_NAME] = spec["clusterName"]
    _default_machine_spec(_part(_part(spec, "template"), "spec"), obj)


_DEPLOYMENT_DEFAULTS = {"replicas": 1, "minReadySeconds": 0, "revisionHistoryLimit": 1, "progressDeadlineSeconds": 600}


def default_talos_control_plane(obj: Object) -> None:
    spec = _part(obj, "spec")
    spec.setdefault("replicas", 1)
    _default_namespace(spec.get("infrastructureTemplate"), obj)
    _prefix_version(spec)
    strategy = _part(spec, "rolloutStrategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _part(strategy, "rollingUpdate").setdefault("maxSurge", 1)


def _default_selector(spec: Object, unique: str, obj: Object) -> tuple[Object, Object]:
    """The labels that the selector wants and those of the template, with one of its own where none is wanted."""
    selector, template = _part(spec, "selector"), _part(spec, "template")
    wanted, labels = _part(selector, "matchLabels"), _part(_part(template, "metadata"), "labels")
    name = obj["metadata"].get("name")
    if not wanted and not selector.get("matchExpressions") and isinstance(name, str):
        wanted[unique] = labels[unique] = name
    return wanted, labels


def _default_machine_spec(spec: Object, obj: Object) -> None:
    bootstrap = spec.get("bootstrap")
    if isinstance(bootstrap, dict):
        _default_namespace(bootstrap.get("configRef"), obj)
    _default_namespace(spec.get("infrastructureRef"), obj)
    _prefix_version(spec)


def _default_namespace(reference: Any, obj: Object) -> None:
    if isinstance(reference, dict) and not reference.get("namespace") and obj["metadata"].get("namespace"):
        reference["namespace"] = obj["metadata"]["namespace"]


def _prefix_version(spec: Object) -> None:
    version = spec.get("version")
    if isinstance(version, str) and not version.startswith("v"):
        spec["version"] = f"v{version}"


def _label(obj: Object, spec: Object) -> None:
    if isinstance(spec.get("clusterName"), str):
        _part(obj["metadata"], "labels")[_CLUSTER_NAME] = spec["clusterName"]


def _part(obj: Object, field: str) -> Object:
    """The object in that field, made where there is none; one that is no part of `obj` where something else stands there."""
    if obj.get(field) is None:
        obj[field] = {}
    part = obj[field]
    return part if isinstance(part, dict) else {}


# Checks of an object as it is


def check_cluster(obj: Object) -> list[Cause]:
    spec = obj.get("spec") or {}
    causes = _check_label_name(obj)
    for field in ("infrastructureRef", "controlPlaneRef"):
        causes += _check_namespace(spec.get(field), f"spec.{field}", obj)
    network = spec.get("clusterNetwork") or {}
    for field in ("pods", "services"):
        for index, block in enumerate((network.get(field) or {}).get("cidrBlocks") or ()):
            if not _is_network(block):
                path = f"spec.clusterNetwork.{field}.cidrBlocks[{index}]"
                causes.append(_invalid(path, block, f"invalid CIDR address: {block}"))
    return causes


def check_machine(obj: Object) -> list[Cause]:
    spec = obj["spec"]
    bootstrap = spec["bootstrap"]
    causes = []
    pooled = _POOL_NAME in (obj["metadata"].get("labels") or {})
    if not pooled and bootstrap.get("configRef") is None and bootstrap.get("dataSecretName") is None:
        words = "Required value: expected either spec.bootstrap.dataSecretName or spec.bootstrap.configRef to be populated"
        causes.append(Cause("FieldValueRequired", words, "spec.bootstrap.data"))
    causes += _check_namespace(bootstrap.get("configRef"), "spec.bootstrap.configRef", obj)
    causes += _check_namespace(spec["infrastructureRef"], "spec.infrastructureRef", obj)
    return causes + _check_version(spec, "spec.version")


def check_machine_set(obj: Object) -> list[Cause]:
    return _check_selector(obj["spec"], "Invalid value")


def check_machine_deployment(obj: Object) -> list[Cause]:
    spec = obj["spec"]
    causes = _check_label_name(obj) + _check_selector(spec, "Forbidden")
    rolling = (spec.get("strategy") or {}).get("rollingUpdate") or {}
    for field in ("maxSurge", "maxUnavailable"):
        if not _is_count(rolling.get(field, 0)):
            words = "must be either an int or a percentage"
            causes.append(_invalid(f"spec.strategy.rollingUpdate.{field}", rolling[field], words))
    return causes


def check_talos_config(obj: Object) -> list[Cause]:
    source = ((obj.get("spec") or {}).get("hostname") or {}).get("source") or "MachineName"
    if source in {"MachineName", "InfrastructureName"}:
        return []
    return [_invalid("spec.hostname.source", source, 'valid values are: ["MachineName" "InfrastructureName"]')]


def check_talos_control_plane(obj: Object) -> list[Cause]:
    kind = (obj["spec"].get("rolloutStrategy") or {}).get("type")
    if kind in {"RollingUpdate", "OnDelete"}:
        return []
    return [_invalid("spec.rolloutStrategy", kind, 'valid values are: ["RollingUpdate" "OnDelete"]')]


def _check_selector(spec: Object, refusal: str) -> list[Cause]:
    template = spec.get("template") or {}
    path = "spec.template.metadata.labels"
    labels = (template.get("metadata") or {}).get("labels") or {}
    try:
        fits, text = selects(spec["selector"], labels), render_selector(spec["selector"])
    except ValueError as error:
        return [_invalid("spec.selector", "", str(error))]
    causes = _check_version(template.get("spec") or {}, "spec.template.spec.version")
    if not fits:
        reason = "FieldValueForbidden" if refusal == "Forbidden" else "FieldValueInvalid"
        causes.append(Cause(reason, f'{refusal}: must match spec.selector "{text}"', path))
    return causes


def _check_version(spec: Object, path: str) -> list[Cause]:
    version = spec.get("version")
    if version is None or _SEMVER.fullmatch(version):
        return []
    return [_invalid(path, version, "must be a valid semantic version")]


def _check_namespace(reference: Object | None, path: str, obj: Object) -> list[Cause]:
    if reference is None or reference.get("namespace") == obj["metadata"].get("namespace"):
        return []
    return [_invalid(f"{path}.namespace", reference.get("namespace", ""), "must match metadata.namespace")]


def _check_label_name(obj: Object) -> list[Cause]:
    name = obj["metadata"].get("name") or ""
    return [_invalid("metadata.name", name, f"must be a valid label value {why}") for why in complain_label_value(name)]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return "/" in text


def _is_count(value: int | str) -> bool:
    return isinstance(value, int) or re.fullmatch(r"[0-9]+%", value) is not None


def _invalid(path: str, value: Any, words: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "{value}": {words}', path)


# Checks of a change


def keep_references(old: Object, new: Object) -> list[Cause]:
    """Of a Cluster: a reference may be another one, but not none."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    gone = [field for field in ("infrastructureRef", "controlPlaneRef") if field in before and field not in after]
    return [Cause("FieldValueForbidden", "Forbidden: cannot be removed", f"spec.{field}") for field in gone]


def keep_cluster(old: Object, new: Object) -> list[Cause]:
    """Of what belongs to a cluster: it stays that one's."""
    if old["spec"].get("clusterName") == new["spec"].get("clusterName"):
        return []
    return [Cause("FieldValueForbidden", "Forbidden: field is immutable", "spec.clusterName")]


def keep_spec(kind: str) -> Callable[[Object, Object], list[Cause]]:
    """Of what others were made of: BadRequest for any other spec."""

    def keep(old: Object, new: Object) -> list[Cause]:
        if old.get("spec") != new.get("spec"):
            raise BadRequest(f"{kind}.Spec is immutable")
        return []

    return keep
