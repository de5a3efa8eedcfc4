"""A cluster with everything that belongs to it, as people ask about it: how far, how many, what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from boot.resources.cluster_api import Cluster, Machine, MachineDeployment
from boot.resources.conditions import Condition
from boot.resources.infrastructure import MetalMachine
from boot.resources.talos_providers import TalosControlPlane
from sidero_tui.model.members import Member, key_of
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import State
from sidero_tui.theme import Role


class ClusterState(Enum):
    """Where a cluster stands; READY when its API answers and every node that is wanted is there."""

    PENDING = State("◌", "pending", Role.BUSY)
    PROVISIONING = State("◑", "provisioning", Role.BUSY)
    PROVISIONED = State("◕", "API up, not all nodes", Role.BUSY)
    READY = State("●", "ready", Role.OK)
    PAUSED = State("‖", "paused", Role.ASK)
    DELETING = State("◁", "being deleted", Role.ASK)
    FAILED = State("✗", "failed", Role.BAD)


@dataclass(frozen=True, slots=True)
class Count:
    """Nodes that are ready, of those wanted."""

    ready: int
    wanted: int

    @property
    def text(self) -> str:
        return f"{self.ready}/{self.wanted}"


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """One cluster; `control_plane` is None where there is none, or none that we know the kind of."""

    key: str
    cluster: Cluster
    control_plane: TalosControlPlane | None
    deployments: tuple[MachineDeployment, ...]
    members: tuple[Member, ...]

    @property
    def control_planes(self) -> Count:
        if self.control_plane is None:
            return Count(0, 0)
        wanted = self.control_plane.spec.replicas
        return Count(self.control_plane.status.ready_replicas or 0, 1 if wanted is None else wanted)

    @property
    def workers(self) -> Count:
        ready = sum(deployment.status.ready_replicas or 0 for deployment in self.deployments)
        return Count(ready, sum(wanted_workers(deployment) for deployment in self.deployments))

    @property
    def endpoint(self) -> str:
        endpoint = self.cluster.spec.control_plane_endpoint
        return f"{endpoint.host}:{endpoint.port}" if endpoint and endpoint.host else ""

    @property
    def version(self) -> str:
        return self.control_plane.spec.version if self.control_plane else ""

    @property
    def talos(self) -> str:
        config = self.control_plane.spec.control_plane_config.controlplane if self.control_plane else None
        return (config and config.talos_version) or ""


def wanted_workers(deployment: MachineDeployment) -> int:
    return 1 if deployment.spec.replicas is None else deployment.spec.replicas


def read_cluster(snapshot: Snapshot, key: str) -> ClusterFacts | None:
    """None once it is gone."""
    cluster = snapshot.clusters.get(key)
    if cluster is None:
        return None
    namespace, reference = cluster.metadata.namespace, cluster.spec.control_plane_ref
    deployments = [
        deployment
        for deployment in snapshot.deployments.values()
        if deployment.metadata.namespace == namespace and deployment.spec.cluster_name == cluster.name
    ]
    return ClusterFacts(
        key,
        cluster,
        snapshot.control_planes.get(key_of(namespace, reference.name or "")) if reference else None,
        tuple(sorted(deployments, key=lambda deployment: deployment.name)),
        snapshot.members_of.get(key, ()),
    )


def decide_cluster_state(facts: ClusterFacts) -> ClusterState:
    status = facts.cluster.status
    if facts.cluster.metadata.deletion_timestamp is not None:
        return ClusterState.DELETING
    if status.failure_message or status.phase == "Failed":
        return ClusterState.FAILED
    if facts.cluster.spec.paused:
        return ClusterState.PAUSED
    if status.phase != "Provisioned":
        return ClusterState.PROVISIONING if status.phase == "Provisioning" else ClusterState.PENDING
    nodes = (facts.control_planes, facts.workers)
    answers = facts.control_plane is not None and bool(facts.control_plane.status.initialized)
    if not answers:
        return ClusterState.PROVISIONING
    return ClusterState.READY if all(count.ready >= count.wanted for count in nodes) else ClusterState.PROVISIONED


_SUMMARIES = frozenset({"Ready", "InfrastructureReady", "ControlPlaneReady", "MachinesReady", "BootstrapReady"})
"""Conditions that only repeat what another object says first."""
_MEMBER_WARNINGS = frozenset({"ProviderSet"})
"""Of a member only these warnings are told for the cluster: what else it waits for its own row says."""
_SEVERITY = {"Error": 0, "Warning": 1}
_WAITS = frozenset({"PreflightCheckFailed", "WaitingForAvailableMachines", "ScalingUp", "ScalingDown"})
"""Reasons that Cluster API calls an error or a warning while all goes as it should: workers come after the control plane."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not as it should be: of what, and a sentence; `grave` when waiting does not mend it."""

    who: str
    text: str
    grave: bool


def list_troubles(facts: ClusterFacts) -> list[Trouble]:
    """What the conditions complain about, errors first; what merely takes its time is not among it."""
    found = [
        (_SEVERITY[condition.severity or ""], Trouble(who, _say(condition), grave=condition.severity == "Error"))
        for who, conditions in _conditions(facts)
        for condition in conditions
        if condition.status == "False"
        and condition.severity in _SEVERITY
        and condition.type not in _SUMMARIES
        and condition.reason not in _WAITS
    ]
    told = [trouble for _, trouble in sorted(found, key=lambda entry: entry[0])]
    return [*_failures(facts), *told]


def _failures(facts: ClusterFacts) -> Iterator[Trouble]:
    if facts.cluster.status.failure_message:
        yield Trouble(facts.cluster.name, facts.cluster.status.failure_message, grave=True)
    if facts.control_plane is not None and facts.control_plane.status.failure_message:
        yield Trouble(facts.control_plane.name, facts.control_plane.status.failure_message, grave=True)
    for member in facts.members:
        said = member.machine.status.failure_message or (member.metal and member.metal.status.failure_message)
        if said:
            yield Trouble(member.machine.name, said, grave=True)


def _conditions(facts: ClusterFacts) -> Iterator[tuple[str, Sequence[Condition]]]:
    yield facts.cluster.name, facts.cluster.status.conditions or ()
    if facts.control_plane is not None:
        yield facts.control_plane.name, facts.control_plane.status.conditions or ()
    for deployment in facts.deployments:
        yield deployment.name, deployment.status.conditions or ()
    for member in facts.members:
        rows = {row.type: row for row in (*_of(member.machine), *(_of(member.metal) if member.metal else ()))}
        told = [row for row in rows.values() if row.severity == "Error" or row.type in _MEMBER_WARNINGS]
        yield member.machine.name, told


def _of(obj: Machine | MetalMachine) -> Sequence[Condition]:
    return obj.status.conditions or ()


def _say(condition: Condition) -> str:
    return condition.message or f"{condition.type} is not so: {condition.reason or 'no reason is given'}"
