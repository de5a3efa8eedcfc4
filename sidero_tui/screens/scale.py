"""The dialog that scales a cluster: two numbers, what they mean, whether there are servers for them, and the commands."""

from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.cluster_edits import scale_cluster
from sidero_tui.model.clusters import ClusterFacts
from sidero_tui.model.scaling import refuse_scale
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.scale import build_scale_lines
from sidero_tui.views.spans import span

_ROWS = 2
_STEPS = (2, 1)
"""Control plane nodes go by twos: an even number of them helps nobody."""


class ScaleScreen(DialogScreen):
    kind = "scale"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "confirm", "scale"),
        Binding("escape,n,q", "cancel", "cancel"),
        Binding("j,down,tab", "move(1)", "down"),
        Binding("k,up,shift+tab", "move(-1)", "up"),
        Binding("right,plus,l", "change(1)", "more"),
        Binding("left,minus,h", "change(-1)", "fewer"),
    ]

    def __init__(self, facts: ClusterFacts) -> None:
        super().__init__()
        self._facts = facts
        self._counts = [facts.control_planes.wanted, facts.workers.wanted]
        self._row = _ROWS - 1

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        control_planes, workers = self._counts
        self._title.say((span(f" Scale {self._facts.cluster.name}", Role.ASK, bold=True),))
        lines = build_scale_lines(snapshot, self._facts, control_planes, workers, self._row, self._page.line_width)
        self._page.show(lines)
        refusal = refuse_scale(self._facts, control_planes, workers)
        hints = [KeyHint("↑ ↓", "row"), KeyHint("← →", "fewer, more"), KeyHint("enter", "scale", obstacle=refusal)]
        self._footer.say(build_footer(hints, [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_move(self, step: int) -> None:
        self._row = max(0, min(_ROWS - 1, self._row + step))
        self.redraw()

    def action_change(self, step: int) -> None:
        count = self._counts[self._row]
        # From an even number, which somebody else may have set, to the next odd one.
        by = 1 if self._row == 0 and count % 2 == 0 else _STEPS[self._row]
        self._counts[self._row] = max(1 - self._row, count + step * by)
        self.redraw()

    def action_confirm(self) -> None:
        if refusal := refuse_scale(self._facts, *self._counts):
            self.notify(refusal, severity="warning", timeout=4)
            return
        self.dismiss(True)
        self.app.post_message(EditsConfirmed("Scale", scale_cluster(self._facts, *self._counts)))
