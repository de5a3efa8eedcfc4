"""The console with a fixed time and a rack to show, without a plane."""

from collections.abc import Sequence

from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import SERVER, Kind
from sidero_tui.app import ConsoleApp
from sidero_tui.messages import EditsFinished
from sidero_tui.model.edits import Edit
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import load_themes
from tests.sidero_tui.builders import NOW
from tests.support.clock import FakeClock


class StillPlane:
    """PlaneActions over one snapshot that never changes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.edits: list[Edit] = []

    @property
    def accepted(self) -> list[str]:
        return [edit.name for edit in self.edits if edit.done == "accepted"]

    async def apply(self, title: str, edits: Sequence[Edit]) -> EditsFinished:
        self.edits += edits
        return EditsFinished(title, tuple(edits), ())

    async def read(self, kind: Kind, name: str, namespace: str = "") -> Object:
        if kind != SERVER or name not in self._snapshot.servers:
            raise NotFound(f"{kind.resource} {name!r} not found")
        return {"apiVersion": kind.api_version, "kind": kind.kind, **self._snapshot.servers[name].wire()}


def open_console(snapshot: Snapshot, theme: str = "dark") -> tuple[ConsoleApp, StillPlane]:
    """A console that shows `snapshot` from the start, and the plane it asks."""
    plane = StillPlane(snapshot)
    app = ConsoleApp(plane, FakeClock(NOW), load_themes(), theme)
    app.snapshot = snapshot
    return app, plane
