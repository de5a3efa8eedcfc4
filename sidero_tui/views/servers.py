"""Servers as rows."""

from collections import Counter
from dataclasses import dataclass

from boot.resources.boots import Boot
from boot.resources.metal import Server, SystemInformation
from sidero_tui.model.identity import Identity, read_identity
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import DUPLICATE, ServerState, State, decide_remark, decide_server_state
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, span, state_span
from sidero_tui.views.table import Column, TableView, join_counts


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server with what other kinds say about it."""

    server: Server
    identity: Identity
    state: ServerState
    remark: State | None
    classes: tuple[str, ...]
    boot: Boot | None

    @property
    def system(self) -> SystemInformation:
        hardware = self.server.spec.hardware
        return (hardware and hardware.system) or SystemInformation()

    @property
    def address(self) -> str:
        """Host name or the address it was last seen with."""
        if self.server.spec.hostname:
            return self.server.spec.hostname
        known = [entry.address for entry in self.server.status.addresses or ()]
        return (known or (self.boot.status.addresses if self.boot else []) or [""])[0]


def project_server(snapshot: Snapshot, name: str) -> ServerRow:
    server = snapshot.servers[name]
    identity = read_identity(server)
    return ServerRow(
        server,
        identity,
        decide_server_state(server, snapshot),
        decide_remark(server),
        snapshot.classes_of.get(name, ()),
        snapshot.boot_from(identity.mac),
    )


def _remark(row: ServerRow) -> Span:
    return Span("") if row.remark is None else state_span(row.remark)


def _classes(row: ServerRow) -> Span:
    return span(", ".join(row.classes)) if row.classes else Span("–", Role.DIM)


def _summary(snapshot: Snapshot) -> Line:
    states = Counter(decide_server_state(server, snapshot) for server in snapshot.servers.values())
    doubles = len(snapshot.duplicates)
    waiting, *others = ((state.value.word, (states[state], state.value.role)) for state in ServerState)
    return join_counts(dict([waiting, (DUPLICATE.word, (doubles, DUPLICATE.role)), *others]))


def _empty(snapshot: Snapshot) -> str:
    if snapshot.boots:
        return "Machines are on the wire (see PXE boots), none has registered yet."
    return "No server has registered yet. Turn one on, network boot first."


SERVERS: TableView[ServerRow] = TableView(
    id="servers",
    title="Servers",
    columns=(
        Column("NAME", lambda row: span(row.server.name, Role.TITLE), 36, 21, middle=True),
        Column("STATE", lambda row: state_span(row.state.value), 24),
        Column("IDENTITY", _remark, 16, rank=1),
        Column("MAC", lambda row: span(row.identity.mac, Role.DIM), 17, rank=2),
        Column("CLASSES", _classes, 16, 12, rank=3, grow=True),
        Column("MODEL", lambda row: span(row.system.product_name), 18, 12, rank=4, grow=True),
        Column("SERIAL", lambda row: span(row.system.serial_number), 14, 10, rank=5, grow=True),
        Column("ADDRESS", lambda row: span(row.address, Role.DIM), 15, 13, rank=6),
    ),
    order=lambda snapshot: snapshot.server_order,
    project=project_server,
    summarise=_summary,
    when_empty=_empty,
    reads=("servers", "server_classes"),
)
