"""The line for / and : at the foot of the screen; absent until it is asked for."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from sidero_tui.theme import Role
from sidero_tui.views.spans import Span
from sidero_tui.widgets.bar import Bar


class Prompt(Horizontal):
    """Says what is typed as it is typed, and what it was when it is done; esc is an empty answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "cancel", show=False)]

    class Typed(Message):
        """`purpose` is what it was asked for; `done` after enter or esc, `given_up` after esc."""

        def __init__(self, purpose: str, text: str, *, done: bool, given_up: bool = False) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text
            self.done = done
            self.given_up = given_up

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._purpose = ""
        self._sign = Bar()
        self._input = Input(compact=True, select_on_focus=False)
        self.display = False

    def compose(self) -> Iterator[Widget]:
        yield self._sign
        yield self._input

    def ask(self, purpose: str, sign: str, placeholder: str, text: str = "") -> None:
        """Show the line behind `sign`, holding `text`."""
        self._purpose = purpose
        self._sign.say((Span(sign, Role.ACCENT, bold=True),))
        self._input.placeholder = placeholder
        self._input.value = text
        self.display = True
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(self.Typed(self._purpose, event.value, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish(event.value)

    def action_give_up(self) -> None:
        self._finish("", given_up=True)

    def on_descendant_blur(self) -> None:
        self.display = False

    def _finish(self, text: str, *, given_up: bool = False) -> None:
        self.display = False
        self.post_message(self.Typed(self._purpose, text, done=True, given_up=given_up))
