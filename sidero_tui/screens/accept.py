"""The one dialog that may lead to disks being written: says what, on which, lets disks be kept, and waits to be confirmed."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from boot.resources.metal import Server
from boot.resources.wiping import WipeMethod
from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.able import able
from sidero_tui.model.draft import CONFIRMATION, Draft
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.acceptance import AcceptancePage, DiskKey, build_acceptance_page
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.spans import Span
from sidero_tui.widgets.prompt import Prompt


class AcceptScreen(DialogScreen):
    """Modal over the screen it was asked from. Enter or y accepts exactly the servers it lists, with the plan it shows."""

    kind = "accept"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "confirm", "accept"),
        Binding("escape,n,q", "cancel", "cancel"),
        Binding("space", "keep", "keep or wipe"),
        Binding("f", "method", "fast or full"),
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
    ]

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._draft = Draft()
        self._current: DiskKey | None = None
        self._shown = AcceptancePage((), ())
        self._prompt = Prompt()

    def body(self) -> Iterator[Widget]:
        yield self._page
        yield self._prompt

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        names = able("accept", snapshot, self._names)
        what = "Nothing to accept" if not names else f"Accept {len(names)} server{'s' if len(names) != 1 else ''}?"
        self._title.say((Span(f" {what}", Role.ASK, bold=True),))
        self._shown = build_acceptance_page(snapshot, names, self._draft, self._current, self._page.line_width)
        self._page.show(self._shown.lines)
        none = "" if names else "nothing to accept"
        no_disk = "" if self._shown.disks else "no disk is known"
        method = "full wipe" if self._draft.method is not WipeMethod.FULL else "fast wipe"
        hints = [
            KeyHint("y enter", "accept", obstacle=none),
            KeyHint("↑ ↓ space", "keep or wipe", obstacle=no_disk),
            KeyHint("f", method, obstacle=no_disk),
        ]
        self._footer.say(build_footer(hints, [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_confirm(self) -> None:
        servers = self._servers()
        if self._draft.must_type(servers):
            self._prompt.ask("confirm", "!", f"data of others will be lost: type {CONFIRMATION} to go on")
        else:
            self._accept(servers)

    def action_keep(self) -> None:
        keys = [key for key, _ in self._shown.disks]
        if self._current is None and len(keys) == 1:
            self._current = keys[0]
        server = self.console.snapshot.servers.get(self._current[0]) if self._current else None
        if server is not None and self._current in keys:
            self._draft = self._draft.toggle(server, self._current[1])
            self.redraw()

    def action_method(self) -> None:
        if self._shown.disks:
            self._draft = self._draft.toggle_method()
            self.redraw()

    def action_move(self, step: int) -> None:
        """To the next disk, and by a line where there is none."""
        keys = [key for key, _ in self._shown.disks]
        if not keys:
            self._page.scroll_relative(y=step, animate=False)
            return
        index = keys.index(self._current) + step if self._current in keys else (0 if step > 0 else len(keys) - 1)
        self._current = keys[max(0, min(len(keys) - 1, index))]
        self.redraw()
        line = dict(self._shown.disks)[self._current]
        self._page.scroll_to(y=max(0, line - self._page.size.height // 2), animate=False)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        event.stop()
        if event.done:
            self._page.focus()
            if event.text.strip().lower() == CONFIRMATION:
                self._accept(self._servers())
            elif event.text:
                self.notify(f"not {CONFIRMATION}: nothing was accepted", severity="warning", timeout=4)

    def _accept(self, servers: list[Server]) -> None:
        edits = self._draft.edits(servers)
        self.dismiss(bool(edits))
        if edits:
            self.app.post_message(EditsConfirmed("Accept", edits))

    def _servers(self) -> list[Server]:
        """Those that can still be accepted: somebody else may have been faster."""
        snapshot = self.console.snapshot
        return [snapshot.servers[name] for name in able("accept", snapshot, self._names)]
