"""The wipe plans an operator drafts before accepting: frozen, each change makes a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from boot.lifecycle.acceptance import Acceptance, describe_acceptance
from boot.lifecycle.disks import decide_fates, known_disks, propose_plan
from boot.resources.metal import Server
from boot.resources.wiping import DiskAction, WipeMethod, WipePlan
from sidero_tui.model.edits import Edit, accept

CONFIRMATION = "wipe"
"""What must be typed where data is lost that nobody we know left there."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`keep` holds, per server that differs from its stored plan, the device names to keep; `method` goes for all."""

    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    method: WipeMethod | None = None

    def toggle(self, server: Server, device: str) -> "Draft":
        kept = self._kept(server)
        return replace(self, keep={**self.keep, server.name: kept ^ {device}})

    def toggle_method(self) -> "Draft":
        full = self.method is WipeMethod.FULL
        return replace(self, method=WipeMethod.FAST if full else WipeMethod.FULL)

    def plan(self, server: Server) -> WipePlan | None:
        """None where nothing differs from what is stored with it, or from Sidero's default."""
        disks = known_disks(server)
        if disks is None or (server.name not in self.keep and self.method is None):
            return None
        return propose_plan(disks, self._kept(server), self.method or WipeMethod.FAST)

    def describe(self, server: Server) -> Acceptance:
        return describe_acceptance(server, self.plan(server))

    def edits(self, servers: Sequence[Server]) -> tuple[Edit, ...]:
        return tuple(accept(server.name, self.plan(server)) for server in servers)

    def must_type(self, servers: Sequence[Server]) -> bool:
        """Whether a second key is not enough."""
        return any(self.describe(server).foreign for server in servers)

    def _kept(self, server: Server) -> frozenset[str]:
        if server.name in self.keep:
            return self.keep[server.name]
        return frozenset(fate.disk.device_name for fate in decide_fates(server) if fate.action is DiskAction.KEEP)
