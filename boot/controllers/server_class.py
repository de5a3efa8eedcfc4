"""ServerClass: which Servers it lists, as boot.lifecycle.matching decides; and the class `any`, which is always there."""

from collections.abc import Iterable

from boot.client.protocol import Client
from boot.errors import AlreadyExists, NotFound
from boot.lifecycle.matching import match_server
from boot.resources.base import Object
from boot.resources.kinds import SERVER, SERVER_CLASS
from boot.resources.metal import Server, ServerClass

ANY = "any"
EVERY_CLASS = "*"
"""Key of a Server's change: it may concern every class. No object can have this name."""


class ServerClassReconciler:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._read: dict[str, tuple[str, Server]] = {}
        """Name -> resourceVersion and model: of a thousand servers, a pass reads those that changed."""

    async def reconcile(self, key: str) -> float | None:
        names = [key]
        if key == EVERY_CLASS:
            listing = await self._client.list(SERVER_CLASS)
            names = sorted({ANY, *(obj["metadata"]["name"] for obj in listing.items)})
        servers = self._read_servers((await self._client.list(SERVER)).items)
        for name in names:
            await self._update(name, servers)
        return None

    def _read_servers(self, objects: Iterable[Object]) -> list[Server]:
        known, self._read = self._read, {}
        for obj in objects:
            name, version = obj["metadata"]["name"], obj["metadata"]["resourceVersion"]
            entry = known.get(name)
            self._read[name] = entry if entry and entry[0] == version else (version, Server.model_validate(obj))
        return [server for _, server in self._read.values()]

    async def _update(self, name: str, servers: list[Server]) -> None:
        try:
            obj = await self._client.get(SERVER_CLASS, name)
        except NotFound:
            if name != ANY:
                return
            obj = await self._create_any()
        if name == ANY and obj.get("spec", {}).get("qualifiers"):
            # Sidero resets it too: whoever wants another class makes another class.
            obj = await self._client.patch(SERVER_CLASS, name, {"spec": {"qualifiers": None}})
        server_class = ServerClass.model_validate(obj)
        listed = [match for match in (match_server(server_class, server) for server in servers) if match.matches]
        wanted = {
            "serversAvailable": sorted(match.server for match in listed if not match.in_use),
            "serversInUse": sorted(match.server for match in listed if match.in_use),
        }
        if obj.get("status") != wanted:
            await self._client.patch(SERVER_CLASS, name, {"status": wanted}, subresource="status")

    async def _create_any(self) -> dict[str, object]:
        try:
            return await self._client.create(SERVER_CLASS, {"metadata": {"name": ANY}, "spec": {}})
        except AlreadyExists:
            return await self._client.get(SERVER_CLASS, ANY)
