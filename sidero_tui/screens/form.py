"""The form of a new cluster: each field is judged as it is typed; what comes of it can be looked at, saved and applied."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from boot.cluster_api.endpoint import EndpointKind
from boot.cluster_api.template import build_manifest, render_manifest
from boot.errors import ConfigError
from sidero_tui.messages import EditsConfirmed, FileWanted
from sidero_tui.model.cluster_draft import ClusterDraft, ask_probe, begin_draft, refuse, turn
from sidero_tui.model.cluster_edits import apply_plan
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.confirm import ConfirmScreen, Question
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.screens.yaml import colour_yaml
from sidero_tui.theme import Role
from sidero_tui.views.form import FIELDS, FormPage, build_form_page, list_fields
from sidero_tui.views.keys import KeyHint, build_footer
from sidero_tui.views.spans import Span
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page
from sidero_tui.widgets.prompt import Prompt

_FILE = "file"


class ClusterFormScreen(ConsoleScreen):
    """↑ and ↓ choose a field, ← and → its value where there are some to choose from, enter types one."""

    kind = "form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "type", "type"),
        Binding("j,down,tab", "move(1)", "down"),
        Binding("k,up,shift+tab", "move(-1)", "up"),
        Binding("right,l,space", "turn(1)", "next"),
        Binding("left,h", "turn(-1)", "previous"),
        Binding("p", "preview", "preview"),
        Binding("s", "save", "save"),
        Binding("a", "apply", "apply"),
        Binding("v", "probe", "probe"),
        Binding("escape", "cancel", "back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._draft: ClusterDraft | None = None
        self._current = FIELDS[0].name
        self._shown = FormPage((), (), ())
        self._bar = Bar(classes="title")
        self._page = Page(id="page")
        self._prompt = Prompt()
        self._footer = Bar(id="footer")

    def compose(self) -> Iterator[Widget]:
        yield self._bar
        yield self._page
        yield self._prompt
        yield self._footer

    def on_mount(self) -> None:
        self._page.focus()

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        del now
        draft, refusal = self._held(), refuse(self._held(), snapshot)
        state = Span(f"  ✗ {refusal}", Role.BAD) if refusal else Span("  ● can be applied", Role.OK)
        self._bar.say((Span(" New cluster", Role.ACCENT, bold=True), state))
        self._shown = build_form_page(draft, snapshot, self._current, self._page.line_width)
        self._page.show(self._shown.lines)
        not_vip = "" if draft.kind is EndpointKind.VIP and draft.endpoint else "there is no VIP to ask for"
        hints = [
            KeyHint("↑ ↓ ← →", "choose"),
            KeyHint("enter", "type"),
            KeyHint("p", "preview", obstacle=refusal),
            KeyHint("s", "save", obstacle=refusal),
            KeyHint("a", "apply", obstacle=refusal),
            KeyHint("v", "probe VIP", obstacle=not_vip),
        ]
        self._footer.say(build_footer(hints, [KeyHint("esc", "back")], self._footer.line_width))

    def action_move(self, step: int) -> None:
        names = [field.name for field in list_fields(self._held())]
        index = names.index(self._current) + step if self._current in names else 0
        self._current = names[max(0, min(len(names) - 1, index))]
        self.redraw()
        self._follow()

    def action_turn(self, step: int) -> None:
        self._change(turn(self._held(), self._current, step, self.console.snapshot))

    def action_type(self) -> None:
        field = next(field for field in FIELDS if field.name == self._current)
        if field.asks:
            self._prompt.ask(field.name, "›", field.asks, str(getattr(self._held(), field.name)))
        else:
            self.action_turn(1)

    def action_preview(self) -> None:
        if (text := self._manifest()) is not None:
            lines = colour_yaml(text)
            heading = plain_heading(f"{self._held().name}: what would be applied")
            self.app.push_screen(PageScreen(heading, lambda _snapshot, _now, _width: lines))

    def action_save(self) -> None:
        if self._manifest() is not None:
            self._prompt.ask(_FILE, "›", "file to write the manifest to", f"{self._held().name}.yaml")

    def action_apply(self) -> None:
        draft, snapshot = self._held(), self.console.snapshot
        if refusal := refuse(draft, snapshot):
            self.notify(refusal, severity="warning", timeout=4)
            return
        plan = draft.plan
        control, workers = (plan.control_planes, plan.control_plane_class), (plan.workers, plan.worker_class)
        nodes = f"{control[0]} control plane nodes of {control[1]}, {workers[0]} workers of {workers[1]}"
        sentences = (
            f"{nodes}: each server is started, boots Talos from the network and installs it on its disk.",
            f"The API will be at {plan.endpoint}:{plan.port}; Kubernetes {plan.kubernetes}, configs for Talos {plan.talos}.",
        )
        edits = apply_plan(plan, f"{draft.command} | kubectl apply -f -")
        self.app.push_screen(ConfirmScreen(Question("Apply", sentences, lambda _: edits, subject=plan.name)), self._applied)

    def action_probe(self) -> None:
        draft, snapshot = self._held(), self.console.snapshot
        if draft.kind is EndpointKind.VIP and draft.endpoint:
            self.app.post_message(EditsConfirmed("Probe", (ask_probe(snapshot, draft.endpoint),)))

    def action_cancel(self) -> None:
        self.dismiss(False)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        event.stop()
        if event.done:
            self._page.focus()
        if event.given_up:
            return
        if event.purpose != _FILE:
            self._change(self._held().put(event.purpose, event.text.strip()))
        elif event.done and event.text.strip() and (text := self._manifest()) is not None:
            self.post_message(FileWanted(Path(event.text.strip()).expanduser(), text))

    def _change(self, draft: ClusterDraft) -> None:
        self._draft = draft
        self.redraw()
        self._follow()

    def _manifest(self) -> str | None:
        """None where it cannot be made yet, which is told."""
        try:
            return render_manifest(build_manifest(self._held().plan))
        except ConfigError as error:
            self.notify(str(error), severity="warning", timeout=6)
            return None

    def _applied(self, confirmed: bool | None) -> None:
        if confirmed:
            self.dismiss(True)

    def _held(self) -> ClusterDraft:
        if self._draft is None:
            self._draft = begin_draft(self.console.snapshot)
        return self._draft

    def _follow(self) -> None:
        """Keep the field in sight, with what is said about it."""
        names = [field.name for field in self._shown.fields]
        if self._current in names:
            line = self._shown.starts[names.index(self._current)]
            self._page.scroll_to(y=max(0, line - self._page.size.height // 2), animate=False)
