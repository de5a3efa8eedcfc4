"""The node of a Machine: found by its provider id, marked as the Machine's, its health told."""

from boot.cluster_api.conditions import ERROR, INFO, WARNING, Condition, is_false
from boot.cluster_api.machines import NODE_HEALTHY, node_health, node_patch
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.nodes import Nodes
from boot.errors import ApiError
from boot.resources.base import Object
from boot.resources.kinds import NODE

_AWAITED, _UNWELL, _WELL = 3.0, 10.0, 60.0
"""Seconds until the node is looked at again: not there yet, not healthy, healthy."""


class MachineNode:
    def __init__(self, drafts: Drafts, nodes: Nodes) -> None:
        self._drafts = drafts
        self._nodes = nodes

    async def attend(self, draft: Draft, infrastructure: Object | None) -> float | None:
        """Seconds after which to look again; None while there is nothing to look for."""
        if not draft.spec.get("providerID"):
            self._drafts.tell(draft, is_false(NODE_HEALTHY, INFO, "WaitingForNodeRef"))
            return None
        try:
            node = await self._nodes.of_machine(draft.obj)
            if node is None:
                return self._tell_missing(draft)
            await self._take(draft, node)
        except ApiError as error:
            return self._tell_unreached(draft, error)
        if infrastructure is None or "deletionTimestamp" in infrastructure["metadata"]:
            self._drafts.tell(draft, is_false(NODE_HEALTHY, INFO, "Deleting"))
            return _UNWELL
        health = node_health(node)
        self._drafts.tell(draft, health)
        return _WELL if health.status else _UNWELL

    async def _take(self, draft: Draft, node: Object) -> None:
        if not draft.status.get("nodeRef"):
            metadata = node["metadata"]
            reference = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata["uid"]}
            draft.status["nodeRef"] = reference
            await self._drafts.events.record(draft.before, "SuccessfulSetNodeRef", metadata["name"])
        if info := (node.get("status") or {}).get("nodeInfo"):
            draft.status["nodeInfo"] = info
        if patch := node_patch(draft.obj, node):
            client = await self._nodes.client(draft.namespace, draft.spec["clusterName"])
            await client.patch(NODE, node["metadata"]["name"], patch)

    def _tell_missing(self, draft: Draft) -> float:
        if draft.deleted:
            return _UNWELL
        if draft.status.get("nodeRef"):
            words = f"Node {draft.status['nodeRef']['name']} with the provider id {draft.spec['providerID']} is gone"
            self._drafts.tell(draft, is_false(NODE_HEALTHY, ERROR, "NodeNotFound", words))
            return _UNWELL
        words = "Waiting for a node with matching ProviderID to exist"
        self._drafts.tell(draft, is_false(NODE_HEALTHY, WARNING, "NodeProvisioning", words))
        return _AWAITED

    def _tell_unreached(self, draft: Draft, error: ApiError) -> float:
        """Before the node was seen, that its cluster does not answer yet is nothing unusual."""
        if draft.status.get("nodeRef"):
            words = f"Failed to get the Node for this Machine by ProviderID: {error}"
            self._drafts.tell(draft, Condition(NODE_HEALTHY, None, "NodeInspectionFailed", words))
            return _UNWELL
        words = f"Waiting for the cluster to answer: {error}"
        self._drafts.tell(draft, is_false(NODE_HEALTHY, WARNING, "NodeProvisioning", words))
        return _AWAITED
