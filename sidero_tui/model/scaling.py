"""What scaling a cluster or taking a member out of it means, in sentences; and why it cannot be done."""

from boot.cluster_api.variables import refuse_control_planes
from sidero_tui.model.capacity import Demand, describe_contention, describe_shortfall
from sidero_tui.model.clusters import ClusterFacts
from sidero_tui.model.members import Member
from sidero_tui.model.snapshot import Snapshot


def class_of(facts: ClusterFacts, *, control_plane: bool) -> str:
    """The class its members of that role take their servers from, "" where there is none to ask."""
    for member in facts.members:
        reference = member.metal.spec.server_class_ref if member.metal else None
        if member.control_plane is control_plane and reference is not None:
            return reference.name or ""
    return ""


def refuse_scale(facts: ClusterFacts, control_planes: int, workers: int) -> str:
    """Why these numbers cannot be, "" when they can."""
    if control_planes == facts.control_planes.wanted and workers == facts.workers.wanted:
        return "these are the numbers it has"
    if control_planes != facts.control_planes.wanted and (reason := refuse_control_planes(str(control_planes))):
        return reason
    if workers != facts.workers.wanted and not facts.deployments:
        return "it has no MachineDeployment whose workers could be scaled"
    return ""


def explain_scale(snapshot: Snapshot, facts: ClusterFacts, control_planes: int, workers: int) -> tuple[list[str], list[str]]:
    """What it means, and what it lacks, a sentence each."""
    more_control = control_planes - facts.control_planes.wanted
    more_workers = workers - facts.workers.wanted
    told: list[str] = []
    if more_control > 0:
        told.append(
            f"{_count(more_control, 'more server becomes', 'more servers become')} control plane: one after the other joins etcd."
        )
    elif more_control < 0:
        told.append(
            f"{_count(-more_control, 'control plane node leaves', 'control plane nodes leave')} etcd, one at a time, the oldest "
            "first; their servers are wiped and free again."
        )
    if more_workers > 0:
        told.append(f"{_count(more_workers, 'more server becomes a worker', 'more servers become workers')}.")
    elif more_workers < 0:
        told.append(f"{_count(-more_workers, 'worker is', 'workers are')} drained; their servers are wiped and free again.")
    demands = [
        Demand(role, name, more)
        for role, name, more in (
            ("control plane", class_of(facts, control_plane=True), more_control),
            ("workers", class_of(facts, control_plane=False), more_workers),
        )
        if more > 0 and name
    ]
    lacks = [text for demand in demands if (text := describe_shortfall(snapshot, demand))]
    lacks += [text] if len(demands) > 1 and (text := describe_contention(snapshot, demands)) else []
    return told, lacks


def explain_deletion(facts: ClusterFacts) -> tuple[str, ...]:
    servers = [member.server for member in facts.members if member.server]
    held = f"{_count(len(servers), 'server')}: {', '.join(servers)}" if servers else "no server yet"
    return (
        "Everything that runs on it is gone, etcd with all it holds among it; nothing here keeps a copy.",
        f"It holds {held}. Each is given back, started into the agent, wiped by its plan, and switched off.",
        "Workers go first, then the control plane, then the cluster itself.",
    )


def explain_replacement(facts: ClusterFacts, member: Member) -> tuple[str, ...]:
    machine = member.machine.name
    told = [f"Machine {machine} is deleted and another is made in its place, on another server of the class."]
    if member.server:
        told.append(f"Server {member.server} is cordoned, so that no class hands it out again, and wiped once it is released.")
    if member.control_plane:
        others = [other for other in facts.members if other.control_plane and other.key != member.key]
        total = len(others) + 1
        healthy = sum(bool(other.node) for other in others)
        need = total // 2 + 1
        told.append(
            f"etcd keeps {healthy} of {total} members with a node; it needs {need} to answer"
            + (": it stops until another has joined, so be sure." if healthy < need else ".")
        )
    else:
        told.append("Its pods are drained to other nodes as far as the cluster still answers.")
    return tuple(told)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
