"""The console with a fixed time and a rack to show, without a plane."""

from collections.abc import Mapping, Sequence

from boot.errors import NotFound
from boot.resources.base import Object, Resource
from boot.resources.kinds import CLUSTER, MACHINE, SERVER, Kind
from boot.talos.effective import EffectiveConfig
from sidero_tui.app import ConsoleApp
from sidero_tui.messages import EditsFinished
from sidero_tui.model.edits import Edit
from sidero_tui.model.members import Member, key_of
from sidero_tui.model.node_log import NodeLog
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import load_themes
from tests.sidero_tui.builders import NOW
from tests.support.clock import FakeClock


class StillPlane:
    """PlaneActions over one snapshot that never changes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.edits: list[Edit] = []
        self.config: EffectiveConfig | None = None

    @property
    def accepted(self) -> list[str]:
        return [edit.name for edit in self.edits if edit.done == "accepted"]

    async def apply(self, title: str, edits: Sequence[Edit]) -> EditsFinished:
        self.edits += edits
        return EditsFinished(title, tuple(edits), ())

    async def read_config(self, member: Member) -> EffectiveConfig:
        if self.config is None:
            raise NotFound(f"secrets {member.machine.spec.bootstrap.data_secret_name!r} not found")
        return self.config

    async def read_log(self, member: Member) -> NodeLog:
        return NodeLog(
            member.address, ("[    0.0] Linux version 6.12.48-talos", "[   11.2] sda: sda1 sda2"), ("Sequence: sequence boot",)
        )

    async def read(self, kind: Kind, name: str, namespace: str = "") -> Object:
        held: Mapping[Kind, Mapping[str, Resource]] = {
            SERVER: self._snapshot.servers,
            CLUSTER: self._snapshot.clusters,
            MACHINE: self._snapshot.machines,
        }
        found = held.get(kind, {}).get(key_of(namespace, name) if namespace else name)
        if found is None:
            raise NotFound(f"{kind.resource} {name!r} not found")
        return {"apiVersion": kind.api_version, "kind": kind.kind, **found.wire()}


def open_console(snapshot: Snapshot, theme: str = "dark") -> tuple[ConsoleApp, StillPlane]:
    """A console that shows `snapshot` from the start, and the plane it asks."""
    plane = StillPlane(snapshot)
    app = ConsoleApp(plane, FakeClock(NOW), load_themes(), theme)
    app.snapshot = snapshot
    return app, plane
