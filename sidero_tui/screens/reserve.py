"""The dialog that reserves an address for a MAC, as the guide's `host talos-mgmt-0`, and takes it away again."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.edits import Edit
from sidero_tui.model.overrides import refuse_reservation, release, reserve, suggest_reservation
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.overrides import build_reservation_lines
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import span
from sidero_tui.widgets.prompt import Prompt


class ReserveScreen(DialogScreen):
    """What is typed is judged as it is typed; an empty line takes the reservation away."""

    kind = "reserve"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "ask", "type"), Binding("escape,q", "cancel", "cancel")]

    def __init__(self, mac: str, snapshot: Snapshot) -> None:
        super().__init__()
        self._mac = mac
        self._text = suggest_reservation(snapshot, mac)
        self._prompt = Prompt()

    def body(self) -> Iterator[Widget]:
        yield self._page
        yield self._prompt

    def begin(self) -> None:
        self.action_ask()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        width, refusal = self._page.line_width, self._refusal(snapshot)
        self._title.say((span(f" Reserve an address for {self._mac}", Role.ASK, bold=True),))
        edits = [] if refusal else [self._edit(snapshot)]
        lines = build_reservation_lines(snapshot, self._mac, refusal, self._text, width)
        self._page.show([*lines, *build_shell_lines([edit.command for edit in edits], width)])
        hint = KeyHint("enter", "reserve" if self._text else "take it away", obstacle=refusal)
        self._footer.say(build_footer([hint], [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_ask(self) -> None:
        self._prompt.ask("reservation", "›", "ADDRESS or ADDRESS,NAME; empty takes it away", self._text)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        event.stop()
        if event.given_up:
            self.dismiss(False)
            return
        self._text = event.text.strip()
        self.redraw()
        if event.done:
            self._go()

    def _go(self) -> None:
        snapshot = self.console.snapshot
        if refusal := self._refusal(snapshot):
            self.notify(refusal, severity="warning", timeout=4)
            self.action_ask()
            return
        self.dismiss(True)
        self.app.post_message(EditsConfirmed("Reserve", (self._edit(snapshot),)))

    def _refusal(self, snapshot: Snapshot) -> str:
        if not self._text and self._mac in snapshot.network.reservations:
            return ""
        return refuse_reservation(snapshot, self._mac, self._text)

    def _edit(self, snapshot: Snapshot) -> Edit:
        if not self._text:
            return release(snapshot.network, self._mac)
        return reserve(snapshot.network, self._mac, self._text)
