"""Cluster: owns its infrastructure and its control plane, tells how far they are, and goes after all that is in it."""

from boot.client.protocol import Client
from boot.cluster_api.conditions import ERROR, INFO, Condition, is_false, is_true, mirror, summarize
from boot.cluster_api.names import CLUSTER_FINALIZER
from boot.cluster_api.ownership import owner_reference
from boot.controllers.cluster_api.cluster_deletion import ClusterDeletion
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.provided import LOOK_AGAIN, copy_failure, find_provided, is_ready, own_provided
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER

INFRASTRUCTURE_READY, CONTROL_PLANE_READY = "InfrastructureReady", "ControlPlaneReady"
CONTROL_PLANE_INITIALIZED = "ControlPlaneInitialized"
_READY = {"infrastructureRef": "infrastructureReady", "controlPlaneRef": "controlPlaneReady"}
_CONDITIONS = {"infrastructureRef": INFRASTRUCTURE_READY, "controlPlaneRef": CONTROL_PLANE_READY}
_SUMMED_UP = (CONTROL_PLANE_READY, INFRASTRUCTURE_READY)
_WAITING = {"infrastructureRef": "WaitingForInfrastructure", "controlPlaneRef": "WaitingForControlPlane"}


class ClusterWorker:
    """Implements boot.controllers.cluster_api.frame.Worker."""

    kind = CLUSTER
    finalizer = CLUSTER_FINALIZER

    def __init__(self, client: Client, drafts: Drafts) -> None:
        self._client = client
        self._drafts = drafts
        self._deletion = ClusterDeletion(client, drafts)

    async def work(self, draft: Draft, _cluster: Object) -> float | None:
        infrastructure = await self._attend(draft, "infrastructureRef")
        control_plane = await self._attend(draft, "controlPlaneRef")
        again = self._missing(draft, infrastructure, control_plane)
        self._tell_initialized(draft, control_plane)
        if draft.deleted:
            again = await self._deletion.proceed(draft, infrastructure, control_plane)
        self._drafts.tell(draft, summarize(draft.conditions(_SUMMED_UP), _SUMMED_UP))
        draft.status["phase"] = _phase(draft)
        draft.status["observedGeneration"] = draft.metadata["generation"]
        await self._record_phase(draft)
        return again

    async def _attend(self, draft: Draft, field: str) -> Object | None:
        """What the reference `field` leads to, owned; None when there is none of it."""
        reference = draft.spec.get(field)
        if not reference:
            if field == "infrastructureRef" and not draft.deleted:
                draft.status["infrastructureReady"] = True
                self._drafts.tell(draft, is_true(INFRASTRUCTURE_READY))
            return None
        obj = await find_provided(self._client, reference, draft.namespace)
        if obj is None:
            if not draft.deleted:
                self._drafts.tell(draft, _not_found(field, reference, draft.status))
            return None
        if "deletionTimestamp" not in obj["metadata"]:
            owner = owner_reference(draft.obj, controller=True, block=True)
            obj = await own_provided(self._client, obj, owner, draft.name)
        copy_failure(obj, draft.status)
        reason = "Deleting" if draft.deleted else _WAITING[field]
        ready = is_ready(obj) and not draft.deleted
        self._drafts.tell(draft, mirror(_CONDITIONS[field], obj, ready=ready, reason=reason))
        if "deletionTimestamp" not in obj["metadata"]:
            self._take_over(draft, field, obj)
        return obj

    def _take_over(self, draft: Draft, field: str, obj: Object) -> None:
        """What a ready object says of the cluster. Once ready it counts as ready for good."""
        if not is_ready(obj) and not draft.status.get(_READY[field]):
            return
        endpoint = (obj.get("spec") or {}).get("controlPlaneEndpoint")
        if not _is_valid(draft.spec.get("controlPlaneEndpoint")) and _is_valid(endpoint):
            draft.spec["controlPlaneEndpoint"] = endpoint
        if field == "infrastructureRef" and (domains := (obj.get("status") or {}).get("failureDomains")):
            draft.status["failureDomains"] = domains
        draft.status[_READY[field]] = True

    def _tell_initialized(self, draft: Draft, control_plane: Object | None) -> None:
        """Once initialized it stays so."""
        if control_plane is None or any(one.status for one in draft.conditions((CONTROL_PLANE_INITIALIZED,))):
            return
        if (control_plane.get("status") or {}).get("initialized") is True:
            self._drafts.tell(draft, is_true(CONTROL_PLANE_INITIALIZED))
        else:
            words = "Waiting for control plane provider to indicate the control plane has been initialized"
            reason = "WaitingForControlPlaneProviderInitialized"
            self._drafts.tell(draft, is_false(CONTROL_PLANE_INITIALIZED, INFO, reason, words))

    @staticmethod
    def _missing(draft: Draft, infrastructure: Object | None, control_plane: Object | None) -> float | None:
        """When to look again for what is referred to and not there."""
        wanted = {"infrastructureRef": infrastructure, "controlPlaneRef": control_plane}
        return LOOK_AGAIN if any(draft.spec.get(field) and obj is None for field, obj in wanted.items()) else None

    async def _record_phase(self, draft: Draft) -> None:
        phase = draft.status["phase"]
        if phase == (draft.before.get("status") or {}).get("phase"):
            return
        words = f"Cluster {draft.name} is {phase}"
        if phase == "Failed":
            words = f"{words}: {draft.status.get('failureMessage', 'unknown')}"
        await self._drafts.events.record(draft.before, phase, words, warning=phase == "Failed")


def _not_found(field: str, reference: Object, status: Object) -> Condition:
    name = f"{reference.get('kind', '')} {reference.get('name', '')}"
    if status.get(_READY[field]):
        return is_false(_CONDITIONS[field], ERROR, "Deleted", f"{name} has been deleted after being ready")
    return is_false(_CONDITIONS[field], INFO, _WAITING[field], f"{name} does not exist yet")


def _is_valid(endpoint: Object | None) -> bool:
    return bool(endpoint and endpoint.get("host") and endpoint.get("port"))


def _phase(draft: Draft) -> str:
    phase = "Provisioning" if draft.spec.get("infrastructureRef") or draft.spec.get("controlPlaneRef") else "Pending"
    if draft.status.get("infrastructureReady") and _is_valid(draft.spec.get("controlPlaneEndpoint")):
        phase = "Provisioned"
    if draft.status.get("failureReason") or draft.status.get("failureMessage"):
        phase = "Failed"
    return "Deleting" if draft.deleted else phase
