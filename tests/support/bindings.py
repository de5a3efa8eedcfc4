"""Servers given to machines, as Sidero's Cluster API provider does it."""

from boot.client.protocol import Client
from boot.resources.base import Object
from boot.resources.kinds import SERVER_BINDING


async def bind(client: Client, server: str, *, installed: bool = False, server_class: str = "") -> Object:
    """A ServerBinding of that server to MetalMachine default/mm-SERVER, which need not exist."""
    spec: Object = {"metalMachineRef": {"kind": "MetalMachine", "namespace": "default", "name": f"mm-{server}"}}
    if server_class:
        spec["serverClassRef"] = {"kind": "ServerClass", "name": server_class}
    binding = await client.create(SERVER_BINDING, {"metadata": {"name": server}, "spec": spec})
    if not installed:
        return binding
    told = {"type": "TalosInstalled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    return await client.patch(SERVER_BINDING, server, {"status": {"conditions": [told]}}, subresource="status")
