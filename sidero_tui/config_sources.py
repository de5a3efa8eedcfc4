"""Reads from the plane what a member's machine config is made of."""

from boot.client.protocol import Client
from boot.errors import ConfigError, Forbidden, NotFound
from boot.resources.base import Object
from boot.resources.cluster_api import Cluster
from boot.resources.kinds import CLUSTER, SECRET, SERVER, SERVER_BINDING, SERVER_CLASS, TALOS_CONFIG, Kind
from boot.resources.metal import Server, ServerClass
from boot.resources.talos_providers import TalosConfig
from sidero_tui.model.members import Member
from sidero_tui.model.served_config import ConfigSources


async def read_sources(client: Client, member: Member) -> ConfigSources:
    """ApiError when the plane refuses what cannot be done without, ConfigError when nothing is made yet."""
    spec, namespace = member.machine.spec, member.machine.metadata.namespace
    if not spec.bootstrap.data_secret_name or spec.bootstrap.config_ref is None:
        raise ConfigError(f"{member.machine.name}: its config is not made yet")
    server = await _find(client, SERVER, member.server) if member.server else None
    binding = await _find(client, SERVER_BINDING, member.server) if member.server else None
    class_name = (((binding or {}).get("spec") or {}).get("serverClassRef") or {}).get("name", "")
    server_class = await _find(client, SERVER_CLASS, class_name) if class_name else None
    return ConfigSources(
        member,
        stored=await client.get(SECRET, spec.bootstrap.data_secret_name, namespace),
        config=TalosConfig.model_validate(await client.get(TALOS_CONFIG, spec.bootstrap.config_ref.name or "", namespace)),
        cluster=Cluster.model_validate(await client.get(CLUSTER, spec.cluster_name, namespace)),
        bundle=await _find(client, SECRET, f"{spec.cluster_name}-talos", namespace),
        server_class=ServerClass.model_validate(server_class) if server_class else None,
        server=Server.model_validate(server) if server else None,
    )


async def _find(client: Client, kind: Kind, name: str, namespace: str = "") -> Object | None:
    """None where there is none, or where this user may not see it."""
    try:
        return await client.get(kind, name, namespace)
    except (NotFound, Forbidden):
        return None
