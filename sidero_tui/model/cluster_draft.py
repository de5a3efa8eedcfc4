"""A cluster as it is being filled in: frozen, each change makes a new one, and each field is judged as it stands."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boot.cluster_api.endpoint import EndpointKind, Neighbour, advise, refuse_vip
from boot.cluster_api.template import ClusterPlan
from boot.cluster_api.variables import MISSING, VARIABLES, Extras, find_problems, fitting_talos, read_plan
from boot.errors import ConfigError
from boot.resources.address_probes import ASK, NAME, Finding
from boot.resources.kinds import CONFIG_MAP
from boot.resources.overrides import NAMESPACE
from boot.talos.releases import NEWEST, RELEASES, parse_minor
from sidero_tui.model.capacity import Demand, describe_contention, describe_shortfall, find_choice
from sidero_tui.model.edits import Edit
from sidero_tui.model.members import key_of
from sidero_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ClusterDraft:
    """Everything as text, as it is typed; `talos` "" is the newest that fits."""

    name: str = "management-plane"
    kubernetes: str = f"v{NEWEST.kubernetes}"
    talos: str = ""
    control_planes: str = "3"
    control_plane_class: str = ""
    workers: str = "0"
    worker_class: str = ""
    kind: EndpointKind = EndpointKind.VIP
    endpoint: str = ""
    port: str = "6443"
    vip_link: str = ""
    install_disk: str = ""
    namespace: str = "default"

    def put(self, field: str, value: object) -> "ClusterDraft":
        changes: dict[str, Any] = {field: value}
        return replace(self, **changes)

    @property
    def values(self) -> Mapping[str, str]:
        """By the names of the template's variables."""
        return {variable: str(getattr(self, name)) for variable, name in VARIABLE_FIELDS.items()}

    @property
    def extras(self) -> Extras:
        return Extras(self.install_disk, vip=self.kind is EndpointKind.VIP, vip_link=self.vip_link)

    @property
    def plan(self) -> ClusterPlan:
        """ConfigError where something is wrong."""
        return read_plan(self.name, self.values, self.extras)

    @property
    def command(self) -> str:
        """What prints the same manifest in a shell: what has a default and keeps it is left out."""
        defaults = {variable.name: variable.default for variable in VARIABLES}
        flags = {variable.name: variable.flag for variable in VARIABLES}
        words = ["sidero-tui", "generate", "cluster", self.name]
        for variable, value in self.values.items():
            if value and value != defaults[variable]:
                words += [flags[variable], value]
        words += ["--install-disk", self.install_disk] if self.install_disk else []
        if self.kind is EndpointKind.VIP:
            words += ["--vip-link", self.vip_link] if self.vip_link else ["--vip"]
        return shlex.join(words)


