"""The machine config a server really gets, as it was read when it was asked for."""

from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from boot.talos.effective import EffectiveConfig
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import bindings_of
from sidero_tui.screens.page import PageScreen
from sidero_tui.theme import Role
from sidero_tui.views.config import build_config_lines
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.spans import Line, Span, span
from sidero_tui.widgets.bar import Bar


class ConfigScreen(PageScreen):
    """Secrets are blotted out until S is pressed, and again whenever the page is opened anew."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("page"), Binding("S", "reveal", "secrets")]

    def __init__(self, name: str, config: EffectiveConfig) -> None:
        super().__init__(self._title, self._lines)
        self._name = name
        self._shown = {reveal: list(config.lines(reveal=reveal)) for reveal in (False, True)}
        self._reveal = False

    def action_reveal(self) -> None:
        self._reveal = not self._reveal
        self.redraw()

    def draw_footer(self, footer: Bar) -> None:
        hint = KeyHint("S", "blot secrets out" if self._reveal else "show secrets")
        footer.say(build_footer([hint, KeyHint("j k", "scroll")], [KeyHint("esc", "back")], footer.line_width))

    def _title(self, _snapshot: Snapshot, _width: int) -> Line:
        said = Span("  with its secrets", Role.BAD) if self._reveal else Span("  secrets blotted out", Role.DIM)
        return (span(f"Config of {self._name}", Role.ACCENT, bold=True), said)

    def _lines(self, _snapshot: Snapshot, _now: datetime, width: int) -> list[Line]:
        return build_config_lines(self._shown[self._reveal], width)
