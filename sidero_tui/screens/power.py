"""The power menu: every verb of the chosen servers, or why it is not offered; and the same as a command line."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from boot.resources.metal import Server
from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.edits import Edit, switch_power
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.confirm import ConfirmScreen, Question
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.power import Choice, build_power_lines, list_choices
from sidero_tui.views.spans import Span

HARMLESS = frozenset({"identify-on", "identify-off", "check"})
"""Verbs that are carried out at once; the others are confirmed."""
IN_USE = "It is in use: what runs on it stops."


class PowerScreen(DialogScreen):
    kind = "power"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose"),
        Binding("escape,q", "cancel", "cancel"),
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
    ]

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._index = 0

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        servers = self._servers(snapshot)
        choices = list_choices(servers)
        what = servers[0].name if len(servers) == 1 else f"{len(servers)} servers"
        self._title.say((Span(f" Power of {what}", Role.ASK, bold=True),))
        self._page.show(build_power_lines(servers, choices, self._index, self._page.line_width))
        chosen = choices[self._index] if choices else None
        hint = KeyHint("enter", chosen.title if chosen else "choose", obstacle=chosen.reason if chosen else "no server here")
        self._footer.say(build_footer([KeyHint("↑ ↓", "move"), hint], [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_move(self, step: int) -> None:
        count = len(list_choices(self._servers(self.console.snapshot)))
        self._index = max(0, min(count - 1, self._index + step))
        self.redraw()

    def action_choose(self) -> None:
        servers = self._servers(self.console.snapshot)
        choices = list_choices(servers)
        if not choices:
            return
        choice = choices[self._index]
        if choice.reason:
            self.notify(f"{choice.title}: {choice.reason}", severity="warning", timeout=4)
            return
        targets = [server for server in servers if server.name in choice.servers]
        self.dismiss(True)
        if choice.verb in HARMLESS:
            self.app.post_message(EditsConfirmed("Power", tuple(self._edits(choice, targets, confirmed=False))))
            return
        self.app.push_screen(ConfirmScreen(self._question(choice, targets)))

    def _question(self, choice: Choice, servers: Sequence[Server]) -> Question:
        used = [server.name for server in servers if server.status.in_use]
        waiting = [server.name for server in servers if not server.spec.accepted]
        sentences = []
        if used:
            sentences.append(
                f"{len(used)} of {len(servers)} are in use: what runs on them stops." if len(servers) > 1 else IN_USE
            )
        if waiting:
            sentences.append("Not accepted: its power may be switched, nothing is written to its disks.")
        return Question(
            choice.title[:1].upper() + choice.title[1:],
            tuple(sentences or ("It is carried out at once, one command at a time for each BMC.",)),
            lambda _: self._edits(choice, servers, confirmed=True),
            phrase="power" if used else "",
        )

    def _edits(self, choice: Choice, servers: Sequence[Server], *, confirmed: bool) -> list[Edit]:
        now = self.console.now()
        return [switch_power(server.name, choice.verb, now, confirmed=confirmed) for server in servers]

    def _servers(self, snapshot: Snapshot) -> list[Server]:
        return [snapshot.servers[name] for name in self._names if name in snapshot.servers]
