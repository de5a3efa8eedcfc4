"""The bootstrapping guide, step by step, and how far this plane is with each. A step that failed says why."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from boot.component import ComponentState
from boot.lifecycle.boot import describe_missing_assets
from boot.resources.pivots import FAILED, MOVED, RUNNING
from sidero_tui.model.clusters import ClusterState, decide_cluster_state, list_troubles, read_cluster
from sidero_tui.model.snapshot import LinkState, Snapshot
from sidero_tui.model.state import State
from sidero_tui.theme import Role


class StepState(Enum):
    """How far one step of the guide is."""

    DONE = State("●", "done", Role.OK)
    NOT_NEEDED = State("–", "not needed", Role.DIM)
    UNDER_WAY = State("◐", "under way", Role.BUSY)
    YOUR_MOVE = State("◌", "your move", Role.ASK)
    BLOCKED = State("✗", "blocked", Role.BAD)
    AHEAD = State("·", "ahead", Role.DIM)


@dataclass(frozen=True, slots=True)
class GuideStep:
    """`title` is the guide's own heading, `detail` one sentence on where we are with it."""

    title: str
    state: StepState
    detail: str


Judgement = tuple[StepState, str]

_REACHED_BY_MACHINES = ("dhcp", "pxe", "tftp", "http", "metadata")


def build_guide(snapshot: Snapshot) -> tuple[GuideStep, ...]:
    """The guide's steps in its order, judged by what the snapshot holds."""
    return tuple(GuideStep(title, *judge(snapshot)) for title, judge in _STEPS)


def _plane(snapshot: Snapshot) -> Judgement:
    link = snapshot.link
    if link.state is LinkState.CONNECTED:
        return StepState.DONE, f"the plane answers at {link.plane}, without Docker"
    if link.state is LinkState.STALE:
        return StepState.BLOCKED, f"the plane does not answer: {link.reason}"
    return StepState.UNDER_WAY, "the plane is starting"


def _untaint(_: Snapshot) -> Judgement:
    return StepState.NOT_NEEDED, "the embedded plane has no nodes, so no taint"


def _install(snapshot: Snapshot) -> Judgement:
    if snapshot.link.state is LinkState.CONNECTING:
        return StepState.AHEAD, "built in; comes up with the plane"
    return StepState.NOT_NEEDED, "Sidero's kinds and controllers are built in"


def _services(snapshot: Snapshot) -> Judgement:
    known = [snapshot.components[name] for name in _REACHED_BY_MACHINES if name in snapshot.components]
    failed = [status for status in known if status.state is ComponentState.FAILED]
    if failed:
        return StepState.BLOCKED, f"{failed[0].name}: {failed[0].reason}"
    if not known:
        return StepState.AHEAD, "no boot services run on this plane yet"
    if any(status.state is ComponentState.STARTING for status in known):
        return StepState.UNDER_WAY, "boot services are starting"
    on = ", ".join(status.name for status in known if status.state is ComponentState.SERVING)
    return StepState.DONE, f"{on} at {snapshot.stack.advertise}"


def _register(snapshot: Snapshot) -> Judgement:
    count, booting = len(snapshot.servers), len(snapshot.boots)
    if count:
        return StepState.DONE, f"{_count(count, 'server')} registered"
    if booting:
        return StepState.UNDER_WAY, f"{_count(booting, 'machine')} on the wire, none registered yet"
    return StepState.YOUR_MOVE, "turn a server on, network boot first"


def _accept(snapshot: Snapshot) -> Judgement:
    total = len(snapshot.servers)
    accepted = sum(server.spec.accepted for server in snapshot.servers.values())
    if not total:
        return StepState.AHEAD, "no server has registered"
    if accepted == total:
        return StepState.DONE, f"{accepted} of {total} accepted"
    return StepState.YOUR_MOVE, f"{accepted} of {total} accepted: mark with space, then press a"