VARIABLE_FIELDS: Mapping[str, str] = {
    "CONTROL_PLANE_ENDPOINT": "endpoint",
    "CONTROL_PLANE_SERVERCLASS": "control_plane_class",
    "WORKER_SERVERCLASS": "worker_class",
    "KUBERNETES_VERSION": "kubernetes",
    "CONTROL_PLANE_PORT": "port",
    "TALOS_VERSION": "talos",
    "CONTROL_PLANE_MACHINE_COUNT": "control_planes",
    "WORKER_MACHINE_COUNT": "workers",
    "NAMESPACE": "namespace",
}
_LOOPBACK = "127."
_MISSING = {
    "CONTROL_PLANE_ENDPOINT": "the endpoint's address or name must be filled in",
    "CONTROL_PLANE_SERVERCLASS": "the class of the control plane nodes must be chosen",
    "WORKER_SERVERCLASS": "the class of the workers must be chosen",
    "KUBERNETES_VERSION": "the version of Kubernetes must be chosen",
}
_FIELDS = {**VARIABLE_FIELDS, "CLUSTER_NAME": "name", "INSTALL_DISK": "install_disk"}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about a field; `blocks` when no cluster can be made as it stands."""

    text: str
    blocks: bool = False


def begin_draft(snapshot: Snapshot) -> ClusterDraft:
    """With the class that has the most servers to give; one that somebody made rather than `any`."""
    classes = sorted(snapshot.server_classes, key=lambda name: (-len(find_choice(snapshot, name).usable), name == "any", name))
    first = classes[0] if classes else ""
    return ClusterDraft(control_plane_class=first, worker_class=first)


def judge(draft: ClusterDraft, snapshot: Snapshot) -> Mapping[str, Remark]:
    """Field -> what is wrong or wants to be known; a field that blocks says only that."""
    found = _remarks(draft, snapshot)
    for variable, reason in find_problems(draft.name, draft.values, draft.extras).items():
        found[_FIELDS[variable]] = Remark(_MISSING[variable] if reason == MISSING else reason, blocks=True)
    if draft.endpoint.startswith(_LOOPBACK) and not snapshot.stack.advertise.startswith(_LOOPBACK):
        found["endpoint"] = Remark(f"{draft.endpoint} is this machine alone: no server reaches it", blocks=True)
    if key_of(draft.namespace, draft.name) in snapshot.clusters:
        found["name"] = Remark(f"there is a cluster {draft.name} already", blocks=True)
    return found


def refuse(draft: ClusterDraft, snapshot: Snapshot) -> str:
    """Why it cannot be applied, "" when it can."""
    return next((remark.text for remark in judge(draft, snapshot).values() if remark.blocks), "")


def _remarks(draft: ClusterDraft, snapshot: Snapshot) -> dict[str, Remark]:
    demands = (
        Demand("control plane nodes", draft.control_plane_class, _number(draft.control_planes)),
        Demand("workers", draft.worker_class, _number(draft.workers)),
    )
    told = {
        "control_plane_class": describe_shortfall(snapshot, demands[0]),
        "worker_class": describe_shortfall(snapshot, demands[1]) or describe_contention(snapshot, demands),
        "kind": advise(draft.kind, _number(draft.control_planes)),
        "endpoint": _describe_single(draft, snapshot),
    }
    remarks = {name: Remark(text) for name, text in told.items() if text}
    if draft.kind is EndpointKind.VIP and draft.endpoint:
        reason = refuse_vip(draft.endpoint, snapshot.network.networks, list_taken(snapshot))
        probed = snapshot.network.probes.get(draft.endpoint)
        if reason:
            remarks["endpoint"] = Remark(reason, blocks=True)
        elif probed is not None:
            remarks["endpoint"] = Remark(probed.reason, blocks=probed.finding is Finding.TAKEN)
        else:
            remarks["endpoint"] = Remark("whether it is free on the wire nobody has asked yet: v does")
    if not draft.install_disk:
        remarks["install_disk"] = Remark(
            "left to the patches of class and server, else to the inventory where one disk stands out"
        )
    return remarks


def _describe_single(draft: ClusterDraft, snapshot: Snapshot) -> str:
    if draft.kind is not EndpointKind.SINGLE or not draft.endpoint:
        return ""
    own = {entry.address: entry.owner for entry in list_taken(snapshot)}
    return own.get(draft.endpoint, f"{draft.endpoint} is no address of a server that is known here")


def list_taken(snapshot: Snapshot) -> list[Neighbour]:
    """Addresses that somebody is known to have."""
    taken = [Neighbour(snapshot.stack.advertise, "our own address")] if snapshot.stack.advertise else []
    for other in snapshot.network.others:
        taken += [Neighbour(other.server, "a DHCP server's address")] if other.server else []
        taken += [Neighbour(other.router, "the router's address")] if other.router else []
    for reservation in snapshot.network.reservations.values():
        taken.append(Neighbour(reservation.address, f"reserved for {reservation.hostname or reservation.mac}"))
    taken += _server_addresses(snapshot)
    for boot in snapshot.boots.values():
        taken += [Neighbour(address, f"the address of machine {boot.spec.mac}") for address in boot.status.addresses[:1]]
    return taken


def _server_addresses(snapshot: Snapshot) -> list[Neighbour]:
    return [
        Neighbour(entry.address, f"the address of server {server.name}")
        for server in snapshot.servers.values()
        for entry in server.status.addresses or ()
        if entry.type == "InternalIP"
    ]


def ask_probe(snapshot: Snapshot, address: str) -> Edit:
    """Have it probed on the servers' network."""
    return Edit(
        CONFIG_MAP,
        NAME,
        {"data": {address: ASK}},
        f"{address} is being asked for on the wire",
        NAMESPACE,
        creates=NAME not in snapshot.network.maps,
    )


def turn(draft: ClusterDraft, field: str, step: int, snapshot: Snapshot) -> ClusterDraft:
    """The next or previous choice of a field that has some; the draft itself for one that is typed."""
    if field == "control_planes":
        count = _number(draft.control_planes)
        return replace(draft, control_planes=str(max(1, count + step * (2 if count % 2 else 1))))
    if field == "workers":
        return replace(draft, workers=str(max(0, _number(draft.workers) + step)))
    choices = list_choices(draft, field, snapshot)
    if not choices:
        return draft
    held = getattr(draft, field)
    index = choices.index(held) + step if held in choices else (0 if step > 0 else -1)
    return draft.put(field, choices[index % len(choices)])


def list_choices(draft: ClusterDraft, field: str, snapshot: Snapshot) -> Sequence[object]:
    """What can be chosen, () where it is typed."""
    match field:
        case "control_plane_class" | "worker_class":
            return sorted(snapshot.server_classes)
        case "kubernetes":
            return [f"v{release.kubernetes}" for release in reversed(RELEASES)]
        case "talos":
            return ["", *_fitting(draft.kubernetes)]
        case "kind":
            return list(EndpointKind)
        case "endpoint" if draft.kind is EndpointKind.SINGLE:
            return [entry.address for entry in _server_addresses(snapshot)]
        case _:
            return ()


def name_talos(draft: ClusterDraft) -> str:
    """What "" amounts to, "" where the Kubernetes version fits none."""
    try:
        return draft.talos or fitting_talos(draft.kubernetes)
    except ConfigError:
        return ""


def _fitting(kubernetes: str) -> list[str]:
    try:
        minor = parse_minor(kubernetes)
    except ConfigError:
        return []
    found = [entry for entry in reversed(RELEASES) if entry.oldest_kubernetes <= minor <= entry.newest_kubernetes]
    return [f"v{entry.minor[0]}.{entry.minor[1]}" for entry in found]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
