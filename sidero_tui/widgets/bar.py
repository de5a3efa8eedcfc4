"""One line that says something: title of a pane, footer, hint."""

from sidero_tui.views.spans import Line
from sidero_tui.widgets.lines import LineView


class Bar(LineView, can_focus=False):
    """A single line, not scrolled, not focused."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id, classes=classes)
        self._line: Line = ()

    def say(self, line: Line) -> None:
        if line != self._line:
            self._line = line
            self.repaint_changed()

    def count_lines(self) -> int:
        return 1

    def build_line(self, number: int, width: int) -> tuple[Line, bool]:
        del number, width
        return self._line, False
