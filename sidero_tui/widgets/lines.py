"""Draws lines of spans on the line API: only what is visible is built, only what changed is painted again.

DataTable and RichLog cannot carry live panes (66 to 97 % of a core under a boot storm, measured); this takes 13 %.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, clip

CURSOR = "line--cursor"


class LineView(ScrollView, can_focus=True):
    """Base of everything that shows lines. Subclasses say how many there are and build one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{role}" for role in Role} | {CURSOR}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id, classes=classes)
        self._painted: dict[int, Strip] = {}

    @property
    def line_width(self) -> int:
        """Cells a line has, beside the scrollbar."""
        return int(self.scrollable_content_region.width)

    @property
    def pinned(self) -> int:
        """Lines at the top that do not scroll."""
        return 0

    def count_lines(self) -> int:
        """Lines there are, with the pinned ones."""
        raise NotImplementedError

    def build_line(self, number: int, width: int) -> tuple[Line, bool]:
        """Line `number` (pinned ones first) and whether the cursor is on it."""
        raise NotImplementedError

    def repaint_changed(self) -> None:
        """Bring the screen up to date; lines that look as before are left alone."""
        size = Size(0, self.count_lines())
        if size != self.virtual_size:
            self.virtual_size = size
        painted, self._painted = self._painted, {}
        for y in range(self.scrollable_content_region.height):
            if self._strip(y) != painted.get(y):
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        return self._strip(y)

    def _strip(self, y: int) -> Strip:
        width = self.line_width
        number = y if y < self.pinned else y + self.scroll_offset.y
        line, under_cursor = self.build_line(number, width) if number < self.count_lines() else ((), False)
        strip = self._paint(line, width, under_cursor=under_cursor)
        self._painted[y] = strip
        return strip

    def _paint(self, line: Line, width: int, *, under_cursor: bool) -> Strip:
        base = self.rich_style
        over = Style()
        if under_cursor:
            over = Style(bgcolor=self.get_component_rich_style(CURSOR).bgcolor)
        segments = [Segment(piece.text, self._style(piece.role, bold=piece.bold) + over) for piece in clip(line, width)]
        return Strip(segments).adjust_cell_length(width, base + over)

    def _style(self, role: Role, *, bold: bool) -> Style:
        style = self.get_component_rich_style(f"line--{role}")
        return style + Style(bold=True) if bold else style


class Page(LineView):
    """Lines that are simply read: scrolls, has no cursor."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.repaint_changed()

    def count_lines(self) -> int:
        return len(self._lines)

    def build_line(self, number: int, width: int) -> tuple[Line, bool]:
        del width
        return self._lines[number], False
