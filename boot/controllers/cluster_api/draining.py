"""Emptying the node of a Machine that leaves its cluster: cordoned, its pods asked to go, waited for; then its volumes."""

from collections.abc import Sequence

from boot.client.protocol import Client
from boot.clock import Clock, parse_time, rfc3339
from boot.cluster_api.conditions import INFO, WARNING, is_false, is_true
from boot.cluster_api.draining import build_eviction, evictions_of, is_unreachable, keeps_node
from boot.cluster_api.durations import patience
from boot.cluster_api.machines import DRAINING_SUCCEEDED
from boot.cluster_api.names import EXCLUDE_DETACH_ANNOTATION, EXCLUDE_DRAINING_ANNOTATION
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.nodes import Nodes
from boot.errors import ApiError, NotFound
from boot.resources.base import Object
from boot.resources.kinds import NODE, POD, Kind

AGAIN = 20.0
"""Seconds between two looks at a node that is not empty yet."""
_ATTACHMENT = Kind("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments")


class Draining:
    def __init__(self, clock: Clock, drafts: Drafts, nodes: Nodes) -> None:
        self._clock = clock
        self._drafts = drafts
        self._nodes = nodes

    async def proceed(self, draft: Draft) -> float | None:
        """None once its node is empty, or not to be emptied; else seconds after which to look again."""
        try:
            client = await self._nodes.client(draft.namespace, draft.spec["clusterName"])
            node = await client.get(NODE, draft.status["nodeRef"]["name"])
            if self._is_wanted(draft, EXCLUDE_DRAINING_ANNOTATION, "nodeDrainStartTime", "nodeDrainTimeout"):
                left = await self._drain(client, node)
                self._tell_drained(draft, left)
                if left:
                    return AGAIN
            return await self._detach(draft, client, node)
        except NotFound:
            return None  # somebody took the node away already
        except ApiError as error:
            words = f"The node cannot be drained: {error}"
            self._drafts.tell(draft, is_false(DRAINING_SUCCEEDED, WARNING, "DrainingFailed", words))
            expired = not self._is_wanted(draft, EXCLUDE_DRAINING_ANNOTATION, "nodeDrainStartTime", "nodeDrainTimeout")
            return None if expired else AGAIN

    def _is_wanted(self, draft: Draft, exclude: str, started: str, timeout: str) -> bool:
        """Whether it is still worth waiting; notes when the waiting began."""
        if exclude in (draft.metadata.get("annotations") or {}):
            return False
        deletion = draft.status.setdefault("deletion", {})
        began = parse_time(deletion.setdefault(started, rfc3339(self._clock.now())))
        limit = patience(draft.spec.get(timeout))
        return limit is None or self._clock.now() < began + limit

    async def _drain(self, client: Client, node: Object) -> Sequence[str]:
        """What is still there, a word a pod; every pod that can be asked has been asked to go."""
        if not (node.get("spec") or {}).get("unschedulable"):
            await client.patch(NODE, node["metadata"]["name"], {"spec": {"unschedulable": True}})
        unreachable = is_unreachable(node)
        pods = (await client.list(POD, field_selector=f"spec.nodeName={node['metadata']['name']}")).items
        return [await _evict(client, pod, unreachable=unreachable) for pod in pods if keeps_node(pod, unreachable=unreachable)]

    def _tell_drained(self, draft: Draft, left: Sequence[str]) -> None:
        if left:
            words = f"{len(left)} pods are left: {'; '.join(left[:5])}"
            self._drafts.tell(draft, is_false(DRAINING_SUCCEEDED, INFO, "Draining", words))
        else:
            self._drafts.tell(draft, is_true(DRAINING_SUCCEEDED))

    async def _detach(self, draft: Draft, client: Client, node: Object) -> float | None:
        """Waits until its volumes are another node's to take."""
        wanted = self._is_wanted(draft, EXCLUDE_DETACH_ANNOTATION, "waitForNodeVolumeDetachStartTime", "nodeVolumeDetachTimeout")
        if not wanted or is_unreachable(node):
            return None
        attached = await _attached(client, node["metadata"]["name"])
        if not attached:
            self._drafts.tell(draft, is_true("VolumeDetachSucceeded"))
            return None
        words = f"Waiting for volumes to be detached: {', '.join(attached[:5])}"
        self._drafts.tell(draft, is_false("VolumeDetachSucceeded", INFO, "WaitingForVolumeDetach", words))
        return AGAIN


async def _evict(client: Client, pod: Object, *, unreachable: bool) -> str:
    metadata = pod["metadata"]
    name = f"{metadata['namespace']}/{metadata['name']}"
    if "deletionTimestamp" in metadata:
        return f"{name} is ending"
    try:
        await client.create(evictions_of(pod), build_eviction(pod, unreachable=unreachable))
    except NotFound:
        return f"{name} has just gone"
    except ApiError as error:  # a disruption budget, most often
        return f"{name} stays: {error}"
    return f"{name} has been asked to go"


async def _attached(client: Client, node: str) -> list[str]:
    try:
        attachments = (await client.list(_ATTACHMENT)).items
    except NotFound:  # a cluster that does not serve them has none
        return []
    return [one["metadata"]["name"] for one in attachments if one.get("spec", {}).get("nodeName") == node]
