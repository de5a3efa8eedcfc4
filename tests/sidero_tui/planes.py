"""A real embedded plane for tests of the console, and a link to it that can be cut."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from boot.client.local import LocalClient
from boot.client.protocol import Change, Client, ObjectList, PatchType
from boot.clock import SystemClock
from boot.errors import NotFound, ServiceUnavailable
from boot.plane.plane import Plane
from boot.resources.base import Object
from boot.resources.kinds import BOOT, CONFIG_MAP, ENVIRONMENT, SERVER, SERVER_CLASS, Kind
from boot.store.store import open_store
from sidero_tui.model.snapshot import Snapshot


@asynccontextmanager
async def open_plane(directory: Path) -> AsyncIterator[LocalClient]:
    """Store, plane and its local client, closed at the end."""
    store = open_store(directory / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        yield LocalClient(plane)
    finally:
        await store.close()


class FlakyLink:
    """A Client over another one, as a remote plane looks: while `down` every call fails and watches break.

    Kinds of `absent` it does not serve.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.down = False
        self.absent: frozenset[Kind] = frozenset()
        self.patches: list[tuple[str, str, Any]] = []
        """Name, content type and body of each patch that was asked for."""

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Object:
        self._check()
        return await self._client.get(kind, name, namespace)

    async def list(
        self, kind: Kind, namespace: str = "", *, label_selector: str = "", field_selector: str = "",
        limit: int = 0, continue_token: str = "",
    ) -> ObjectList:  # fmt: skip
        self._check()
        if kind in self.absent:
            raise NotFound("the server could not find the requested resource")
        return await self._client.list(
            kind, namespace, label_selector=label_selector, field_selector=field_selector, limit=limit,
            continue_token=continue_token,
        )  # fmt: skip

    async def create(self, kind: Kind, obj: Object) -> Object:
        self._check()
        return await self._client.create(kind, obj)

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        self._check()
        return await self._client.update(kind, obj, subresource)

    async def patch(
        self, kind: Kind, name: str, patch: Object | Sequence[Object], namespace: str = "", *,
        patch_type: PatchType = PatchType.MERGE, subresource: str = "", field_manager: str = "", force: bool = False,
    ) -> Object:  # fmt: skip
        self._check()
        self.patches.append((name, patch_type.value, patch))
        return await self._client.patch(
            kind, name, patch, namespace,
            patch_type=patch_type, subresource=subresource, field_manager=field_manager, force=force,
        )  # fmt: skip

    async def delete(self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", uid: str = "") -> None:
        self._check()
        await self._client.delete(kind, name, namespace, propagation=propagation, uid=uid)

    async def watch(
        self, kind: Kind, namespace: str = "", *, after: int, label_selector: str = "", field_selector: str = ""
    ) -> AsyncIterator[Change]:
        changes = self._client.watch(kind, namespace, after=after, label_selector=label_selector, field_selector=field_selector)
        async for change in changes:
            self._check()
            yield change

    def _check(self) -> None:
        if self.down:
            raise ServiceUnavailable("connection refused")


async def fill(client: Client, rack: Snapshot) -> None:
    """Create everything the rack holds, statuses included."""
    objects = [
        *((SERVER, server) for server in rack.servers.values()),
        *((SERVER_CLASS, server_class) for server_class in rack.server_classes.values()),
        *((ENVIRONMENT, environment) for environment in rack.environments.values()),
        *((BOOT, boot) for boot in rack.boots.values()),
    ]
    for kind, model in objects:
        wire = model.wire()
        wire["metadata"].pop("creationTimestamp", None)
        created = await client.create(kind, {**wire, "apiVersion": kind.api_version, "kind": kind.kind})
        if status := wire.get("status"):
            await client.update(kind, {**created, "status": status}, "status")


async def publish_components(client: Client, data: dict[str, str]) -> None:
    metadata = {"name": "components", "namespace": "sidero-tui"}
    await client.create(CONFIG_MAP, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
