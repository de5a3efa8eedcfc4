"""The console: themes, what the plane tells, what is asked of it. Nothing about any pane."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.message import Message
from textual.screen import Screen

from boot.clock import Clock
from boot.errors import ApiError, ConfigError, SideroError
from boot.resources.base import Object
from boot.resources.kinds import Kind
from boot.talos.effective import EffectiveConfig
from sidero_tui.commands import commands_for
from sidero_tui.messages import ConfigWanted, EditsConfirmed, EditsFinished, FileWanted, LogWanted, ObjectWanted, SnapshotChanged
from sidero_tui.model.edits import Edit
from sidero_tui.model.members import Member
from sidero_tui.model.node_log import NodeLog
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.config import ConfigScreen
from sidero_tui.screens.main import MainScreen
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.screens.yaml import YamlScreen
from sidero_tui.theme import Themes
from sidero_tui.views.amounts import render_clock
from sidero_tui.views.node_log import build_node_log_lines

TICK = 1.0
"""Seconds between redraws of ages when there is no news."""


class PlaneActions(Protocol):
    """What the console can ask of the plane."""

    async def apply(self, title: str, edits: Sequence[Edit]) -> EditsFinished: ...

    async def read(self, kind: Kind, name: str, namespace: str = "") -> Object:
        """The object as it is now; ApiError."""
        ...

    async def read_config(self, member: Member) -> EffectiveConfig:
        """What its server gets; ApiError or ConfigError."""
        ...

    async def read_log(self, member: Member) -> NodeLog:
        """What its node says; ApiError, ConfigError or TalosError."""
        ...


class PlaneSource(PlaneActions, Protocol):
    """Where snapshots come from: posts one SnapshotChanged per gathering of changes until cancelled."""

    async def run(self, post: Callable[[Message], object]) -> None: ...


class CommandPalette(Provider):
    """The table of commands, as Textual's palette wants it."""

    async def discover(self) -> Hits:
        for title, run, text in self._offers():
            yield DiscoveryHit(title, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, run, text in self._offers():
            if score := matcher.match(title):
                yield Hit(score, matcher.highlight(title), run, help=text)

    def _offers(self) -> list[tuple[str, Callable[[], None], str]]:
        screen = self.screen
        if not isinstance(screen, ConsoleScreen):
            return []
        situation = screen.situation()
        return [
            (command.title, partial(screen.action_command, command.id), command.help)
            for command in commands_for(screen.kind)
            if not command.refusal(situation)
        ]


class ConsoleApp(App[None]):
    """Shows snapshots, asks `actions` for what the operator confirmed."""

    CSS_PATH = "app.tcss"
    TITLE = "sidero-tui"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandPalette}
    BINDINGS: ClassVar = []
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, actions: PlaneActions, clock: Clock, themes: Themes, theme: str = "dark") -> None:
        # Before the base class, which parses the style sheet and asks for its variables.
        self._themes = themes
        super().__init__()
        self.snapshot = Snapshot()
        self._actions = actions
        self._clock = clock
        self._wanted_theme = theme
        for entry in themes.themes:
            self.register_theme(entry.build())

    def get_default_screen(self) -> Screen[bool]:
        return MainScreen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return self._themes.themes[0].build().variables

    def now(self) -> datetime:
        return self._clock.now()

    def on_mount(self) -> None:
        names = [entry.name for entry in self._themes.themes]
        problems = list(self._themes.problems)
        if self._wanted_theme in names:
            self.theme = self._wanted_theme
        else:
            problems.append(f"there is no theme {self._wanted_theme!r}: choose from {', '.join(names)}")
            self.theme = names[0]
        for problem in problems:
            self.notify(problem, title="Theme", severity="warning", timeout=8)
        self.set_interval(TICK, self._redraw)

    def on_snapshot_changed(self, event: SnapshotChanged) -> None:
        self.snapshot = event.snapshot
        self._redraw()

    def on_edits_confirmed(self, event: EditsConfirmed) -> None:
        # Not exclusive: a second one must not cut short the first.
        self.run_worker(self._apply(event.title, event.edits), group="edits")

    def on_edits_finished(self, event: EditsFinished) -> None:
        if event.done:
            first, count = event.done[0], len(event.done)
            what = first.name if count == 1 else f"{count} {first.kind.plural}"
            self.notify(f"{what}: {first.done}", title=event.title, timeout=4)
        for sentence in event.refused:
            self.notify(sentence, title=f"{event.title}: refused", severity="error", timeout=12)

    def on_object_wanted(self, event: ObjectWanted) -> None:
        self.run_worker(self._read(event.kind, event.name, event.where), group="read", exclusive=True)

    def on_config_wanted(self, event: ConfigWanted) -> None:
        self.run_worker(self._show_config(event.member), group="read", exclusive=True)

    def on_log_wanted(self, event: LogWanted) -> None:
        self.run_worker(self._show_log(event.member), group="read", exclusive=True)

    def on_file_wanted(self, event: FileWanted) -> None:
        self.run_worker(partial(self._save, event.path, event.text), group="files", thread=True)

    def on_theme_wanted(self) -> None:
        names = [entry.name for entry in self._themes.themes]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.notify(self.theme, title="Theme", timeout=2)
        self._redraw()

    def _redraw(self) -> None:
        if isinstance(self.screen, ConsoleScreen):
            self.screen.redraw()

    async def _apply(self, title: str, edits: tuple[Edit, ...]) -> None:
        self.post_message(await self._actions.apply(title, edits))

    async def _read(self, kind: Kind, name: str, namespace: str) -> None:
        try:
            obj = await self._actions.read(kind, name, namespace)
        except ApiError as error:
            self.notify(error.message, title=f"{kind.kind} {name}", severity="error")
        else:
            self.push_screen(YamlScreen(f"{kind.kind} {name}", obj))

    def _save(self, path: Path, text: str) -> None:
        try:
            with path.open("x") as file:
                file.write(text)
        except OSError as error:
            self.call_from_thread(self.notify, f"{path}: {error.strerror}", title="Save", severity="error", timeout=8)
        else:
            self.call_from_thread(self.notify, f"written to {path}", title="Save", timeout=6)

    async def _show_config(self, member: Member) -> None:
        try:
            config = await self._actions.read_config(member)
        except (ApiError, ConfigError) as error:
            self.notify(str(error), title=f"Config of {member.machine.name}", severity="error", timeout=12)
        else:
            self.push_screen(ConfigScreen(member.machine.name, config))

    async def _show_log(self, member: Member) -> None:
        name = member.machine.name
        try:
            log = await self._actions.read_log(member)
        except SideroError as error:
            self.notify(str(error), title=f"Log of {name}", severity="error", timeout=12)
        else:
            at = render_clock(self.now())
            heading = plain_heading(f"{name} at {log.address}, asked at {at}")
            self.push_screen(PageScreen(heading, lambda _snapshot, _now, width: build_node_log_lines(log, width)))


async def run_console(app: ConsoleApp, source: PlaneSource) -> None:
    """The console until the operator leaves it; what `source` started is stopped before this returns.

    SideroError when the source cannot start or ends: the terminal is restored first.
    """
    try:
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(source.run(app.post_message), name="plane")
            await app.run_async()
            feeding.cancel()
    except ExceptionGroup as errors:
        known = errors.subgroup(SideroError)
        if known is None:
            raise
        raise _first(known) from errors


def _first(group: BaseExceptionGroup[SideroError]) -> SideroError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
