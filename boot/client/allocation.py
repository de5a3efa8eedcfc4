"""Whether a server is allocated to a cluster, and from which class. Everybody who needs to know asks here.

The ServerBinding of the server's name is the truth; the Server's own status follows it.
"""

from contextlib import suppress
from dataclasses import dataclass

from boot.client.protocol import Client
from boot.errors import NotFound
from boot.resources.infrastructure import ServerBinding
from boot.resources.kinds import METAL_MACHINE, SERVER_BINDING, SERVER_CLASS
from boot.resources.metal import Server, ServerClass

TALOS_INSTALLED = "TalosInstalled"


@dataclass(frozen=True, slots=True)
class Allocation:
    """`installed`: Talos is on its disk. `server_class` is the class it was given from, "" where none is told."""

    bound: bool
    installed: bool = False
    server_class: str = ""


async def find_allocation(client: Client, server: Server) -> Allocation:
    """`server` as it was read just now.

    One whose binding is lost while a MetalMachine still has it stays allocated: that machine binds it again, and a server
    of a running cluster is not wiped because an object is missing.
    """
    try:
        binding = ServerBinding.model_validate(await client.get(SERVER_BINDING, server.name))
    except NotFound:
        return Allocation(bound=server.status.in_use and await _is_claimed(client, server.name))
    conditions = binding.status.conditions or ()
    installed = any(condition.type == TALOS_INSTALLED and condition.status == "True" for condition in conditions)
    reference = binding.spec.server_class_ref
    return Allocation(bound=True, installed=installed, server_class=(reference.name or "") if reference else "")


async def _is_claimed(client: Client, server: str) -> bool:
    for machine in (await client.list(METAL_MACHINE)).items:
        reference = machine.get("spec", {}).get("serverRef") or {}
        if reference.get("name") == server and not machine["metadata"].get("deletionTimestamp"):
            return True
    return False


async def find_server_class(client: Client, allocation: Allocation) -> ServerClass | None:
    """The class that a server was given from; None where the binding names none, or one that is gone."""
    if allocation.server_class:
        with suppress(NotFound):
            return ServerClass.model_validate(await client.get(SERVER_CLASS, allocation.server_class))
    return None
