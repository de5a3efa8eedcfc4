"""ServerBinding: ready while its Server exists. Facts of cluster-api 2.7."""

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import SERVER, SERVER_BINDING


class ServerBindingReconciler:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def reconcile(self, key: str) -> float | None:
        ready = await self._exists(key)

        def status(obj: Object) -> Object:
            return {} if (obj.get("status") or {}).get("ready", False) is ready else {"status": {"ready": ready}}

        try:
            await change_object(self._client, SERVER_BINDING, key, status, "status")
        except NotFound:
            return None
        return None

    async def _exists(self, name: str) -> bool:
        try:
            await self._client.get(SERVER, name)
        except NotFound:
            return False
        return True
