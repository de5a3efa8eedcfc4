"""How far each member of a cluster is, step by step, and when it should be done by what its like took before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from boot.clock import parse_time
from boot.cluster_api.checklist import ETCD, NODE, Item, ItemState, parse_checklist
from boot.resources.conditions import Condition
from sidero_tui.model.identity import read_identity
from sidero_tui.model.ladder import RungState
from sidero_tui.model.members import Member
from sidero_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Step:
    """`under_way` says what goes on until it is reached."""

    name: str
    title: str
    under_way: str


STEPS: tuple[Step, ...] = (
    Step("server", "has a server", "waiting for a server"),
    Step("config", "config served", "network boot"),
    Step("installed", "installed", "installing"),
    Step("etcd", "etcd joined", "rebooting, joining etcd"),
    Step("node", "node ready", "node coming up"),
)
_WORKER_STEPS = tuple(step for step in STEPS if step.name != "etcd")
_CONFIG_TYPES = ("TalosConfigLoaded", "TalosConfigValidated")
_RUNGS = frozenset({"config", "installed"})
"""Of the boot's ladder, where they are called as here."""


@dataclass(frozen=True, slots=True)
class StepView:
    """`at` when it was reached, None where nobody noted it; `detail` says why it is not."""

    step: Step
    state: RungState
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """`since` is when the last step was reached, `remaining` the seconds still to go by the medians, None where nothing is
    known to go by or there is nothing to wait for."""

    member: Member
    steps: tuple[StepView, ...]
    since: datetime | None = None
    remaining: float | None = None

    @property
    def current(self) -> StepView | None:
        """What it is at, None once it is through."""
        return next((view for view in self.steps if view.state is not RungState.REACHED), None)


def read_progress(snapshot: Snapshot, members: Sequence[Member], now: datetime) -> tuple[Progress, ...]:
    """Each member's steps; the medians are of all members of that role in all clusters of this plane."""
    everyone = [member for group in snapshot.members_of.values() for member in group]
    usual = {
        role: measure_medians(_reached(snapshot, member) for member in everyone if member.control_plane is role)
        for role in (True, False)
    }
    return tuple(_progress(snapshot, member, usual[member.control_plane], now) for member in members)


def measure_medians(reached: Iterable[Sequence[tuple[str, datetime | None]]]) -> dict[str, float]:
    """Step -> seconds it usually takes after the step before it, of those members in which both are known."""
    taken: dict[str, list[float]] = {}
    for steps in reached:
        before: datetime | None = None
        for name, at in steps:
            if at is not None and before is not None:
                taken.setdefault(name, []).append(max(0.0, (at - before).total_seconds()))
            before = at
    return {name: median(seconds) for name, seconds in taken.items()}


def estimate(ahead: Sequence[str], since: datetime | None, usual: Mapping[str, float], now: datetime) -> float | None:
    """Seconds until the last step of `ahead`; None where one of them was never seen, or the start is not known."""
    if not ahead or since is None or any(name not in usual for name in ahead):
        return None
    first, *later = ahead
    left = usual[first] - (now - since).total_seconds()
    return max(0.0, left) + sum(usual[name] for name in later)


def _progress(snapshot: Snapshot, member: Member, usual: Mapping[str, float], now: datetime) -> Progress:
    reached = dict(_reached(snapshot, member))
    done = {name for name, _ in _done(snapshot, member)}
    views: list[StepView] = []
    waiting = False
    for step in steps_of(member):
        if step.name in done:
            views.append(StepView(step, RungState.REACHED, reached[step.name]))
            continue
        failure, detail = _complaint(member, step)
        state = RungState.AHEAD if waiting else RungState.FAILED if failure else RungState.RUNNING
        views.append(StepView(step, state, detail="" if waiting else detail))
        waiting = True
    moments = [at for at in (_asked(member), *reached.values()) if at is not None]
    since = max(moments, default=None)
    ahead = [view.step.name for view in views if view.state is not RungState.REACHED]
    # What failed, and who waits for a server, waits for a person: nothing that was seen before says for how long.
    stuck = any(view.state is RungState.FAILED or (view.step.name == "server" and view.detail) for view in views)
    return Progress(member, tuple(views), since, None if stuck else estimate(ahead, since, usual, now))


