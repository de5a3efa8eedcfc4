"""The one dialog that may lead to disks being written: says what, on which, and waits for a second key."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from sidero_tui.messages import AcceptConfirmed
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.theme import Role
from sidero_tui.views.acceptance import acceptable, build_acceptance_lines
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.spans import Span
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page


class AcceptScreen(ConsoleScreen, ModalScreen[bool]):
    """Modal over the screen it was asked from. Enter or y accepts exactly the servers it lists."""

    kind = "accept"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "confirm", "accept"),
        Binding("escape,n,q", "cancel", "cancel"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
    ]

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._title = Bar(classes="title")
        self._page = Page(id="page")
        self._footer = Bar(id="footer")

    def compose(self) -> Iterator[Widget]:
        with Vertical(id="dialog"):
            yield self._title
            yield self._page
            yield self._footer

    def on_mount(self) -> None:
        self._page.focus()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        count = len(self._listed(snapshot))
        what = "Nothing to accept" if not count else f"Accept {count} server{'s' if count != 1 else ''}?"
        self._title.say((Span(f" {what}", Role.ASK, bold=True),))
        self._page.show(build_acceptance_lines(snapshot, self._listed(snapshot), self._page.line_width))
        confirm = KeyHint("y enter", "accept", obstacle="" if count else "nothing to accept")
        self._footer.say(build_footer([confirm], [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_confirm(self) -> None:
        names = self._listed(self.console.snapshot)
        self.dismiss(bool(names))
        if names:
            self.app.post_message(AcceptConfirmed(names))

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_scroll(self, lines: int) -> None:
        self._page.scroll_relative(y=lines, animate=False)

    def _listed(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Servers that can still be accepted: somebody else may have been faster."""
        return acceptable(snapshot, self._names)
