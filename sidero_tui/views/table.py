"""A resource view is data: a kind's columns, which of them give way when it is narrow, and what its title says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.spans import BLANK, Line, Span, pad, shorten_middle

R = TypeVar("R")
GAP = 2
"""Cells between columns."""
GUTTER = 2
"""Cells before the first column, for cursor and mark."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """`width` cells wide; may shrink to `least`; grows where there is room if `grow`. Rank 0 never gives way."""

    title: str
    cell: Callable[[R], Span]
    width: int
    least: int = 0
    rank: int = 0
    grow: bool = False
    middle: bool = False
    """Shorten in the middle: for identities."""


class RowsView(Protocol):
    """Rows of one kind. All methods are pure functions of the snapshot; only visible rows are ever drawn."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def reads(self) -> tuple[str, ...]:
        """Fields of the snapshot that the summary is made of: while they stay, it does."""
        ...

    @property
    def ticks(self) -> bool:
        """Whether the summary changes with time alone."""
        ...

    def keys(self, snapshot: Snapshot) -> Sequence[str]: ...

    def head(self, width: int) -> Line:
        """The pinned line above the rows; empty when there is none."""
        ...

    def height(self, width: int) -> int:
        """Lines per row."""
        ...

    def row(self, snapshot: Snapshot, key: str, width: int, now: datetime) -> Sequence[Line]: ...

    def haystack(self, snapshot: Snapshot, key: str) -> str:
        """What a filter looks in, lower case."""
        ...

    def summary(self, snapshot: Snapshot, now: datetime) -> Line:
        """How it stands with this kind, for the title of the pane."""
        ...

    def empty(self, snapshot: Snapshot) -> str:
        """What to read when there are no rows."""
        ...


def fit_columns(columns: Sequence[Column[R]], width: int) -> list[tuple[Column[R], int]]:
    """Columns that are shown, with their widths: shrink first, then drop the highest rank, then let some grow."""
    shown = list(columns)
    while True:
        gaps = GAP * (len(shown) - 1)
        if sum(column.least or column.width for column in shown) + gaps <= width:
            break
        worst = max(shown, key=lambda column: column.rank)
        if worst.rank == 0:
            break
        shown.remove(worst)
    widths = {column.title: column.width for column in shown}
    over = sum(widths.values()) + GAP * (len(shown) - 1) - width
    for column in sorted(shown, key=lambda column: -column.rank):
        give = min(max(over, 0), column.width - (column.least or column.width))
        widths[column.title] -= give
        over -= give
    growing = [column for column in shown if column.grow]
    for index, column in enumerate(growing):
        share = max(0, -over) // (len(growing) - index)
        widths[column.title] += share
        over += share
    return [(column, widths[column.title]) for column in shown]


def render_head(columns: Sequence[Column[R]], width: int) -> Line:
    pieces = [pad(column.title, size) for column, size in fit_columns(columns, width)]
    return (Span((" " * GAP).join(pieces), Role.DIM),)


def render_row(columns: Sequence[Column[R]], row: R, width: int) -> Line:
    line: list[Span] = []
    for column, size in fit_columns(columns, width):
        cell = column.cell(row)
        text = shorten_middle(cell.text, size) if column.middle else cell.text
        line.append(Span(pad(text, size), cell.role, cell.bold))
        line.append(Span(" " * GAP))
    return tuple(line[:-1])


@dataclass(frozen=True, slots=True)
class TableView(Generic[R]):
    """One kind as a table of one line per row."""

    id: str
    title: str
    columns: tuple[Column[R], ...]
    order: Callable[[Snapshot], Sequence[str]]
    project: Callable[[Snapshot, str], R]
    """Object name -> what the columns read."""
    summarise: Callable[[Snapshot], Line]
    when_empty: Callable[[Snapshot], str]
    reads: tuple[str, ...]
    ticks: bool = False

    def keys(self, snapshot: Snapshot) -> Sequence[str]:
        return self.order(snapshot)

    def head(self, width: int) -> Line:
        return render_head(self.columns, width)

    def height(self, width: int) -> int:
        del width
        return 1

    def row(self, snapshot: Snapshot, key: str, width: int, now: datetime) -> Sequence[Line]:
        del now
        return [render_row(self.columns, self.project(snapshot, key), width)]

    def haystack(self, snapshot: Snapshot, key: str) -> str:
        row = self.project(snapshot, key)
        return " ".join(column.cell(row).text for column in self.columns).lower()

    def summary(self, snapshot: Snapshot, now: datetime) -> Line:
        del now
        return self.summarise(snapshot)

    def empty(self, snapshot: Snapshot) -> str:
        return self.when_empty(snapshot)


def join_counts(counts: Mapping[str, tuple[int, Role]]) -> Line:
    """word -> number and role, those above zero: "5 waiting · 1 available"."""
    line: list[Span] = []
    for word, (number, role) in counts.items():
        if number:
            line += [Span(" · ", Role.DIM), Span(f"{number} {word}", role)]
    return tuple(line[1:]) if line else BLANK


def matches_filter(view: RowsView, snapshot: Snapshot, key: str, needle: str) -> bool:
    """k9s's filter: part of any cell, case ignored; a leading ! turns it round."""
    inverse = needle.startswith("!")
    wanted = needle.lstrip("!").lower()
    return not wanted or (wanted in view.haystack(snapshot, key)) is not inverse
