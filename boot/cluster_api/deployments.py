"""The MachineSets of a MachineDeployment: which is of its template, what a new one is like, what follows the deployment.

Pure; source: cluster-api internal/controllers/machinedeployment, facts 2.4.
"""

import copy
import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from boot.clock import parse_time
from boot.cluster_api.machine_sets import IN_PLACE, template_of
from boot.cluster_api.names import (
    DEPLOYMENT_NAME_LABEL,
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
    TEMPLATE_HASH_LABEL,
    fnv1a,
    suffixed,
)
from boot.cluster_api.ownership import owner_reference
from boot.cluster_api.rollout import desired_replicas, max_surge
from boot.resources.base import Object
from boot.resources.kinds import MACHINE_SET

_NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "cluster.x-k8s.io/conversion-data",
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
}


def rollout_fields(template: Object) -> Object:
    """What of a template makes another Machine: not what follows in place, nor the version and namespace of references."""
    spec = {
        key: value
        for key, value in (template.get("spec") or {}).items()
        if key not in {*IN_PLACE, "clusterName"} and value is not None
    }
    bootstrap = dict(spec.get("bootstrap") or {})
    if bootstrap.get("configRef"):
        bootstrap["configRef"] = _plain(bootstrap["configRef"])
    return {**spec, "infrastructureRef": _plain(spec.get("infrastructureRef") or {}), "bootstrap": bootstrap}


def _plain(reference: Object) -> Object:
    group = str(reference.get("apiVersion", "")).rpartition("/")[0]
    return {key: value for key, value in reference.items() if key != "namespace"} | {"apiVersion": group}


def find_new(deployment: Object, sets: Sequence[Object], now: datetime) -> Object | None:
    """The MachineSet of the deployment's template; None where a new one is wanted."""
    wanted = rollout_fields(template_of(deployment))
    matching = [one for one in sorted(sets, key=_largest_first) if rollout_fields(template_of(one)) == wanted]
    after = deployment["spec"].get("rolloutAfter")
    if after and now >= parse_time(after):
        matching = [one for one in matching if parse_time(one["metadata"]["creationTimestamp"]) >= parse_time(after)]
    return matching[0] if matching else None


def by_age(sets: Iterable[Object]) -> list[Object]:
    """The oldest first."""
    return sorted(sets, key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))


def _largest_first(machine_set: Object) -> tuple[int, str, str]:
    metadata = machine_set["metadata"]
    return -int(machine_set["spec"].get("replicas", 1)), metadata["creationTimestamp"], metadata["name"]


def build_set(deployment: Object, old: Sequence[Object], replicas: int, rng: random.Random) -> Object:
    """A new MachineSet of the deployment's template."""
    name = suffixed(deployment["metadata"]["name"], rng)
    text = json.dumps(rollout_fields(template_of(deployment)), sort_keys=True)
    # The random end tells two sets of one template apart, as rolloutAfter makes them.
    unique = f"{fnv1a(text.encode())}-{name[-5:]}"
    made: Object = {
        "apiVersion": MACHINE_SET.api_version,
        "kind": MACHINE_SET.kind,
        "metadata": {
            "name": name,
            "namespace": deployment["metadata"]["namespace"],
            "labels": {TEMPLATE_HASH_LABEL: unique},
            "ownerReferences": [owner_reference(deployment, controller=True, block=True)],
        },
        "spec": {
            "clusterName": deployment["spec"]["clusterName"],
            "replicas": replicas,
            "selector": {},
            "template": {"metadata": {}, "spec": copy.deepcopy(template_of(deployment).get("spec") or {})},
        },
    }
    follow(made, deployment, old)
    return made


def follow(machine_set: Object, deployment: Object, old: Sequence[Object]) -> None:
    """What a MachineSet has of its deployment for as long as it is the newest, in place.

    ValueError for a set without the label that tells its Machines from another's.
    """
    metadata, spec, wanted = machine_set["metadata"], machine_set["spec"], deployment["spec"]
    unique = (metadata.get("labels") or {}).get(TEMPLATE_HASH_LABEL)
    if not unique:
        raise ValueError(f"MachineSet {metadata['name']} has no label {TEMPLATE_HASH_LABEL}")
    template = template_of(deployment)
    labels = {**((template.get("metadata") or {}).get("labels") or {}), TEMPLATE_HASH_LABEL: unique}
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels, DEPLOYMENT_NAME_LABEL: deployment["metadata"]["name"]}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), **_annotations(machine_set, deployment, old)}
    selector = copy.deepcopy(wanted["selector"])
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), TEMPLATE_HASH_LABEL: unique}
    spec["selector"] = selector
    inner = spec["template"].setdefault("metadata", {})
    inner["labels"] = {**(inner.get("labels") or {}), **labels}
    if annotations := (template.get("metadata") or {}).get("annotations"):
        inner["annotations"] = {**(inner.get("annotations") or {}), **annotations}
    _set(spec, "minReadySeconds", wanted.get("minReadySeconds") or None)
    _set(spec, "deletePolicy", ((wanted.get("strategy") or {}).get("rollingUpdate") or {}).get("deletePolicy"))
    _set(spec, "machineNamingStrategy", wanted.get("machineNamingStrategy"))
    for field in IN_PLACE:
        _set(spec["template"]["spec"], field, (template.get("spec") or {}).get(field))


def _set(spec: Object, field: str, value: Any) -> None:
    """What is not said stays what it is: a default, most often."""
    if value is not None:
        spec[field] = value


def _annotations(machine_set: Object, deployment: Object, old: Sequence[Object]) -> dict[str, str]:
    """The deployment's own go along; the revision is above that of every older set and never goes back."""
    before = machine_set["metadata"].get("annotations") or {}
    own = deployment["metadata"].get("annotations") or {}
    present = before.get(REVISION_ANNOTATION)
    revision = max(revision_of(machine_set), 1 + max(map(revision_of, old), default=0))
    history = before.get(REVISION_HISTORY_ANNOTATION, "")
    if present and present != str(revision):
        history = f"{history},{present}" if history else present
    return {
        **{key: value for key, value in own.items() if key not in _NOT_COPIED},
        **({REVISION_HISTORY_ANNOTATION: history} if history else {}),
        REVISION_ANNOTATION: str(revision),
        **replicas_annotations(deployment),
    }


def replicas_annotations(deployment: Object) -> dict[str, str]:
    """What a set is told about the size of the whole."""
    desired = desired_replicas(deployment)
    return {DESIRED_REPLICAS_ANNOTATION: str(desired), MAX_REPLICAS_ANNOTATION: str(desired + max_surge(deployment))}


def revision_of(machine_set: Object) -> int:
    """0 where it has none."""
    text = (machine_set["metadata"].get("annotations") or {}).get(REVISION_ANNOTATION, "")
    return int(text) if text.isdecimal() else 0
