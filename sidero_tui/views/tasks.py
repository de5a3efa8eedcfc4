"""What people have to do at servers without a BMC, as rows: open tasks first."""

from dataclasses import dataclass

from boot.resources.metal import Server
from boot.resources.tasks import OPEN, Task
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import TASK_STATES
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, span, state_span
from sidero_tui.views.table import Column, TableView, join_counts


@dataclass(frozen=True, slots=True)
class TaskRow:
    task: Task
    server: Server | None

    @property
    def what(self) -> str:
        return self.task.spec.action.replace("-", " ")

    @property
    def why(self) -> str:
        return self.task.spec.reason if self.task.status.state == OPEN else self.task.status.evidence


def _project(snapshot: Snapshot, name: str) -> TaskRow:
    task = snapshot.tasks[name]
    return TaskRow(task, snapshot.servers.get(task.spec.server))


def _summary(snapshot: Snapshot) -> Line:
    waiting = sum(task.status.state == OPEN for task in snapshot.tasks.values())
    return join_counts({"for you to do": (waiting, Role.ASK)})


def _order(snapshot: Snapshot) -> list[str]:
    return sorted(snapshot.tasks, key=lambda name: (snapshot.tasks[name].status.state != OPEN, name))


TASKS: TableView[TaskRow] = TableView(
    id="tasks",
    title="Tasks",
    columns=(
        Column("DO", lambda row: span(row.what, Role.TITLE), 12),
        Column("WHERE", lambda row: span(row.task.spec.where) if row.task.spec.where else Span("–", Role.DIM), 8, rank=2),
        Column("SERVER", lambda row: span(row.task.spec.server, Role.TEXT), 36, 13, middle=True),
        Column("STATE", lambda row: state_span(TASK_STATES[row.task.status.state]), 12),
        Column("WHY", lambda row: span(row.why, Role.DIM), 24, 10, rank=1, grow=True),
    ),
    order=_order,
    project=_project,
    summarise=_summary,
    when_empty=lambda _: "Nothing to do by hand: every server either has a BMC or is as it should be.",
    reads=("tasks",),
)
