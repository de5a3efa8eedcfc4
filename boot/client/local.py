"""The Client of a stack whose plane is embedded: the same verbs, without HTTP in between."""

from collections.abc import AsyncIterator, Sequence

from boot.client.protocol import Change, ChangeType, ObjectList, PatchType
from boot.plane.options import DeleteOptions, ListOptions, WatchOptions, WriteOptions
from boot.plane.plane import Plane
from boot.resources.base import Object
from boot.resources.kinds import Kind


class LocalClient:
    """Implements boot.client.protocol.Client over a Plane in the same event loop. Unknown fields are refused by none.

    `user` is whose writes these are in the audit trail; "" is the program itself.
    """

    def __init__(self, plane: Plane, user: str = "") -> None:
        self._plane = plane
        self._user = user

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Object:
        return self._plane.get(kind, name, namespace)

    async def list(
        self,
        kind: Kind,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        page = self._plane.list(kind, namespace, ListOptions(label_selector, field_selector, limit, continue_token))
        return ObjectList(page.items, page.revision, page.continue_token)

    async def create(self, kind: Kind, obj: Object) -> Object:
        return await self._plane.create(kind, obj, WriteOptions(user=self._user))

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        metadata = obj["metadata"]
        namespace = metadata.get("namespace", "")
        return await self._plane.update(kind, metadata["name"], namespace, obj, WriteOptions(user=self._user), subresource)

    async def patch(
        self,
        kind: Kind,
        name: str,
        patch: Object | Sequence[Object],
        namespace: str = "",
        *,
        patch_type: PatchType = PatchType.MERGE,
        subresource: str = "",
        field_manager: str = "",
        force: bool = False,
    ) -> Object:
        options = WriteOptions(manager=field_manager, force=force, user=self._user)
        return await self._plane.patch(kind, name, namespace, patch, patch_type.value, options, subresource)

    async def delete(self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", uid: str = "") -> None:
        await self._plane.delete(kind, name, namespace, DeleteOptions(propagation=propagation, uid=uid, user=self._user))

    async def watch(
        self, kind: Kind, namespace: str = "", *, after: int, label_selector: str = "", field_selector: str = ""
    ) -> AsyncIterator[Change]:
        options = WatchOptions(after, label_selector, field_selector)
        async for event in self._plane.watch(kind, namespace, options):
            yield Change(ChangeType(event.type), event.object, int(event.object["metadata"]["resourceVersion"]))
