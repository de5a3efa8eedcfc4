"""A Client that only reads, whatever the plane would let it do: for a console that was attached to look."""

from collections.abc import AsyncIterator, Sequence
from typing import NoReturn

from boot.client.protocol import Change, Client, ObjectList, PatchType
from boot.errors import Forbidden
from boot.resources.base import Object
from boot.resources.kinds import Kind

REASON = "attached with --read-only"


class ReadOnlyClient:
    """Implements boot.client.protocol.Client over another one; every write is Forbidden before it is sent."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Object:
        return await self._client.get(kind, name, namespace)

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
        return await self._client.list(
            kind,
            namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
            continue_token=continue_token,
        )

    def watch(
        self, kind: Kind, namespace: str = "", *, after: int, label_selector: str = "", field_selector: str = ""
    ) -> AsyncIterator[Change]:
        return self._client.watch(kind, namespace, after=after, label_selector=label_selector, field_selector=field_selector)

    async def create(self, kind: Kind, obj: Object) -> Object:
        _refuse("create", kind, obj["metadata"].get("name", ""))

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        del subresource
        _refuse("update", kind, obj["metadata"]["name"])

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
        del patch, namespace, patch_type, subresource, field_manager, force
        _refuse("patch", kind, name)

    async def delete(self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", uid: str = "") -> None:
        del namespace, propagation, uid
        _refuse("delete", kind, name)


def _refuse(verb: str, kind: Kind, name: str) -> NoReturn:
    raise Forbidden(
        f'{kind.resource} "{name}" is forbidden: cannot {verb}: {REASON}', name=name, group=kind.group, kind=kind.plural
    )
