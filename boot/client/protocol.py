"""What boot services, controllers, pivot and console know of the plane: these verbs, and nothing else."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from boot.resources.base import Object
from boot.resources.kinds import Kind


class ChangeType(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class Change:
    """An added, modified or deleted object at a revision (its metadata.resourceVersion)."""

    type: ChangeType
    object: Object
    revision: int


@dataclass(frozen=True, slots=True)
class ObjectList:
    """Items as of `revision`: a watch after it misses nothing. `continue_token` is "" on the last page."""

    items: Sequence[Object]
    revision: int
    continue_token: str = ""


class PatchType(StrEnum):
    """Content types of PATCH; JSON takes a list of operations (RFC 6902), the others an object.

    APPLY is server-side apply: the object is what `field_manager` wants to be so; it is made where there is none.
    """

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    APPLY = "application/apply-patch+yaml"


class Client(Protocol):
    """Kubernetes verbs on plain objects.

    Every method raises `boot.errors.ApiError` (NotFound, AlreadyExists, Conflict, Invalid, Expired, ...); a plane that
    cannot be reached raises ServiceUnavailable. `subresource` is "", "status" or "scale". Returned objects are the caller's own.
    """

    async def get(self, kind: Kind, name: str, namespace: str = "") -> Object: ...

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
        """All namespaces when `namespace` is "". Each item carries apiVersion and kind."""
        ...

    async def create(self, kind: Kind, obj: Object) -> Object: ...

    async def update(self, kind: Kind, obj: Object, subresource: str = "") -> Object:
        """Replace; Conflict when metadata.resourceVersion is not the current one."""
        ...

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
        """APPLY wants a `field_manager`, and takes with `force` what others own, where it otherwise raises Conflict."""
        ...

    async def delete(self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", uid: str = "") -> None:
        """Delete, or begin to where finalizers remain; Conflict when `uid` is given and is another's."""
        ...

    def watch(
        self, kind: Kind, namespace: str = "", *, after: int, label_selector: str = "", field_selector: str = ""
    ) -> AsyncIterator[Change]:
        """Every change after that revision, without gap or end; Expired when it is no longer kept: list again."""
        ...
