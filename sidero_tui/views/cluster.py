"""One cluster on a page, and one of its members: how it stands, what is wrong, each step and each item of its checklist."""

from datetime import datetime

from boot.clock import parse_time
from boot.cluster_api.checklist import ItemState, parse_checklist
from sidero_tui.model.clusters import ClusterFacts, Trouble, decide_cluster_state, list_troubles, read_cluster
from sidero_tui.model.members import Member
from sidero_tui.model.progress import Progress, StepView, read_progress
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import State
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age, render_clock
from sidero_tui.views.members import describe_now
from sidero_tui.views.sections import Section, build_fields, build_sections
from sidero_tui.views.spans import Line, Span, pad, span, state_span, wrap

_ITEMS = {
    ItemState.DONE: State("●", "done", Role.OK),
    ItemState.WAITING: State("◌", "waiting", Role.BUSY),
    ItemState.FAILED: State("✗", "failed", Role.BAD),
}
_MOST_TROUBLES = 3
_TITLE = 18


def build_cluster_title(snapshot: Snapshot, key: str, _width: int) -> Line:
    facts = read_cluster(snapshot, key)
    if facts is None:
        return (span(key, Role.DIM, bold=True), Span("  gone", Role.BAD))
    return (span(key, Role.TITLE, bold=True), Span("  "), state_span(decide_cluster_state(facts).value))


def build_cluster_lines(snapshot: Snapshot, key: str, now: datetime, width: int) -> list[Line]:
    """What stands above the members: few lines, so that these have room."""
    facts = read_cluster(snapshot, key)
    if facts is None:
        return wrap(f"{key} is no longer in the plane.", width, Role.BAD)
    counts = f"{facts.control_planes.text} control plane nodes ready · {facts.workers.text} workers ready"
    versions = " · ".join(
        part for part in (facts.version and f"Kubernetes {facts.version}", facts.talos and f"Talos {facts.talos}") if part
    )
    lines = build_fields(
        [("endpoint", facts.endpoint), ("nodes", counts), ("versions", versions), ("done in", _left(snapshot, facts, now))], width
    )
    troubles = list_troubles(facts)
    for trouble in troubles[:_MOST_TROUBLES]:
        lines += _trouble(trouble, width)
    if len(troubles) > _MOST_TROUBLES:
        lines.append((Span(f"and {len(troubles) - _MOST_TROUBLES} more: enter opens a member", Role.DIM),))
    return lines


def _left(snapshot: Snapshot, facts: ClusterFacts, now: datetime) -> str:
    """Until the slowest member is through; nothing is said where one of them cannot be told."""
    waiting = [entry for entry in read_progress(snapshot, facts.members, now) if entry.current is not None]
    told = [entry.remaining for entry in waiting if entry.remaining is not None]
    if not told or len(told) < len(waiting):
        return ""
    return f"about {render_age(max(told))}, by what others took"


def _trouble(trouble: Trouble, width: int) -> list[Line]:
    glyph, role = ("✗", Role.BAD) if trouble.grave else ("▲", Role.ASK)
    return wrap(f"{glyph} {trouble.who}: {trouble.text}", width, role, hang="  ")


def find_member(snapshot: Snapshot, cluster: str, machine: str) -> Member | None:
    """None once it is gone; `machine` is its key."""
    return next((member for member in snapshot.members_of.get(cluster, ()) if member.key == machine), None)


def build_member_title(snapshot: Snapshot, cluster: str, machine: str) -> Line:
    member = find_member(snapshot, cluster, machine)
    role = "" if member is None else "  control plane node" if member.control_plane else "  worker"
    said = Span(role, Role.ACCENT) if member else Span("  gone", Role.BAD)
    return (span(machine, Role.TITLE, bold=True), said)


def build_member_page(snapshot: Snapshot, cluster: str, machine: str, now: datetime, width: int) -> list[Line]:
    member = find_member(snapshot, cluster, machine)
    if member is None:
        return wrap(f"{machine} is no longer in the plane.", width, Role.BAD)
    (progress,) = read_progress(snapshot, (member,), now)
    inner = width - 2
    return build_sections(
        [
            Section("Now", wrap(describe_now(progress, now).text, inner, describe_now(progress, now).role)),
            Section("Steps", _steps(progress, inner)),
            Section("Checklist", _checklist(member, inner)),
            Section("Identity", _identity(member, inner)),
            Section("Conditions", _conditions(member, inner)),
        ]
    )


def _steps(progress: Progress, width: int) -> list[Line]:
    lines: list[Line] = []
    for view in progress.steps:
        lines += _step(view, width)
    return lines


def _step(view: StepView, width: int) -> list[Line]:
    state = view.state.value
    when = render_clock(view.at) if view.at else "" if view.detail or state.word == "done" else state.word
    head: Line = (Span(f"{state.glyph} ", state.role), Span(pad(view.step.title, _TITLE)), Span(when, Role.DIM))
    return [head, *wrap(view.detail, width, state.role, "  ")]


def _checklist(member: Member, width: int) -> list[Line]:
    """What the node itself was seen to do; nothing for a worker, or before anybody asked it."""
    lines: list[Line] = []
    for item in parse_checklist(member.machine.metadata.annotations):
        look = _ITEMS[item.state]
        since = f" since {render_clock(parse_time(item.since))}" if item.since else ""
        text = f"{look.glyph} {item.name}{since}" + (f": {item.detail}" if item.detail else "")
        lines += wrap(text, width, look.role, hang="  ")
    return lines


def _identity(member: Member, width: int) -> list[Line]:
    machine = member.machine
    addresses = [entry.address for entry in machine.status.addresses or ()]
    return build_fields(
        [
            ("phase", machine.status.phase or ""),
            ("server", member.server),
            ("node", member.node),
            ("addresses", ", ".join(dict.fromkeys(addresses))),
            ("Kubernetes", machine.spec.version or ""),
            ("provider id", machine.spec.provider_id or ""),
        ],
        width,
    )


def _conditions(member: Member, width: int) -> list[Line]:
    lines: list[Line] = []
    rows = [*(member.machine.status.conditions or ()), *((member.metal.status.conditions if member.metal else None) or ())]
    for row in rows:
        good = row.status == "True"
        text = " · ".join(part for part in (row.type, row.status, row.reason, row.message) if part)
        role = Role.OK if good else Role.BAD if row.severity == "Error" else Role.DIM
        lines += wrap(f"{'●' if good else '○'} {text}", width, role, hang="  ")
    return lines
