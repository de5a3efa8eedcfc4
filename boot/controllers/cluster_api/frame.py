"""What every controller of Cluster API does around its own work: finalizer, cluster, pause, and the writing at the end."""

from typing import Protocol

from boot.client.protocol import Client
from boot.cluster_api.keys import parse_key
from boot.cluster_api.pausing import is_paused
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.errors import ApiError, Conflict
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, Kind


class Worker(Protocol):
    """The work on one kind: changes the draft, and others' objects where that is its work."""

    kind: Kind
    finalizer: str

    async def work(self, draft: Draft, cluster: Object, /) -> float | None:
        """Seconds after which to look again, or None. What it found before an ApiError is written all the same."""
        ...


class Frame:
    """Implements boot.runtime.controller.Reconciler for keys `namespace/name`."""

    def __init__(self, client: Client, drafts: Drafts, worker: Worker) -> None:
        self._client = client
        self._drafts = drafts
        self._worker = worker

    async def reconcile(self, key: str) -> float | None:
        namespace, name = parse_key(key)
        draft = await self._drafts.find(self._worker.kind, name, namespace)
        if draft is None:
            return None
        try:
            return await self._attend(draft)
        except Conflict:
            return 0.0  # somebody wrote in between: what was decided is nothing to what is there now

    async def _attend(self, draft: Draft) -> float | None:
        finalizers = draft.metadata.get("finalizers") or []
        if self._worker.finalizer not in finalizers:
            if draft.deleted:
                return None
            draft.metadata["finalizers"] = [*finalizers, self._worker.finalizer]
            await self._drafts.save(draft)
            return None  # the change brings the key back: nothing is made before the finalizer is there
        cluster = await self._cluster_of(draft)
        if is_paused(draft.obj, cluster):
            return None
        try:
            again = await self._worker.work(draft, cluster)
        except ApiError:
            await self._drafts.save(draft)
            raise
        await self._drafts.save(draft)
        return again

    async def _cluster_of(self, draft: Draft) -> Object:
        """NotFound while there is none: then there is nobody to work for, and it is tried again, later each time."""
        if draft.kind == CLUSTER:
            return draft.obj
        return await self._client.get(CLUSTER, str(draft.spec.get("clusterName", "")), draft.namespace)


def release(draft: Draft, finalizer: str) -> None:
    """Let go of an object that is deleted."""
    draft.metadata["finalizers"] = [name for name in draft.metadata.get("finalizers") or () if name != finalizer]
