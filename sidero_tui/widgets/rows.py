"""Rows of one kind with a cursor, marks and a filter; any number of them, since only visible ones are drawn."""

from collections.abc import Sequence
from datetime import UTC, datetime

from textual import events
from textual.message import Message

from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, wrap
from sidero_tui.views.table import GUTTER, RowsView, matches_filter
from sidero_tui.widgets.lines import LineView


class Rows(LineView):
    """Shows a RowsView of the snapshot it was handed last; the cursor stays on its object when rows come and go."""

    class Opened(Message):
        """A row was chosen with the mouse."""

    def __init__(self, view: RowsView, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self.view = view
        self.marks: frozenset[str] = frozenset()
        self.needle = ""
        self._snapshot = Snapshot()
        self._now = datetime.min.replace(tzinfo=UTC)
        self._keys: Sequence[str] = ()
        self._cursor = 0

    @property
    def current(self) -> str | None:
        """Name of the object under the cursor."""
        return self._keys[self._cursor] if self._keys else None

    @property
    def chosen(self) -> tuple[str, ...]:
        """The marked objects in their order, or else the one under the cursor."""
        marked = tuple(key for key in self._snapshot_keys() if key in self.marks)
        return marked or ((self.current,) if self.current else ())

    @property
    def shown(self) -> int:
        """Rows that pass the filter."""
        return len(self._keys)

    def show(self, snapshot: Snapshot, now: datetime) -> None:
        fresh = snapshot is not self._snapshot
        self._snapshot, self._now = snapshot, now
        if fresh:
            self._order()
        self.repaint_changed()

    def filter(self, needle: str) -> None:
        self.needle = needle
        self._order()
        self.repaint_changed()

    def move(self, steps: int) -> None:
        """Move the cursor by rows; stops at either end."""
        self._cursor = max(0, min(len(self._keys) - 1, self._cursor + steps))
        self._follow_cursor()
        self.repaint_changed()

    def toggle_mark(self) -> None:
        if self.current is not None:
            self.marks = self.marks ^ {self.current}
            self.move(1)

    def clear_marks(self) -> None:
        self.marks = frozenset()
        self.repaint_changed()

    @property
    def page_size(self) -> int:
        """Rows that fit."""
        return max(1, (self.scrollable_content_region.height - self.pinned) // self.view.height(self._row_width))

    @property
    def pinned(self) -> int:
        return 1 if self._keys else 0

    def count_lines(self) -> int:
        if not self._keys:
            return len(self._empty_lines())
        return self.pinned + len(self._keys) * self.view.height(self._row_width)

    def build_line(self, number: int, width: int) -> tuple[Line, bool]:
        del width
        if not self._keys:
            return self._empty_lines()[number], False
        if number < self.pinned:
            return (Span(" " * GUTTER), *self.view.head(self._row_width)), False
        index, part = divmod(number - self.pinned, self.view.height(self._row_width))
        key = self._keys[index]
        lines = self.view.row(self._snapshot, key, self._row_width, self._now)
        under_cursor = index == self._cursor and self.has_focus
        return (self._gutter(key, first=part == 0, current=index == self._cursor), *lines[part]), under_cursor

    def on_resize(self) -> None:
        self._follow_cursor()
        self.repaint_changed()

    def on_focus(self) -> None:
        self.repaint_changed()

    def on_blur(self) -> None:
        self.repaint_changed()

    def on_click(self, event: events.Click) -> None:
        line = event.y if event.y < self.pinned else event.y + int(self.scroll_offset.y)
        index = (line - self.pinned) // self.view.height(self._row_width)
        if line >= self.pinned and index < len(self._keys):
            again = index == self._cursor
            self.move(index - self._cursor)
            if again and event.chain == 2:
                self.post_message(self.Opened())

    @property
    def _row_width(self) -> int:
        return max(1, self.line_width - GUTTER)

    def _gutter(self, key: str, *, first: bool, current: bool) -> Span:
        if first and key in self.marks:
            return Span("✔ ", Role.ASK, bold=True)
        return Span("▌ ", Role.ACCENT) if current and self.has_focus else Span("  ")

    def _empty_lines(self) -> list[Line]:
        if self.needle:
            return [(Span(f"Nothing matches /{self.needle}: esc clears the filter.", Role.DIM),)]
        return wrap(self.view.empty(self._snapshot), max(10, self.line_width - GUTTER), Role.DIM, "  ")

    def _snapshot_keys(self) -> Sequence[str]:
        return self.view.keys(self._snapshot)

    def _order(self) -> None:
        """Take over the rows of a new snapshot or filter; cursor and marks stay with their objects."""
        current = self.current
        everything = self._snapshot_keys()
        self._keys = everything
        if self.needle:
            self._keys = [key for key in everything if matches_filter(self.view, self._snapshot, key, self.needle)]
        if self.marks:
            self.marks &= frozenset(everything)
        if current is not None and current in self._keys:
            self._cursor = self._keys.index(current)
        self._cursor = max(0, min(self._cursor, len(self._keys) - 1))
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        height = self.view.height(self._row_width)
        room = self.scrollable_content_region.height - self.pinned
        top, bottom = self._cursor * height, (self._cursor + 1) * height
        offset = int(self.scroll_offset.y)
        if top < offset:
            self._scroll_lines(top)
        elif room > 0 and bottom > offset + room:
            self._scroll_lines(bottom - room)

    def _scroll_lines(self, y: int) -> None:
        self.virtual_size = self.virtual_size.with_height(self.count_lines())
        self.scroll_to(y=y, animate=False, force=True, immediate=True)
