"""What is to be done next with a cluster's control plane, and why. Pure: what was seen of its nodes in, one action out.

Source: the Talos control-plane provider's phases (facts of cluster-api 2.5). Two things are stricter here: etcd is never
bootstrapped while a node is not heard, and never on another node than the one that was chosen first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from boot.cluster_api.names import DELETE_MACHINE_ANNOTATION
from boot.resources.base import Object
from boot.talos.machine_api import EtcdMember, Service

ETCD = "etcd"


@dataclass(frozen=True, slots=True)
class Node:
    """A control-plane Machine and what its node says; None for what was not answered, with `error` saying why.

    `hostname` as etcd has it; `etcd_data` whether its disk holds etcd's data; `outdated` why it is to be replaced, "".
    """

    machine: Object
    address: str = ""
    hostname: str = ""
    services: Sequence[Service] | None = None
    members: Sequence[EtcdMember] | None = None
    etcd_data: bool | None = None
    error: str = ""
    outdated: str = ""

    @property
    def name(self) -> str:
        return str(self.machine["metadata"]["name"])

    @property
    def leaving(self) -> bool:
        return "deletionTimestamp" in self.machine["metadata"]

    @property
    def has_node(self) -> bool:
        return bool((self.machine.get("status") or {}).get("nodeRef"))


class Act(StrEnum):
    NOTHING = "nothing"
    WAIT = "wait"
    CREATE = "create"
    SCALE_DOWN = "scale down"
    BOOTSTRAP = "bootstrap"
    BOOTSTRAPPED = "bootstrapped"


@dataclass(frozen=True, slots=True)
class Action:
    """`reason` is one sentence; `node` whom it concerns, None for CREATE and the like."""

    act: Act
    reason: str = ""
    node: Node | None = None


def decide_machines(nodes: Sequence[Node], replicas: int, surge: int, *, rolling: bool) -> Action:
    """How many there shall be. One that is outdated is replaced, one at a time, with `surge` more meanwhile."""
    outdated = [node for node in nodes if node.outdated]
    if outdated and rolling:
        if len(nodes) < replicas + max(surge, 0) and not any(node.leaving for node in nodes):
            return Action(Act.CREATE, f"{outdated[0].name} is outdated: {outdated[0].outdated}")
        return _scale_down(nodes, outdated)
    if len(nodes) < replicas:
        return Action(Act.CREATE, f"{len(nodes)} of {replicas} machines are there")
    if len(nodes) > replicas:
        return _scale_down(nodes, outdated)
    return Action(Act.NOTHING)


def _scale_down(nodes: Sequence[Node], outdated: Sequence[Node]) -> Action:
    if any(node.leaving for node in nodes):
        return Action(Act.WAIT, "a machine is leaving already")
    if len(nodes) == 1:
        return Action(Act.WAIT, "the last control plane machine is never taken away")
    lacking = [node.name for node in nodes if not node.has_node]
    if lacking:
        return Action(Act.WAIT, f"{', '.join(lacking)} did not join yet")
    if trouble := describe_etcd(nodes):
        return Action(Act.WAIT, f"etcd is not healthy: {trouble}")
    marked = [node for node in nodes if DELETE_MACHINE_ANNOTATION in (node.machine["metadata"].get("annotations") or {})]
    both = [node for node in marked if node in outdated]
    victim = (both or marked or list(outdated) or list(nodes))[0]
    return Action(Act.SCALE_DOWN, "there is one machine too many", victim)


def decide_bootstrap(nodes: Sequence[Node], replicas: int, chosen: str) -> Action:
    """`chosen` is the Machine that was to be bootstrapped before this, "" for none.

    It is asked again as long as it is there: an answer that was lost does no harm on the same node. Once it is gone its
    disk is, too; then another is chosen, if no other holds anything.
    """
    if len(nodes) != replicas or any(node.leaving for node in nodes):
        return Action(Act.WAIT, f"{len(nodes)} of {replicas} machines are there")
    holding = [node for node in nodes if node.etcd_data]
    if holding:
        return Action(Act.BOOTSTRAPPED, f"{holding[0].name} holds etcd's data", holding[0])
    unheard = [node for node in nodes if node.etcd_data is None]
    if unheard:
        return Action(Act.WAIT, f"{unheard[0].name}: {unheard[0].error or 'it has no address yet'}")
    again = next((node for node in nodes if node.name == chosen), None)
    node = again or min(nodes, key=lambda one: one.address)
    return Action(Act.BOOTSTRAP, f"etcd begins on {node.name}", node)


def describe_etcd(nodes: Sequence[Node]) -> str:
    """What is wrong with etcd as all its members see it, or ""."""
    names = {node.hostname for node in nodes}
    for node in nodes:
        if node.members is None or node.services is None:
            return f"{node.name}: {node.error or 'not heard'}"
        etcd = next((service for service in node.services if service.id == ETCD), None)
        if etcd is None or etcd.state != "Running" or etcd.healthy is False:
            return f"{node.name}: etcd is {etcd.state if etcd else 'not there'} {etcd.message if etcd else ''}".rstrip()
        seen = {_cut(member.hostname) for member in node.members}
        if seen != names:
            return f"{node.name} sees the members {', '.join(sorted(seen)) or 'none'}, not {', '.join(sorted(names))}"
    return ""


def describe_services(nodes: Sequence[Node]) -> str:
    """The first service that should run and does not, or ""."""
    for node in nodes:
        if node.services is None:
            return f"{node.name}: {node.error or 'not heard'}"
        for service in node.services:
            if service.healthy is False or (service.healthy is True and service.state != "Running"):
                return f"{node.name}: {service.id} is {service.state} {service.message}".rstrip()
    return ""


def find_strangers(nodes: Sequence[Node]) -> Mapping[int, str]:
    """Members of etcd that no Machine has: id -> hostname. Only once every Machine joined: before, one may be on its way."""
    if not nodes or any(not node.has_node or not node.hostname for node in nodes):
        return {}
    names = {node.hostname for node in nodes}
    seen = {member.id: member.hostname for node in nodes for member in node.members or ()}
    return {identity: name for identity, name in seen.items() if name and _cut(name) not in names}


def _cut(hostname: str) -> str:
    return hostname.partition(".")[0].lower()
