"""Whether a server is allocated to a cluster. Everybody who needs to know asks here."""

from dataclasses import dataclass

from boot.client.protocol import Client
from boot.resources.metal import Server


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a binding says; None where the plane has no bindings, so that the Server's own status is all there is."""

    bound: bool | None = None
    installed: bool | None = None

    def of(self, server: Server) -> bool:
        """Whether `server`, as it was read now, is allocated: its status alone may have changed since the binding was read."""
        return server.status.in_use if self.bound is None else self.bound


async def find_allocation(_client: Client, _server: Server) -> Allocation:
    """Of a plane that serves no ServerBinding: what the Server's own status says."""
    return Allocation()
