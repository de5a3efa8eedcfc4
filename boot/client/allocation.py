"""Whether a server is allocated to a cluster. Everybody who needs to know asks here."""

from dataclasses import dataclass

from boot.client.protocol import Client
from boot.resources.metal import Server


@dataclass(frozen=True, slots=True)
class Allocation:
    """`installed` is None where the plane does not say."""

    allocated: bool
    installed: bool | None = None


async def find_allocation(_client: Client, server: Server) -> Allocation:
    """Of a plane that serves no ServerBinding: what the Server's own status says."""
    return Allocation(server.status.in_use)
