"""A pane: a title line that says how it stands with its kind, over a body that takes the focus."""

from collections.abc import Iterator

from textual.containers import Vertical
from textual.widget import Widget

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import LineView


class Pane(Vertical):
    """Folded to its title it still tells the essentials."""

    def __init__(self, number: int, title: str, body: LineView) -> None:
        super().__init__(id=f"pane-{body.id}")
        self.body = body
        self._title = f" {number} {title} "
        self._bar = Bar(classes="title")

    def compose(self) -> Iterator[Widget]:
        yield self._bar
        yield self.body

    def summarise(self, summary: Line, remark: str = "") -> None:
        """`remark` comes first: it says why rows are marked or missing."""
        extra = (Span(f"{remark}  ", Role.ACCENT),) if remark else ()
        role = Role.ACCENT if self.has_class("-active") else Role.TITLE
        self._bar.say((Span(self._title, role, bold=True), Span(" "), *extra, *summary))
