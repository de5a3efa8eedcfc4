"""The Node of a Server in its cluster: found by the label that the machine config gives it, told its provider ID.

That the Node is there also shows that Talos is on the server's disk, whatever was heard of its installation.
"""

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.cluster_api.conditions import Condition, with_conditions
from boot.cluster_api.names import NODE_UUID_LABEL
from boot.errors import NotFound
from boot.lifecycle.metal_machine import TALOS_INSTALLED, provider_id
from boot.resources.base import Object
from boot.resources.kinds import NODE, SERVER_BINDING


class ClusterNodes:
    """Implements boot.controllers.sidero.metal_machine.Nodes."""

    def __init__(self, client: Client, clock: Clock, workloads: WorkloadClients) -> None:
        self._client = client
        self._clock = clock
        self._workloads = workloads

    async def adopt(self, namespace: str, cluster: str, server: str) -> None:
        """ApiError while the cluster has no kubeconfig or does not answer; NotFound while the Node is not there, or twice."""
        workload = await self._workloads.of(namespace, cluster)
        nodes = (await workload.list(NODE, label_selector=f"{NODE_UUID_LABEL}={server}")).items
        if len(nodes) != 1:
            told = "no node" if not nodes else f"{len(nodes)} nodes"
            raise NotFound(f"cluster {cluster} has {told} labelled {NODE_UUID_LABEL}={server}")
        node, wanted = nodes[0], provider_id(server)
        if node.get("spec", {}).get("providerID") != wanted:
            await workload.patch(NODE, node["metadata"]["name"], {"spec": {"providerID": wanted}})
        await change_object(self._client, SERVER_BINDING, server, self._installed, "status")

    def _installed(self, binding: Object) -> Object:
        old = (binding.get("status") or {}).get("conditions") or []
        wanted = with_conditions(old, [Condition(TALOS_INSTALLED, True)], self._clock.now())
        return {} if wanted == old else {"status": {"conditions": wanted}}
