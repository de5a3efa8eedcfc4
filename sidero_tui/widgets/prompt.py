"""The line for / and : at the foot of the screen; absent until it is asked for."""

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input


class Prompt(Input):
    """Says what is typed as it is typed, and what it was when it is done; esc is an empty answer."""

    BINDINGS = [Binding("escape", "give_up", "cancel", show=False)]  # noqa: RUF012 -- Textual's own declaration

    class Typed(Message):
        """`purpose` is filter or prompt; `done` after enter or esc."""

        def __init__(self, purpose: str, text: str, *, done: bool) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text
            self.done = done

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True, select_on_focus=False)
        self._purpose = ""
        self.display = False

    def ask(self, purpose: str, placeholder: str, text: str = "") -> None:
        self._purpose = purpose
        self.placeholder = placeholder
        self.value = text
        self.display = True
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(self.Typed(self._purpose, event.value, done=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish(event.value)

    def action_give_up(self) -> None:
        self._finish("")

    def on_blur(self) -> None:
        self.display = False

    def _finish(self, text: str) -> None:
        self.display = False
        self.post_message(self.Typed(self._purpose, text, done=True))
