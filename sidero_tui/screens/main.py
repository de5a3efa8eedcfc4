"""The main screen: header, live panes, footer."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from boot.resources.kinds import BOOT, CLUSTER, SERVER, SERVER_CLASS, TASK, Kind
from sidero_tui.commands import Situation, find_word
from sidero_tui.messages import EditsConfirmed, ObjectWanted
from sidero_tui.model.able import find_cluster_obstacles, find_machine_obstacles, find_obstacles
from sidero_tui.model.clusters import read_cluster
from sidero_tui.model.edits import finish_task
from sidero_tui.model.guide import build_guide
from sidero_tui.model.identity import read_identity
from sidero_tui.model.snapshot import LinkState, Snapshot
from sidero_tui.screens.actions import ServerActions
from sidero_tui.screens.base import ConsoleScreen, bindings_of
from sidero_tui.screens.cluster import ClusterScreen
from sidero_tui.screens.clusters import ClusterActions
from sidero_tui.screens.form import ClusterFormScreen
from sidero_tui.screens.help import HelpScreen
from sidero_tui.screens.machines import MachineActions
from sidero_tui.screens.server import ServerScreen, WhyScreen
from sidero_tui.views.boots import BOOTS
from sidero_tui.views.classes import CLASSES
from sidero_tui.views.clusters import CLUSTERS
from sidero_tui.views.guide import build_guide_lines, summarise_guide
from sidero_tui.views.header import build_header
from sidero_tui.views.servers import SERVERS
from sidero_tui.views.spans import Line
from sidero_tui.views.tasks import TASKS
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page
from sidero_tui.widgets.pane import Pane
from sidero_tui.widgets.prompt import Prompt
from sidero_tui.widgets.rows import Rows

GRID_WIDTH, GRID_HEIGHT = 150, 36
"""From this size all panes are open; below it the two used last are, the others fold to their titles."""

_JUMPS = "servers, classes, boots, tasks, clusters, pivot, accept, power, reject, why, network, yaml, theme, help, quit"
_KINDS: Mapping[str, Kind] = {"boots": BOOT, "servers": SERVER, "classes": SERVER_CLASS, "tasks": TASK, "clusters": CLUSTER}


class MainScreen(ConsoleScreen):
    """Panes over one snapshot. `tab` goes from one to the next."""

    kind = "main"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("main")]

    def __init__(self) -> None:
        super().__init__()
        self._header = Page(id="header")
        self._header.can_focus = False
        self._tables = {view.id: Rows(view, id=view.id) for view in (BOOTS, SERVERS, CLASSES, TASKS)}
        self._guide = Page(id="pivot")
        self._clusters = Rows(CLUSTERS, id=CLUSTERS.id)
        bodies = [*self._tables.values(), self._guide, self._clusters]
        titles = [*(rows.view.title for rows in self._tables.values()), "Pivot: the guide's steps", CLUSTERS.title]
        self._tables[CLUSTERS.id] = self._clusters
        self._panes = {
            str(body.id): Pane(number, title, body) for number, (title, body) in enumerate(zip(titles, bodies, strict=True), 1)
        }
        self._recent = ["servers", "boots"]
        self._drawn = Snapshot()
        self._steps = build_guide(self._drawn)
        self._summaries: dict[str, Line] = {}
        """Of each table; those of thousands of rows are not counted again while nothing they count has changed."""
        self._prompt = Prompt()
        self._footer = Bar(id="footer")
        self._actions = ServerActions(self, self._server_names, self._unmark)
        self._machines = MachineActions(self, lambda: self._macs()[0], self._unmark)
        self._cluster_actions = ClusterActions(self, self._cluster, lambda: None)

    def compose(self) -> Iterator[Widget]:
        yield self._header
        with Container(id="panes"):
            yield from self._panes.values()
        yield self._prompt
        yield self._footer

    def on_mount(self) -> None:
        self._go("servers")

    def on_resize(self) -> None:
        self.set_class(self.size.width >= GRID_WIDTH and self.size.height >= GRID_HEIGHT, "-grid")
        super().on_resize()

    def on_descendant_focus(self) -> None:
        # Who has it now, not who the event is from: two quick changes may be told in either order.
        focused = str(self.focused.id) if self.focused else ""
        if focused in self._panes:
            self._recent = [focused, *(name for name in self._recent if name != focused)][:2]
        for name, pane in self._panes.items():
            pane.set_class(name in self._recent, "-open")
            pane.set_class(name == self._open, "-active")
        self.call_after_refresh(self.redraw)

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        header = build_header(snapshot, now, self._header.line_width)
        self._header.styles.height = len(header)
        self._header.show(header)
        before, self._drawn = self._drawn, snapshot
        for name, rows in self._tables.items():
            rows.show(snapshot, now)
            if rows.view.ticks or any(getattr(snapshot, part) is not getattr(before, part) for part in rows.view.reads):
                self._summaries[name] = rows.view.summary(snapshot, now)
            self._panes[name].summarise(self._summaries.get(name, ()), _remark(rows))
        if snapshot is not before:
            self._steps = build_guide(snapshot)
        self._guide.show(build_guide_lines(self._steps, self._guide.line_width))
        self._panes["pivot"].summarise(summarise_guide(self._steps))
        self.draw_footer(self._footer)

    def situation(self) -> Situation:
        snapshot = self.console.snapshot
        names = self._server_names()
        return Situation(
            self.kind,
            pane=self._open,
            chosen=len(names),
            obstacles={
                **find_obstacles(snapshot, names),
                **find_machine_obstacles(self._macs()),
                **find_cluster_obstacles(read_cluster(snapshot, self._cluster())),
            },
            connected=snapshot.link.state is LinkState.CONNECTED,
            rows=self._rows.shown if self._rows else 0,
            read_only=snapshot.link.read_only,
        )

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            **super().handlers(),
            "mark": self._mark,
            "open": self._open_current,
            **self._actions.handlers(),
            **self._machines.handlers(),
            **{name: act for name, act in self._cluster_actions.handlers().items() if name in ("scale", "delete_cluster")},
            "new_cluster": lambda: self.app.push_screen(ClusterFormScreen()),
            "done": self._finish_task,
            "why": lambda: self.app.push_screen(WhyScreen(self._server_names()[0])),
            "yaml": self._show_yaml,
            "next_pane": lambda: self._step_pane(1),
            "previous_pane": lambda: self._step_pane(-1),
            "filter": self._ask_filter,
            "prompt": lambda: self._prompt.ask("prompt", ":", _JUMPS),
            "down": lambda: self._move(1),
            "up": lambda: self._move(-1),
            "page_down": lambda: self._move(self._page_size),
            "page_up": lambda: self._move(-self._page_size),
            "top": lambda: self._move(-(10**9)),
            "bottom": lambda: self._move(10**9),
            **{name: partial(self._go, name) for name in self._panes},
            "help": lambda: self.app.push_screen(HelpScreen(self.situation())),
            "back": self._clear,
        }

    @property
    def _open(self) -> str:
        """The pane that keys act on."""
        return self._recent[0]

    @property
    def _rows(self) -> Rows | None:
        return self._tables.get(self._open)

    @property
    def _page_size(self) -> int:
        return self._rows.page_size if self._rows else self._guide.size.height

    def _server_names(self) -> tuple[str, ...]:
        """Servers meant by the marks or the cursor of the open pane; a boot or a task stands for its server."""
        snapshot = self.console.snapshot
        if self._rows is None or self._open in ("classes", "clusters"):
            return ()
        names = self._rows.chosen
        if self._open == "boots":
            names = tuple(snapshot.boots[name].status.server for name in names if name in snapshot.boots)
        if self._open == "tasks":
            names = tuple(snapshot.tasks[name].spec.server for name in names if name in snapshot.tasks)
        return tuple(name for name in names if name in snapshot.servers)

    def _cluster(self) -> str:
        """The cluster under the cursor, "" where no clusters are shown."""
        return (self._clusters.current or "") if self._open == CLUSTERS.id else ""

    def _macs(self) -> tuple[str, ...]:
        """MACs of the machines meant; a boot has one before it is any server."""
        snapshot = self.console.snapshot
        if self._open == "boots" and self._rows is not None:
            return tuple(snapshot.boots[name].spec.mac for name in self._rows.chosen if name in snapshot.boots)
        return tuple(read_identity(snapshot.servers[name]).mac for name in self._server_names())

    def _finish_task(self) -> None:
        names = self._rows.chosen if self._rows else ()
        self.post_message(EditsConfirmed("Task", tuple(finish_task(name) for name in names)))

    def _go(self, name: str) -> None:
        self._panes[name].body.focus()

    def _step_pane(self, step: int) -> None:
        names = list(self._panes)
        self._go(names[(names.index(self._open) + step) % len(names)])

    def _move(self, steps: int) -> None:
        if self._rows is not None:
            self._rows.move(steps)
            self.draw_footer(self._footer)
        else:
            self._guide.scroll_relative(y=steps, animate=False)

    def _mark(self) -> None:
        if self._rows is not None:
            self._rows.toggle_mark()
            self.redraw()

    def _unmark(self, confirmed: bool | None) -> None:
        """What the marks were for is done."""
        if confirmed and self._rows is not None:
            self._rows.clear_marks()
            self.redraw()

    def _open_current(self) -> None:
        names = self._server_names()
        current = self._rows.current if self._rows else None
        if self._open == "servers" and current:
            names = (current,)
        if self._open == "clusters" and current:
            self.app.push_screen(ClusterScreen(current))
        elif names:
            self.app.push_screen(ServerScreen(names[0]))
        else:
            self._show_yaml()

    @on(Rows.Opened)
    def _opened(self) -> None:
        self.action_command("open")

    def _show_yaml(self) -> None:
        if self._rows is not None and self._rows.current:
            namespace, _, name = self._rows.current.rpartition("/")
            self.post_message(ObjectWanted(_KINDS[self._open], name, namespace))

    def _ask_filter(self) -> None:
        if self._rows is not None:
            self._prompt.ask("filter", "/", "part of any column; !text turns it round", self._rows.needle)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        if event.purpose == "filter" and self._rows is not None:
            self._rows.filter(event.text)
        if event.done:
            self._go(self._open)
            if event.purpose == "prompt" and event.text:
                self._run_word(event.text.strip().lstrip(":").lower())
        self.redraw()

    def _run_word(self, word: str) -> None:
        command = find_word(word, self.kind)
        if command is None:
            self.notify(f"{word!r} is neither a pane nor a command; ? lists them", severity="warning", timeout=4)
        else:
            self.action_command(command.id)

    def _clear(self) -> None:
        """esc: drop the filter first, then the marks."""
        if self._rows is None:
            return
        if self._rows.needle:
            self._rows.filter("")
        else:
            self._rows.clear_marks()
        self.redraw()


def _remark(rows: Rows) -> str:
    marked = f"✔ {len(rows.marks)} marked" if rows.marks else ""
    return "  ".join(part for part in (marked, f"/{rows.needle}" if rows.needle else "") if part)
