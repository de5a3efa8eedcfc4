"""The end of a Cluster: its workers, then its control plane, then its infrastructure, then itself (facts of cluster-api 2.1)."""

from boot.client.protocol import Client
from boot.cluster_api.conditions import INFO, is_false
from boot.cluster_api.machines import is_control_plane
from boot.cluster_api.names import CLUSTER_FINALIZER, CLUSTER_NAME_LABEL
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.frame import release
from boot.controllers.cluster_api.provided import delete_provided
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, MACHINE_DEPLOYMENT, MACHINE_SET

WAIT = 5.0
"""Seconds between two looks at what is left."""


class ClusterDeletion:
    def __init__(self, client: Client, drafts: Drafts) -> None:
        self._client = client
        self._drafts = drafts

    async def proceed(self, draft: Draft, infrastructure: Object | None, control_plane: Object | None) -> float | None:
        """One step further; the finalizer goes with the last."""
        left = await self._descendants(draft)
        for obj in left:
            if _is_owned(obj, draft.obj):
                await delete_provided(self._client, obj)
        if left:
            return WAIT
        if control_plane is not None:
            await delete_provided(self._client, control_plane)
            return WAIT
        if draft.spec.get("controlPlaneRef"):
            self._drafts.tell(draft, is_false("ControlPlaneReady", INFO, "Deleted"))
        if infrastructure is not None:
            await delete_provided(self._client, infrastructure)
            return WAIT
        if draft.spec.get("infrastructureRef"):
            self._drafts.tell(draft, is_false("InfrastructureReady", INFO, "Deleted"))
        await self._drafts.events.record(draft.before, "Deleted", f"Cluster {draft.name} has been deleted")
        release(draft, CLUSTER_FINALIZER)
        return None

    async def _descendants(self, draft: Draft) -> list[Object]:
        """All that must go before the control plane; its own Machines are the control plane's to delete, where there is one."""
        selector = f"{CLUSTER_NAME_LABEL}={draft.name}"
        found: list[Object] = []
        for kind in (MACHINE_DEPLOYMENT, MACHINE_SET, MACHINE):
            found += (await self._client.list(kind, draft.namespace, label_selector=selector)).items
        kept = bool(draft.spec.get("controlPlaneRef"))
        return [obj for obj in found if not (kept and obj["kind"] == MACHINE.kind and is_control_plane(obj))]


def _is_owned(obj: Object, cluster: Object) -> bool:
    """Whether it is the Cluster's own, and not for one of the others to delete."""
    uid = cluster["metadata"]["uid"]
    return any(reference["uid"] == uid for reference in obj["metadata"].get("ownerReferences") or ())
