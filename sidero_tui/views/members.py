"""The members of one cluster as rows: how far each is, what it does now, and how much longer that takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sidero_tui.model.ladder import RungState
from sidero_tui.model.members import Member
from sidero_tui.model.progress import STEPS, Progress, read_progress
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age
from sidero_tui.views.spans import Line, Span, span
from sidero_tui.views.table import Column, join_counts, render_head, render_row


def describe_now(progress: Progress, now: datetime) -> Span:
    """What it is at, for how long, and about how much longer."""
    if progress.member.leaving:
        return Span("◁ leaving", Role.ASK)
    current = progress.current
    if current is None:
        return Span("● node ready", Role.OK)
    state = current.state.value
    waited = f" {render_age(max(0.0, (now - progress.since).total_seconds()))}" if progress.since else ""
    left = f", about {render_age(progress.remaining)} to go" if progress.remaining is not None else ""
    why = f": {current.detail}" if current.detail else ""
    return span(f"{state.glyph} {current.step.under_way}{waited}{left}{why}", state.role)


@dataclass(frozen=True, slots=True)
class MemberRow:
    progress: Progress
    now: datetime

    @property
    def member(self) -> Member:
        return self.progress.member


def _strip(row: MemberRow) -> Span:
    glyphs = "".join(view.state.value.glyph for view in row.progress.steps)
    through = row.progress.current is None
    failed = any(view.state is RungState.FAILED for view in row.progress.steps)
    return Span(glyphs, Role.OK if through else Role.BAD if failed else Role.BUSY)


def _role(row: MemberRow) -> Span:
    return Span("control", Role.ACCENT) if row.member.control_plane else Span("worker", Role.DIM)


_COLUMNS: tuple[Column[MemberRow], ...] = (
    Column("MACHINE", lambda row: span(row.member.machine.name, Role.TITLE), 28, 18, middle=True),
    Column("ROLE", _role, 7),
    Column("STEPS", _strip, len(STEPS)),
    Column("NOW", lambda row: describe_now(row.progress, row.now), 44, 32, grow=True),
    Column("SERVER", lambda row: span(row.member.server or "–", Role.DIM), 36, 13, rank=1, middle=True),
    Column("NODE", lambda row: span(row.member.node, Role.DIM), 20, 12, rank=2),
)


class MembersView:
    """Implements RowsView over the Machines of one cluster, by its key."""

    id = "members"
    title = "Members"
    reads = ("machines", "metal_machines")
    ticks = True

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._read: tuple[Snapshot, datetime] | None = None
        self._progress: dict[str, Progress] = {}

    def keys(self, snapshot: Snapshot) -> Sequence[str]:
        return [member.key for member in self._members(snapshot)]

    def head(self, width: int) -> Line:
        return render_head(_COLUMNS, width)

    def height(self, width: int) -> int:
        del width
        return 1

    def row(self, snapshot: Snapshot, key: str, width: int, now: datetime) -> Sequence[Line]:
        # All rows of one drawing stand on the same medians: they are worked out for the first of them.
        if self._read != (snapshot, now):
            self._progress = {entry.member.key: entry for entry in read_progress(snapshot, self._members(snapshot), now)}
            self._read = (snapshot, now)
        return [render_row(_COLUMNS, MemberRow(self._progress[key], now), width)]

    def haystack(self, snapshot: Snapshot, key: str) -> str:
        member = next(member for member in self._members(snapshot) if member.key == key)
        return f"{member.machine.name} {member.server} {member.node}".lower()

    def summary(self, snapshot: Snapshot, now: datetime) -> Line:
        found = read_progress(snapshot, self._members(snapshot), now)
        through = sum(entry.current is None for entry in found)
        return join_counts({"ready": (through, Role.OK), "on the way": (len(found) - through, Role.BUSY)})

    def empty(self, snapshot: Snapshot) -> str:
        cluster = snapshot.clusters.get(self._cluster)
        if cluster is None:
            return "It is gone."
        ready = cluster.status.infrastructure_ready
        return f"No Machine yet: {'they are being made' if ready else 'they come once its infrastructure is ready'}."

    def _members(self, snapshot: Snapshot) -> Sequence[Member]:
        return snapshot.members_of.get(self._cluster, ())
