"""What a MachineSet makes of its template, and how far its Machines are. Pure; source: cluster-api .../machineset, facts 2.3."""

import copy
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from boot.clock import parse_time
from boot.cluster_api.machines import node_ready_since
from boot.cluster_api.names import (
    DEPLOYMENT_NAME_LABEL,
    MACHINE_FINALIZER,
    SET_NAME_LABEL,
    SKIP_PREFLIGHT_ANNOTATION,
    label_value,
)
from boot.cluster_api.ownership import owner_reference
from boot.resources.base import Object
from boot.resources.kinds import MACHINE

IN_PLACE = ("readinessGates", "nodeDrainTimeout", "nodeDeletionTimeout", "nodeVolumeDetachTimeout")
"""Fields of a Machine that follow its template without a new Machine."""
STABLE, VERSION_SKEW = "ControlPlaneIsStable", "KubernetesVersionSkew"


def machine_labels(machine_set: Object) -> dict[str, str]:
    """Of each of its Machines and of what is cloned for it."""
    labels = dict((template_of(machine_set).get("metadata") or {}).get("labels") or {})
    labels[SET_NAME_LABEL] = label_value(machine_set["metadata"]["name"])
    if deployment := (machine_set["metadata"].get("labels") or {}).get(DEPLOYMENT_NAME_LABEL):
        labels[DEPLOYMENT_NAME_LABEL] = deployment
    return labels


def machine_annotations(machine_set: Object) -> dict[str, str]:
    return dict((template_of(machine_set).get("metadata") or {}).get("annotations") or {})


def template_of(owner: Object) -> Object:
    """spec.template of a MachineSet or a MachineDeployment."""
    return owner["spec"].get("template") or {}


def build_machine(machine_set: Object, name: str, infrastructure: Object, bootstrap: Object | None) -> Object:
    """The Machine for clones that are there; both are references."""
    spec = copy.deepcopy(template_of(machine_set).get("spec") or {})
    spec["clusterName"] = machine_set["spec"]["clusterName"]
    spec["infrastructureRef"] = infrastructure
    spec["bootstrap"] = {key: value for key, value in spec["bootstrap"].items() if key != "configRef"}
    if bootstrap is not None:
        spec["bootstrap"]["configRef"] = bootstrap
    return {
        "apiVersion": MACHINE.api_version,
        "kind": MACHINE.kind,
        "metadata": {
            "name": name,
            "namespace": machine_set["metadata"]["namespace"],
            "labels": machine_labels(machine_set),
            "annotations": machine_annotations(machine_set),
            "finalizers": [MACHINE_FINALIZER],
            "ownerReferences": [owner_reference(machine_set, controller=True, block=True)],
        },
        "spec": spec,
    }


def count_nodes(nodes: Iterable[Object], least: timedelta, now: datetime) -> tuple[int, int]:
    """How many are ready, and how many of them have been so for as long as is asked for."""
    since = [parse_time(text) for node in nodes if (text := node_ready_since(node))]
    return len(since), sum(now >= moment + least for moment in since)


def complain_preflight(machine_set: Object, control_plane: Object) -> list[str]:
    """Why no Machine is to be made now; `control_plane` says which version it has and which it shall have."""
    wanted = (control_plane.get("spec") or {}).get("version")
    skipped = {name.strip() for name in _annotation(machine_set, SKIP_PREFLIGHT_ANNOTATION).split(",")}
    if not wanted or "All" in skipped:
        return []
    complaints = []
    present = (control_plane.get("status") or {}).get("version")
    name = f"{control_plane['kind']} {control_plane['metadata']['namespace']}/{control_plane['metadata']['name']}"
    if STABLE not in skipped and present != wanted:
        doing = "upgrading" if present else "provisioning"
        complaints.append(f'{name} is {doing} ("{STABLE}" preflight check failed)')
    version = (template_of(machine_set).get("spec") or {}).get("version")
    if VERSION_SKEW not in skipped and version and (fault := _skew(_minor(version), _minor(wanted))):
        complaints.append(
            f"MachineSet version ({version.lstrip('v')}) and ControlPlane version ({wanted.lstrip('v')}) do not conform to the "
            f'kubernetes version skew policy as MachineSet version is {fault} ("{VERSION_SKEW}" preflight check failed)'
        )
    return complaints


def _annotation(obj: Object, key: str) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(key, ""))


def _minor(version: str) -> int:
    """Of v1.32.3; 0 where it is no version."""
    match = re.match(r"v?\d+\.(\d+)", version)
    return int(match[1]) if match else 0


def _skew(minor: int, control_plane: int) -> str:
    """What is wrong with a kubelet of that minor version (https://kubernetes.io/releases/version-skew-policy/#kubelet)."""
    if minor > control_plane:
        return "higher than ControlPlane version"
    most = 3 if control_plane >= 28 else 2
    if minor < control_plane - most:
        return f"more than {most} minor versions older than the ControlPlane version"
    return ""
