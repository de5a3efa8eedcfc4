"""A dialog that says what an action does, to whom, and as which commands; and waits for a second key, or for a typed word."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from sidero_tui.messages import EditsConfirmed
from sidero_tui.model.edits import Edit
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.dialog import DialogScreen
from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import Line, Span, span, wrap
from sidero_tui.widgets.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Question:
    """`title` names the action; `build` makes the edits from what was typed. `phrase` must be typed where it is set;
    else `asks_reason` may be answered. `subject` is whom it is done to, "" for what the edits write to."""

    title: str
    sentences: tuple[str, ...]
    build: Callable[[str], Sequence[Edit]]
    phrase: str = ""
    asks_reason: bool = False
    subject: str = ""


class ConfirmScreen(DialogScreen):
    kind = "confirm"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "confirm", "yes"),
        Binding("escape,n,q", "cancel", "cancel"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._prompt = Prompt()

    def body(self) -> Iterator[Widget]:
        yield self._page
        yield self._prompt

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del snapshot, now
        question = self._question
        edits = question.build("")
        self._title.say((Span(f" {question.title}: {question.subject or _count(edits)}?", Role.ASK, bold=True),))
        self._page.show(build_question_lines(question.sentences, edits, self._page.line_width))
        hints = [KeyHint("y enter", "yes" if not question.phrase else f"go on, then type {question.phrase}")]
        self._footer.say(build_footer(hints, [KeyHint("esc", "cancel")], self._footer.line_width))

    def action_confirm(self) -> None:
        question = self._question
        if question.phrase:
            self._prompt.ask("confirm", "!", f"type {question.phrase} to go on")
        elif question.asks_reason:
            self._prompt.ask("reason", "?", "why (may stay empty)")
        else:
            self._go("")

    def action_scroll(self, lines: int) -> None:
        self._page.scroll_relative(y=lines, animate=False)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        event.stop()
        if not event.done:
            return
        self._page.focus()
        if event.given_up:
            return
        if self._question.phrase and event.text.strip().lower() != self._question.phrase:
            self.notify(f"not {self._question.phrase}: nothing was done", severity="warning", timeout=4)
            return
        self._go("" if self._question.phrase else event.text.strip())

    def _go(self, text: str) -> None:
        self.dismiss(True)
        self.app.post_message(EditsConfirmed(self._question.title, tuple(self._question.build(text))))


def build_question_lines(sentences: Sequence[str], edits: Sequence[Edit], width: int) -> list[Line]:
    """What it does, to whom, and the same for a shell."""
    lines: list[Line] = []
    for sentence in sentences:
        lines += wrap(sentence, width)
    lines.append(())
    kinds = len({edit.kind for edit in edits}) > 1
    lines += [(span(f"{edit.kind.kind} {edit.name}" if kinds else edit.name, Role.TITLE, bold=True),) for edit in edits]
    return lines + build_shell_lines([edit.command for edit in edits if edit.command], width)


def _count(edits: Sequence[Edit]) -> str:
    return edits[0].name if len(edits) == 1 else f"{len(edits)} {edits[0].kind.plural}"
