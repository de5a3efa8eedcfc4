"""States as people read them: one glyph, one word and one role each, the same on every screen."""

from dataclasses import dataclass
from enum import Enum

from boot.component import ComponentState
from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, STOPPED, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.tasks import DONE, OPEN, WITHDRAWN
from sidero_tui.model.identity import read_identity
from sidero_tui.model.snapshot import LinkState, Snapshot
from sidero_tui.theme import Role


@dataclass(frozen=True, slots=True)
class State:
    glyph: str
    word: str
    role: Role

    @property
    def text(self) -> str:
        return f"{self.glyph} {self.word}"


class ServerState(Enum):
    """Where a server stands between registration and use."""

    WAITING = State("◌", "waiting for acceptance", Role.ASK)
    WIPING = State("◑", "wiping", Role.BUSY)
    STOPPED = State("✗", "stopped", Role.BAD)
    ACCEPTED = State("◐", "accepted", Role.BUSY)
    UNCLEAN = State("◕", "available, not clean", Role.BUSY)
    AVAILABLE = State("●", "available", Role.OK)
    IN_USE = State("■", "in use", Role.ACCENT)
    LEAVING = State("◁", "out of service", Role.DIM)
    CORDONED = State("⊘", "cordoned", Role.DIM)
    REJECTED = State("⊗", "rejected", Role.DIM)


DUPLICATE = State("≡", "duplicate uuid", Role.BAD)
"""Comes on top of a ServerState: two boxes claim one SMBIOS UUID."""

MAC_IDENTITY = State("≈", "named by MAC", Role.ASK)
"""Comes on top of a ServerState: the SMBIOS UUID is blank or of no use."""

GROUND = State("▲", "hint", Role.BAD)
"""What is said about why a machine does not get on."""

COMPONENT_STATES = {
    ComponentState.STARTING: State("◌", "starting", Role.BUSY),
    ComponentState.SERVING: State("●", "serving", Role.OK),
    ComponentState.FAILED: State("✗", "failed", Role.BAD),
    ComponentState.OFF: State("○", "off", Role.DIM),
}

LINK_STATES = {
    LinkState.CONNECTING: State("◌", "connecting", Role.BUSY),
    LinkState.CONNECTED: State("●", "live", Role.OK),
    LinkState.STALE: State("▲", "stale", Role.BAD),
}


TASK_STATES = {
    OPEN: State("◌", "to do", Role.ASK),
    DONE: State("●", "done", Role.OK),
    WITHDRAWN: State("–", "not needed", Role.DIM),
}


_NOTED = {
    REJECTED: ServerState.REJECTED,
    STOPPED: ServerState.STOPPED,
    OUT_OF_SERVICE: ServerState.LEAVING,
}
"""Annotations that say it all, the first one that is there."""


def decide_server_state(server: Server, snapshot: Snapshot) -> ServerState:
    """In use before all else: it is what an operator must not overlook."""
    if server.status.in_use:
        return ServerState.IN_USE
    noted = server.metadata.annotations
    for annotation, state in _NOTED.items():
        if annotation in noted:
            return state
    if server.spec.cordoned:
        return ServerState.CORDONED
    if not server.spec.accepted:
        return ServerState.WAITING
    if WIPE_RUN in noted:
        return ServerState.WIPING
    if server.name not in snapshot.available:
        return ServerState.ACCEPTED
    return ServerState.AVAILABLE if server.status.is_clean else ServerState.UNCLEAN


def decide_remark(server: Server) -> State | None:
    """What is peculiar about the server's identity, if anything."""
    identity = read_identity(server)
    if identity.duplicate_of:
        return DUPLICATE
    return MAC_IDENTITY if identity.by_mac else None
