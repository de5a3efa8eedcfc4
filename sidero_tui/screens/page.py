"""A page to read: help, YAML, why. Also the base of the server page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import ConsoleScreen, bindings_of
from sidero_tui.theme import Role
from sidero_tui.views.header import mark_stale
from sidero_tui.views.spans import Line, Span, span, width_of
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page

Heading = Callable[[Snapshot, int], Line]
Build = Callable[[Snapshot, datetime, int], Sequence[Line]]


class PageScreen(ConsoleScreen):
    """Shows what `build` makes of each snapshot."""

    kind = "page"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("page")]

    always = ("back", "help", "quit")

    def __init__(self, heading: Heading, build: Build) -> None:
        super().__init__()
        self._heading = heading
        self._build = build
        self._bar = Bar(classes="title")
        self.page = Page(id="page")
        self._footer = Bar(id="footer")

    def compose(self) -> Iterator[Widget]:
        yield self._bar
        yield self.page
        yield self._footer

    def on_mount(self) -> None:
        self.page.focus()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        stale = mark_stale(snapshot, now)
        self._bar.say((Span(" "), *self._heading(snapshot, self._bar.line_width - 1 - width_of(stale)), *stale))
        self.page.show(self._build(snapshot, now, self.page.line_width))
        self.draw_footer(self._footer)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        scroll = self.page
        return {
            **super().handlers(),
            "down": lambda: scroll.scroll_down(animate=False),
            "up": lambda: scroll.scroll_up(animate=False),
            "page_down": lambda: scroll.scroll_page_down(animate=False),
            "page_up": lambda: scroll.scroll_page_up(animate=False),
            "top": lambda: scroll.scroll_home(animate=False),
            "bottom": lambda: scroll.scroll_end(animate=False),
        }


def plain_heading(text: str) -> Heading:
    line = (span(text, Role.ACCENT, bold=True),)
    return lambda _snapshot, _width: line
