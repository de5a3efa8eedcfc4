"""One cluster: how it stands above, its members as rows below; and one member on a page."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from boot.resources.kinds import CLUSTER, MACHINE
from sidero_tui.commands import Situation
from sidero_tui.messages import ConfigWanted, LogWanted, ObjectWanted
from sidero_tui.model.able import find_cluster_obstacles, find_member_obstacles
from sidero_tui.model.members import Member
from sidero_tui.model.snapshot import LinkState, Snapshot
from sidero_tui.screens.base import ConsoleScreen, bindings_of
from sidero_tui.screens.clusters import ClusterActions
from sidero_tui.screens.help import HelpScreen
from sidero_tui.screens.page import PageScreen
from sidero_tui.theme import Role
from sidero_tui.views.cluster import (
    build_cluster_lines,
    build_cluster_title,
    build_member_page,
    build_member_title,
    find_member,
)
from sidero_tui.views.header import mark_stale
from sidero_tui.views.members import MembersView
from sidero_tui.views.spans import Span
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page
from sidero_tui.widgets.rows import Rows


def judge_situation(screen: ConsoleScreen, actions: ClusterActions, member: Member | None, rows: int) -> Situation:
    """For a screen on one cluster."""
    snapshot, facts = screen.console.snapshot, actions.facts()
    return Situation(
        screen.kind,
        obstacles={**find_cluster_obstacles(facts), **find_member_obstacles(facts, member)},
        connected=snapshot.link.state is LinkState.CONNECTED,
        rows=rows,
        read_only=snapshot.link.read_only,
    )


class ClusterScreen(ConsoleScreen):
    """Follows the cluster while it is open; `key` is its namespace/name."""

    kind = "cluster"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("cluster")]
    always = ("back", "help", "quit")

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._bar = Bar(classes="title")
        self._said = Page(id="said")
        self._said.can_focus = False
        self._rows = Rows(MembersView(key), id="members")
        self._footer = Bar(id="footer")
        self._actions = ClusterActions(self, lambda: key, self._member)

    def compose(self) -> Iterator[Widget]:
        yield self._bar
        yield self._said
        yield self._rows
        yield self._footer

    def on_mount(self) -> None:
        self._rows.focus()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        width = self._bar.line_width - 1
        summary = mark_stale(snapshot, now) or self._rows.view.summary(snapshot, now)
        self._bar.say((Span(" "), *build_cluster_title(snapshot, self._key, width), Span("   ", Role.DIM), *summary))
        said = build_cluster_lines(snapshot, self._key, now, self._said.line_width)
        self._said.styles.height = len(said) + 2
        self._said.show(said)
        self._rows.show(snapshot, now)
        self.draw_footer(self._footer)

    def situation(self) -> Situation:
        return judge_situation(self, self._actions, self._member(), self._rows.shown)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            **super().handlers(),
            **self._actions.handlers(),
            "open": self._open,
            "config": lambda: self._want(ConfigWanted),
            "log": lambda: self._want(LogWanted),
            "yaml": self._show_yaml,
            "down": lambda: self._move(1),
            "up": lambda: self._move(-1),
            "page_down": lambda: self._move(self._rows.page_size),
            "page_up": lambda: self._move(-self._rows.page_size),
            "top": lambda: self._move(-(10**9)),
            "bottom": lambda: self._move(10**9),
            "help": lambda: self.app.push_screen(HelpScreen(self.situation())),
        }

    @on(Rows.Opened)
    def _open(self) -> None:
        if self._rows.current:
            self.app.push_screen(MemberScreen(self._key, self._rows.current))

    def _show_yaml(self) -> None:
        namespace, _, name = self._key.partition("/")
        self.post_message(ObjectWanted(CLUSTER, name, namespace))

    def _want(self, message: type[ConfigWanted] | type[LogWanted]) -> None:
        if (member := self._member()) is not None:
            self.post_message(message(member))

    def _move(self, steps: int) -> None:
        self._rows.move(steps)
        self.draw_footer(self._footer)

    def _member(self) -> Member | None:
        return find_member(self.console.snapshot, self._key, self._rows.current or "")


class MemberScreen(PageScreen):
    """Steps, checklist and conditions of one Machine, by its key."""

    kind = "member"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("member")]

    def __init__(self, cluster: str, machine: str) -> None:
        super().__init__(
            lambda snapshot, _width: build_member_title(snapshot, cluster, machine),
            lambda snapshot, now, width: build_member_page(snapshot, cluster, machine, now, width),
        )
        self._cluster = cluster
        self._machine = machine
        self._actions = ClusterActions(self, lambda: cluster, self._member)

    def situation(self) -> Situation:
        member = self._member()
        return judge_situation(self, self._actions, member, int(member is not None))

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        namespace, _, name = self._machine.partition("/")
        return {
            **super().handlers(),
            "replace_member": self._actions.handlers()["replace_member"],
            "config": lambda: self._want(ConfigWanted),
            "log": lambda: self._want(LogWanted),
            "yaml": lambda: self.post_message(ObjectWanted(MACHINE, name, namespace)),
            "help": lambda: self.app.push_screen(HelpScreen(self.situation())),
        }

    def _want(self, message: type[ConfigWanted] | type[LogWanted]) -> None:
        if (member := self._member()) is not None:
            self.post_message(message(member))

    def _member(self) -> Member | None:
        return find_member(self.console.snapshot, self._cluster, self._machine)
