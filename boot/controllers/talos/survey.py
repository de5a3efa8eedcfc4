"""What the nodes of a control plane say when they are asked, all at once and each within a few seconds."""

import asyncio
from collections.abc import Sequence

from boot.controllers.talos.cluster_secrets import ClusterSecrets
from boot.controllers.talos.membership import addresses_of, hostname_of
from boot.errors import ConfigError
from boot.lifecycle.control_plane import Node
from boot.resources.base import Object
from boot.talos.client_configs import read_talosconfig
from boot.talos.machine_api import Credentials, MachineApi, TalosError, open_machine_api

WITHIN = 5.0
"""Seconds for one call, as the Talos control-plane provider's."""


class Survey:
    def __init__(self, secrets: ClusterSecrets) -> None:
        self._secrets = secrets

    async def credentials(self, cluster: Object) -> Credentials | None:
        """Of its talosconfig; None while there is none. ConfigError."""
        metadata = cluster["metadata"]
        values = await self._secrets.find(f"{metadata['name']}-talosconfig", metadata["namespace"])
        if not values or "talosconfig" not in values:
            return None
        _, ca, client = read_talosconfig(values["talosconfig"])
        return Credentials(ca, client)

    async def look(self, cluster: Object, machines: Sequence[Object], outdated: Sequence[str]) -> list[Node]:
        """One Node for each Machine; `outdated` goes along."""
        try:
            credentials = await self.credentials(cluster)
        except ConfigError as error:
            return [Node(machine, error=str(error), outdated=old) for machine, old in zip(machines, outdated, strict=True)]
        asked = (_ask(machine, credentials, old) for machine, old in zip(machines, outdated, strict=True))
        return list(await asyncio.gather(*asked))


async def _ask(machine: Object, credentials: Credentials | None, outdated: str) -> Node:
    addresses, hostname = addresses_of(machine), hostname_of(machine)
    if credentials is None or not addresses:
        lacking = "there is no talosconfig yet" if credentials is None else "its address is not known yet"
        return Node(machine, hostname=hostname, error=lacking, outdated=outdated)
    address = addresses[0]
    node = Node(machine, address, hostname, outdated=outdated)
    async with open_machine_api(address, credentials, within=WITHIN) as api:
        return await _question(api, node)


async def _question(api: MachineApi, node: Node) -> Node:
    """Each answer counts by itself: a node without etcd says that it has none."""
    services = members = etcd_data = None
    errors = []
    try:
        services = await api.services()
    except TalosError as error:
        return Node(node.machine, node.address, node.hostname, error=str(error), outdated=node.outdated)
    try:
        etcd_data = await api.has_etcd_data()
        members = await api.etcd_members() if etcd_data else ()
    except TalosError as error:
        errors.append(str(error))
    return Node(
        node.machine,
        node.address,
        node.hostname,
        services=services,
        members=members,
        etcd_data=etcd_data,
        error="; ".join(errors),
        outdated=node.outdated,
    )
