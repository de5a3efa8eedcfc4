"""Which actions a server allows now, and why not the others: footer, menus and dialogs ask the same table."""

from collections.abc import Callable, Mapping, Sequence

from boot.lifecycle.acceptance import describe_acceptance
from boot.lifecycle.decrees import refuse_rejection
from boot.resources.annotations import FENCED_BY, OUT_OF_SERVICE, REJECTED, STOPPED
from boot.resources.metal import Server
from sidero_tui.model.clusters import ClusterFacts
from sidero_tui.model.members import Member
from sidero_tui.model.snapshot import Snapshot


def _noted(server: Server, annotation: str) -> bool:
    return annotation in server.metadata.annotations


def _take_back(server: Server) -> str:
    if not server.spec.accepted:
        return "not accepted"
    return "in use: decommission it instead" if server.status.in_use else ""


def _readmit(server: Server) -> str:
    return "" if _noted(server, REJECTED) else "not rejected"


def _resume(server: Server) -> str:
    return "" if _noted(server, STOPPED) else "not stopped"


def _retire(server: Server) -> str:
    if not server.spec.accepted:
        return "not accepted"
    return "going already" if _noted(server, OUT_OF_SERVICE) else ""


def _return(server: Server) -> str:
    return "" if _noted(server, OUT_OF_SERVICE) else "not out of service"


def _power(server: Server) -> str:
    return "a pivot has it in its hands" if _noted(server, FENCED_BY) else ""


OBSTACLES: Mapping[str, Callable[[Server], str]] = {
    "accept": lambda server: describe_acceptance(server).obstacle.rstrip("."),
    "take_back": _take_back,
    "reject": lambda server: refuse_rejection(server).rstrip("."),
    "readmit": _readmit,
    "resume": _resume,
    "retire": _retire,
    "return": _return,
    "power": _power,
}
"""Command -> why this server does not allow it, "" where it does."""


def able(action: str, snapshot: Snapshot, names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that allow it."""
    obstacle = OBSTACLES[action]
    return tuple(name for name in names if name in snapshot.servers and not obstacle(snapshot.servers[name]))


MACHINE_ACTIONS = ("reserve", "architecture")
"""Commands that set something for one machine by its MAC."""


def find_machine_obstacles(macs: Sequence[str]) -> Mapping[str, str]:
    """Why nothing can be set for the machines with these MACs ("" for one whose MAC nobody knows)."""
    if len(macs) == 1 and macs[0]:
        return {}
    if len(macs) > 1:
        return dict.fromkeys(MACHINE_ACTIONS, "one machine at a time")
    return dict.fromkeys(MACHINE_ACTIONS, "its MAC is not known" if macs else "no machine here")


def find_obstacles(snapshot: Snapshot, names: Sequence[str]) -> Mapping[str, str]:
    """For each action that none of `names` allows: why, in the words of the first."""
    servers = [snapshot.servers[name] for name in names if name in snapshot.servers]
    if not servers:
        return dict.fromkeys(OBSTACLES, "no server here")
    told: dict[str, str] = {}
    for action, obstacle in OBSTACLES.items():
        reasons = [obstacle(server) for server in servers]
        if all(reasons):
            told[action] = reasons[0]
    return told


CLUSTER_ACTIONS = ("scale", "delete_cluster")
MEMBER_ACTIONS = ("replace_member", "config", "log")


def find_cluster_obstacles(facts: ClusterFacts | None) -> Mapping[str, str]:
    """Why the cluster that is meant allows an action not now; None: none is meant."""
    if facts is None:
        return dict.fromkeys(CLUSTER_ACTIONS, "no cluster here")
    if facts.cluster.metadata.deletion_timestamp is not None:
        return dict.fromkeys(CLUSTER_ACTIONS, "it is being deleted")
    return {"scale": "it has no control plane here to scale"} if facts.control_plane is None else {}


def find_member_obstacles(facts: ClusterFacts | None, member: Member | None) -> Mapping[str, str]:
    """Likewise for one of its members."""
    if facts is None or member is None:
        return dict.fromkeys(MEMBER_ACTIONS, "it is in no cluster")
    told: dict[str, str] = {}
    others = [other for other in facts.members if other.control_plane and other.key != member.key and not other.leaving]
    if member.leaving:
        told["replace_member"] = "it is leaving already"
    elif member.control_plane and not others:
        told["replace_member"] = "it is the only control plane node: scale up first, or delete the cluster"
    if not member.address:
        told["log"] = "its address is not known yet"
    if not member.server:
        told["config"] = "it has no server yet"
    elif member.machine.spec.bootstrap.data_secret_name is None:
        told["config"] = "its config is not made yet"
    return told
