"""The dialog that has a machine taken for an architecture, whatever its firmware says of itself."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from boot.firmware import Architecture
from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.overrides import CHOICES, take_for
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.overrides import build_choice_lines, build_machine_lines
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import span
from sidero_tui.widgets.lines import Page

_CHOICES: tuple[Architecture | None, ...] = (None, *CHOICES)


class ArchitectureScreen(DialogScreen):
    """Says what it is and what would be written above the choices, which scroll under it."""

    kind = "architecture"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose"),
        Binding("escape,q", "cancel", "cancel"),
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
    ]

    def __init__(self, mac: str, snapshot: Snapshot) -> None:
        super().__init__()
        self._mac = mac
        self._index = _CHOICES.index(self._held(snapshot))
        self._said = Page(id="said")
        self._said.can_focus = False

    def body(self) -> Iterator[Widget]:
        yield self._said
        yield self._page

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        held, row, width = self._held(snapshot), _CHOICES[self._index], self._said.line_width
        self._title.say((span(f" Take {self._mac} for another architecture", Role.ASK, bold=True),))
        commands = [] if row == held else [take_for(snapshot.network, self._mac, row).command]
        said = [*build_machine_lines(snapshot, self._mac, width), *build_shell_lines(commands, width)]
        self._said.styles.height = len(said) + 1
        self._said.show(said)
        self._page.show(build_choice_lines(_CHOICES, held, self._index))
        hint = KeyHint("enter", "take it for this", obstacle="it is taken for that" if row == held else "")
        self._footer.say(build_footer([KeyHint("↑ ↓", "move"), hint], [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_move(self, step: int) -> None:
        self._index = max(0, min(len(_CHOICES) - 1, self._index + step))
        self.redraw()
        self._page.scroll_to(y=max(0, self._index - self._page.size.height // 2), animate=False)

    def action_choose(self) -> None:
        snapshot, row = self.console.snapshot, _CHOICES[self._index]
        self.dismiss(True)
        if row != self._held(snapshot):
            self.app.post_message(EditsConfirmed("Architecture", (take_for(snapshot.network, self._mac, row),)))

    def _held(self, snapshot: Snapshot) -> Architecture | None:
        return snapshot.network.architectures.get(self._mac)
