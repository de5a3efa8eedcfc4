"""What all screens share: they show the console's snapshot, and run the commands of the one table."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar, Protocol, cast

from textual.binding import Binding
from textual.screen import Screen

from sidero_tui.commands import Command, Situation, commands_for, find_command, write_key
from sidero_tui.messages import ThemeWanted
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.widgets.bar import Bar


class Console(Protocol):
    """What a screen may ask of the app."""

    snapshot: Snapshot

    def now(self) -> datetime: ...


def bindings_of(screen: str) -> list[Binding]:
    """The keys of that screen, from the table of commands."""
    return [
        Binding(",".join(command.keys), f"command('{command.id}')", command.title, show=False) for command in commands_for(screen)
    ]


def hint_of(command: Command, situation: Situation) -> KeyHint:
    keys = " ".join(write_key(key) for key in command.keys)
    return KeyHint(keys, command.title, command.help, command.refusal(situation))


class ConsoleScreen(Screen[bool]):
    """A screen of the console. Subclasses name their commands' handlers and draw a snapshot.

    It is left with True when what it asked for was confirmed.
    """

    AUTO_FOCUS = ""
    kind: ClassVar[str]
    """Which rows of the table of commands apply: main, server or page."""
    always: ClassVar[tuple[str, ...]] = ("help", "quit")
    """Commands at the right edge of the footer, which are shown however narrow it is."""

    @property
    def console(self) -> Console:
        return cast("Console", self.app)

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        """Show this, as of now; called when there is news and once a second."""
        raise NotImplementedError

    def situation(self) -> Situation:
        """What the operator is looking at: decides which commands are offered."""
        return Situation(self.kind)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Command id -> what it does here. Every command of this kind of screen has one."""
        return {
            "back": lambda: self.dismiss(False),
            "quit": self.app.exit,
            "theme": lambda: self.post_message(ThemeWanted()),
        }

    def redraw(self) -> None:
        if self.is_mounted:
            self.draw(self.console.snapshot, self.console.now())

    def draw_footer(self, footer: Bar) -> None:
        situation = self.situation()
        commands = commands_for(self.kind)
        always = [hint_of(command, situation) for command in commands if command.id in self.always]
        others = [hint_of(command, situation) for command in commands if command.footer and command.id not in self.always]
        footer.say(build_footer(others, always, footer.line_width))

    def on_screen_resume(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        # Sizes of children are known only after the layout this causes.
        self.call_after_refresh(self.redraw)

    def action_command(self, identity: str) -> None:
        command = find_command(identity)
        if obstacle := command.refusal(self.situation()):
            self.notify(f"{command.title}: {obstacle}", severity="warning", timeout=3)
            return
        self.handlers()[identity]()
