"""Server classes as rows."""

from boot.resources.metal import ServerClass
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import ServerState
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, span
from sidero_tui.views.table import Column, TableView, join_counts


def describe_rules(server_class: ServerClass) -> str:
    """The shape of what a class asks for, in a few words."""
    spec = server_class.spec
    parts = []
    if spec.qualifiers.hardware:
        parts.append(_alternatives(len(spec.qualifiers.hardware), "hardware rule"))
    if spec.qualifiers.label_selectors:
        parts.append(_alternatives(len(spec.qualifiers.label_selectors), "label rule"))
    if spec.selector is not None and spec.selector.model_dump(exclude_none=True):
        parts.append("selector")
    return " and ".join(parts) or "any accepted server"


def _alternatives(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"one of {number} {noun}s"


def _number(number: int, role: Role) -> Span:
    return Span(str(number), role if number else Role.DIM)


def _summary(snapshot: Snapshot) -> Line:
    classes = snapshot.server_classes.values()
    return join_counts(
        {
            "classes" if len(snapshot.server_classes) != 1 else "class": (len(snapshot.server_classes), Role.DIM),
            "available": (len({name for c in classes for name in c.status.servers_available}), Role.OK),
            "in use": (len({name for c in classes for name in c.status.servers_in_use}), Role.ACCENT),
        }
    )


_AVAILABLE, _IN_USE = ServerState.AVAILABLE.value, ServerState.IN_USE.value

CLASSES: TableView[ServerClass] = TableView(
    id="classes",
    title="Server classes",
    columns=(
        Column("NAME", lambda row: span(row.name, Role.TITLE), 20, 12, grow=True),
        Column("AVAILABLE", lambda row: _number(len(row.status.servers_available), _AVAILABLE.role), 9),
        Column("IN USE", lambda row: _number(len(row.status.servers_in_use), _IN_USE.role), 6),
        Column("ASKS FOR", lambda row: span(describe_rules(row), Role.DIM), 22, 12, rank=1, grow=True),
    ),
    order=lambda snapshot: sorted(snapshot.server_classes),
    project=lambda snapshot, name: snapshot.server_classes[name],
    summarise=_summary,
    when_empty=lambda _: "There is no ServerClass yet.",
    reads=("server_classes",),
)
