"""MetalCluster: ready as soon as it has a Cluster; there is nothing to make. Facts of cluster-api 2.7."""

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.cluster_api.keys import parse_key
from boot.cluster_api.ownership import owner_of
from boot.cluster_api.pausing import is_paused
from boot.controllers.sidero.finalizing import add_finalizer, drop_finalizer
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, METAL_CLUSTER

FINALIZER = "metalcluster.infrastructure.cluster.x-k8s.io"


class MetalClusterReconciler:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def reconcile(self, key: str) -> float | None:
        namespace, name = parse_key(key)
        try:
            obj = await self._client.get(METAL_CLUSTER, name, namespace)
            owner = owner_of(obj, CLUSTER.kind, CLUSTER.group)
            cluster = await self._client.get(CLUSTER, owner["name"], namespace) if owner else None
        except NotFound:
            return None
        if is_paused(obj, cluster):
            return None
        if obj["metadata"].get("deletionTimestamp"):
            await drop_finalizer(self._client, METAL_CLUSTER, obj, FINALIZER)
        elif cluster is not None:
            obj = await add_finalizer(self._client, METAL_CLUSTER, obj, FINALIZER)
            await change_object(self._client, METAL_CLUSTER, name, _be_ready, "status", namespace=namespace)
        return None


def _be_ready(obj: Object) -> Object:
    return {} if (obj.get("status") or {}).get("ready") else {"status": {"ready": True}}