def steps_of(member: Member) -> tuple[Step, ...]:
    return STEPS if member.control_plane else _WORKER_STEPS


def _reached(snapshot: Snapshot, member: Member) -> list[tuple[str, datetime | None]]:
    """From the request on, each step with its moment; None for one that is not reached, or whose moment nobody noted."""
    done = dict(_done(snapshot, member))
    return [("asked", _asked(member)), *((step.name, done.get(step.name)) for step in steps_of(member))]


def _asked(member: Member) -> datetime | None:
    return _moment(member.machine.metadata.creation_timestamp)


def _done(snapshot: Snapshot, member: Member) -> list[tuple[str, datetime | None]]:
    """Steps that are behind it. A later one proves the earlier ones, whoever forgot to note them."""
    found: dict[str, datetime | None] = {}
    for name, at in _signs(snapshot, member):
        found[name] = found.get(name) or at
    order = [step.name for step in steps_of(member)]
    furthest = max((order.index(name) for name in found if name in order), default=-1)
    return [(name, found.get(name)) for name in order[: furthest + 1]]


def _signs(snapshot: Snapshot, member: Member) -> Iterable[tuple[str, datetime | None]]:
    if member.server:
        binding = snapshot.bindings.get(member.server)
        yield "server", _moment(binding.metadata.creation_timestamp if binding else None)
    conditions = _conditions(member)
    for type_ in _CONFIG_TYPES:
        if type_ in conditions and conditions[type_].status == "True":
            yield "config", _moment(conditions[type_].last_transition_time)
    yield from _rungs(snapshot, member)
    installed = conditions.get("TalosInstalled")
    if installed is not None and installed.status == "True":
        yield "installed", _moment(installed.last_transition_time)
    for item in _checklist(member):
        if item.state is ItemState.DONE and item.name in (ETCD, NODE):
            yield item.name, _moment(item.since)
    healthy = conditions.get("NodeHealthy")
    if healthy is not None and healthy.status == "True":
        yield "node", _moment(healthy.last_transition_time)


def _rungs(snapshot: Snapshot, member: Member) -> Iterator[tuple[str, datetime]]:
    """What its Server was seen to do since it belongs to this member."""
    server, asked = snapshot.servers.get(member.server), _asked(member)
    boot = snapshot.boot_from(read_identity(server).mac) if server else None
    for step in boot.status.steps if boot else ():
        at = _moment(step.at)
        if step.name in _RUNGS and at is not None and (asked is None or at >= asked):
            yield step.name, at


def _complaint(member: Member, step: Step) -> tuple[bool, str]:
    """Whether what is waited for has failed, and what is said about it."""
    conditions = _conditions(member)
    concerned = {
        "server": ("InfrastructureReady", "ProviderSet"),
        "config": _CONFIG_TYPES,
        "installed": ("TalosInstalled",),
        "etcd": (),
        "node": ("NodeHealthy",),
    }[step.name]
    for type_ in concerned:
        condition = conditions.get(type_)
        if condition is not None and condition.status == "False" and (condition.message or condition.severity == "Error"):
            return condition.severity == "Error", condition.message or condition.reason or ""
    item = next((item for item in _checklist(member) if item.name == step.name and item.state is not ItemState.DONE), None)
    return (item is not None and item.state is ItemState.FAILED), item.detail if item else ""


def _checklist(member: Member) -> tuple[Item, ...]:
    return parse_checklist(member.machine.metadata.annotations)


def _conditions(member: Member) -> dict[str, Condition]:
    """Of the Machine and of the MetalMachine under it, by type."""
    rows = [*(member.machine.status.conditions or ()), *((member.metal.status.conditions if member.metal else None) or ())]
    return {row.type: row for row in rows}


def _moment(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