def _environment(snapshot: Snapshot) -> Judgement:
    default = snapshot.environments.get("default")
    if default is None:
        return StepState.AHEAD, "there is no Environment named default yet"
    lacking = describe_missing_assets(default)
    if not lacking:
        return StepState.DONE, "kernel and initramfs of default are here"
    return StepState.UNDER_WAY, f"default: {lacking}"


def _classes(snapshot: Snapshot) -> Judgement:
    if not snapshot.server_classes:
        return StepState.AHEAD, "there is no ServerClass yet"
    listed = {name for name in snapshot.classes_of if name in snapshot.servers}
    if listed:
        return StepState.DONE, f"{_count(len(listed), 'server')} in {_count(len(snapshot.server_classes), 'class')}"
    return StepState.AHEAD, "no class has a server: only accepted ones count"


def _management_plane(snapshot: Snapshot) -> Judgement:
    """Of the cluster that is furthest, where there are several."""
    moved = next((name for name, pivot in snapshot.pivots.items() if pivot.status.phase == MOVED), "")
    if moved:
        return StepState.DONE, f"it manages itself since the pivot {moved}"
    found = [facts for key in sorted(snapshot.clusters) if (facts := read_cluster(snapshot, key)) is not None]
    if not found:
        free = snapshot.available & snapshot.servers.keys()
        if not free:
            return StepState.AHEAD, "no class has a server to give yet"
        return StepState.YOUR_MOVE, f"{_count(len(free), 'server')} to make it of: press c, or apply a manifest"
    facts = min(found, key=lambda facts: _FURTHEST.index(decide_cluster_state(facts)))
    state = decide_cluster_state(facts)
    counts = f"{facts.control_planes.text} control plane nodes, {facts.workers.text} workers ready"
    if state is ClusterState.READY:
        return StepState.DONE, f"{facts.cluster.name} at {facts.endpoint}: {counts}"
    grave = next((trouble.text for trouble in list_troubles(facts) if trouble.grave), "")
    if state is ClusterState.FAILED or grave:
        return StepState.BLOCKED, f"{facts.cluster.name}: {grave or state.value.word}"
    return StepState.UNDER_WAY, f"{facts.cluster.name} is {state.value.word}: {counts}"


_FURTHEST = (
    ClusterState.READY,
    ClusterState.PROVISIONED,
    ClusterState.PROVISIONING,
    ClusterState.PAUSED,
    ClusterState.PENDING,
    ClusterState.FAILED,
    ClusterState.DELETING,
)


def _pivot(snapshot: Snapshot) -> Judgement:
    """Of the pivot that began last by name; the command is the console's own: it runs beside it."""
    if not snapshot.pivots:
        if _management_plane(snapshot)[0] is not StepState.DONE:
            return StepState.AHEAD, "once the management plane runs"
        return StepState.YOUR_MOVE, "sidero-tui pivot p1 --to-kubeconfig F, with --dry-run first"
    name, pivot = max(snapshot.pivots.items())
    status = pivot.status
    if status.phase == MOVED:
        return StepState.DONE, f"{name}: all of it has moved; its servers are never served from here again"
    step = next((one for one in status.steps if one.state in {RUNNING, FAILED}), None)
    if step is None:
        return StepState.YOUR_MOVE, f"{name} was taken back, nothing is lost: sidero-tui pivot {name}"
    if step.state == FAILED:
        return StepState.BLOCKED, f"{name}: {step.name}: {step.reason}"
    return StepState.UNDER_WAY, f"{name}: {step.name}, {step.done} of {step.total} objects"


_STEPS: tuple[tuple[str, Callable[[Snapshot], Judgement]], ...] = (
    ("Create a Local Cluster", _plane),
    ("Untaint Control Plane", _untaint),
    ("Install Sidero", _install),
    ("Patch Components", _services),
    ("Register the Servers", _register),
    ("Accept the Servers", _accept),
    ("Create the Default Environment", _environment),
    ("Create Server Class", _classes),
    ("Create Management Plane", _management_plane),
    ("Pivoting", _pivot),
)
"""Headings of the guide and how each is judged."""


def _count(number: int, noun: str) -> str:
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number} {noun if number == 1 else plural}"
