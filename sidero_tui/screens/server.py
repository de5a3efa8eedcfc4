"""One server: ladder, hardware, conditions, and why it is in each class or not."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.binding import BindingType

from boot.resources.kinds import SERVER
from sidero_tui.commands import Situation
from sidero_tui.messages import ConfigWanted, LogWanted, ObjectWanted
from sidero_tui.model.able import find_machine_obstacles, find_member_obstacles, find_obstacles
from sidero_tui.model.clusters import read_cluster
from sidero_tui.model.identity import read_identity
from sidero_tui.model.snapshot import LinkState
from sidero_tui.model.why import explain_server
from sidero_tui.screens.actions import ServerActions
from sidero_tui.screens.base import bindings_of
from sidero_tui.screens.help import HelpScreen
from sidero_tui.screens.machines import MachineActions
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.views.server import build_server_page, build_server_title
from sidero_tui.views.why import build_why_lines


class ServerScreen(PageScreen):
    """Follows the server while it is open."""

    kind = "server"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("server")]

    def __init__(self, name: str) -> None:
        super().__init__(
            lambda snapshot, width: build_server_title(snapshot, name, width),
            lambda snapshot, now, width: build_server_page(snapshot, name, now, width),
        )
        self._server = name
        self._actions = ServerActions(self, lambda: (name,), lambda _: None)
        self._machines = MachineActions(self, lambda: self._macs()[0], lambda _: None)

    def situation(self) -> Situation:
        snapshot = self.console.snapshot
        cluster, member = snapshot.member_on.get(self._server, ("", None))
        return Situation(
            self.kind,
            chosen=int(self._server in snapshot.servers),
            obstacles={
                **find_obstacles(snapshot, (self._server,)),
                **find_machine_obstacles(self._macs()),
                **find_member_obstacles(read_cluster(snapshot, cluster), member),
            },
            connected=snapshot.link.state is LinkState.CONNECTED,
            read_only=snapshot.link.read_only,
        )

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            **super().handlers(),
            **self._actions.handlers(),
            **self._machines.handlers(),
            "config": lambda: self._want(ConfigWanted),
            "log": lambda: self._want(LogWanted),
            "why": lambda: self.app.push_screen(WhyScreen(self._server)),
            "yaml": lambda: self.post_message(ObjectWanted(SERVER, self._server)),
            "help": lambda: self.app.push_screen(HelpScreen(self.situation())),
        }

    def _want(self, message: type[ConfigWanted] | type[LogWanted]) -> None:
        if self._server in self.console.snapshot.member_on:
            self.post_message(message(self.console.snapshot.member_on[self._server][1]))

    def _macs(self) -> tuple[str, ...]:
        server = self.console.snapshot.servers.get(self._server)
        return () if server is None else (read_identity(server).mac,)


class WhyScreen(PageScreen):
    """Class by class and clause by clause, and nothing else."""

    def __init__(self, name: str) -> None:
        super().__init__(
            plain_heading(f"Why {name} is in each class or not"),
            lambda snapshot, _now, width: build_why_lines(explain_server(snapshot, name), width),
        )
