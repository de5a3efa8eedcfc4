"""Server: its status always whole, and ready exactly when it may be handed out. Orders no power and no disk write."""

from boot.client.protocol import Client
from boot.errors import NotFound
from boot.lifecycle.server_status import decide_status
from boot.resources.kinds import SERVER
from boot.resources.metal import Server


class ServerReconciler:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def reconcile(self, key: str) -> float | None:
        try:
            obj = await self._client.get(SERVER, key)
        except NotFound:
            return None
        wanted = decide_status(Server.model_validate(obj))
        if any(obj.get("status", {}).get(field) != value for field, value in wanted.items()):
            await self._client.patch(SERVER, key, {"status": wanted}, subresource="status")
        return None
