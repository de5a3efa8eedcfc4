"""What can be done to clusters and their members, as writes. Pure."""

import shlex

from boot.cluster_api.template import ClusterPlan, build_manifest
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    METAL_CLUSTER,
    METAL_MACHINE_TEMPLATE,
    SERVER,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)
from sidero_tui.model.clusters import ClusterFacts, wanted_workers
from sidero_tui.model.edits import Edit, How
from sidero_tui.model.members import Member

_KINDS: dict[str, Kind] = {
    kind.kind: kind
    for kind in (
        CLUSTER,
        METAL_CLUSTER,
        METAL_MACHINE_TEMPLATE,
        TALOS_CONTROL_PLANE,
        TALOS_CONFIG_TEMPLATE,
        MACHINE_DEPLOYMENT,
    )
}


def apply_plan(plan: ClusterPlan, shell: str) -> tuple[Edit, ...]:
    """Every object of the manifest; `shell` makes and applies the same."""
    return tuple(_apply(obj, shell if not number else "") for number, obj in enumerate(build_manifest(plan)))


def _apply(obj: Object, shell: str) -> Edit:
    meta = obj["metadata"]
    return Edit(_KINDS[obj["kind"]], meta["name"], obj, "applied", meta["namespace"], how=How.APPLY, shell=shell)


def scale(kind: Kind, name: str, namespace: str, replicas: int) -> Edit:
    """A TalosControlPlane or a MachineDeployment."""
    line = f"kubectl scale {kind.kind.lower()} {shlex.quote(name)} -n {namespace} --replicas={replicas}"
    return Edit(kind, name, {"spec": {"replicas": replicas}}, f"wants {replicas}", namespace, shell=line)


def scale_cluster(facts: ClusterFacts, control_planes: int, workers: int) -> tuple[Edit, ...]:
    """What has to change; workers are those of the first deployment, where there are several the others keep theirs."""
    edits = []
    namespace = facts.cluster.metadata.namespace
    if facts.control_plane is not None and control_planes != facts.control_planes.wanted:
        edits.append(scale(TALOS_CONTROL_PLANE, facts.control_plane.name, namespace, control_planes))
    if facts.deployments and workers != facts.workers.wanted:
        first, *others = facts.deployments
        rest = sum(wanted_workers(deployment) for deployment in others)
        edits.append(scale(MACHINE_DEPLOYMENT, first.name, namespace, max(0, workers - rest)))
    return tuple(edits)


def delete_cluster(facts: ClusterFacts) -> Edit:
    return _delete(
        CLUSTER, facts.cluster.name, facts.cluster.metadata.namespace, "is being deleted: its servers come back, wiped"
    )


def replace_member(member: Member) -> tuple[Edit, ...]:
    """The Machine goes, its controller makes another; the Server is cordoned, so that the other one is not it again."""
    machine = member.machine
    gone = _delete(MACHINE, machine.name, machine.metadata.namespace, "is being replaced")
    if not member.server:
        return (gone,)
    cordon = Edit(SERVER, member.server, {"spec": {"cordoned": True}}, "cordoned: no class hands it out")
    return (cordon, gone)


def _delete(kind: Kind, name: str, namespace: str, done: str) -> Edit:
    line = f"kubectl delete {kind.kind.lower()} {shlex.quote(name)} -n {namespace}"
    return Edit(kind, name, {}, done, namespace, how=How.DELETE, shell=line)
