"""The end of a Machine: drained, then its infrastructure, its bootstrap configuration, its node, itself (facts 2.2)."""

from collections.abc import Iterable

from boot.client.protocol import Client
from boot.clock import Clock, parse_time
from boot.cluster_api.conditions import INFO, WARNING, is_false, is_true
from boot.cluster_api.durations import patience
from boot.cluster_api.machines import BOOTSTRAP_READY, INFRASTRUCTURE_READY, NODE_HEALTHY, is_control_plane
from boot.cluster_api.names import (
    CLUSTER_NAME_LABEL,
    MACHINE_FINALIZER,
    PRE_DRAIN_HOOK_PREFIX,
    PRE_TERMINATE_HOOK_PREFIX,
)
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.draining import Draining
from boot.controllers.cluster_api.frame import release
from boot.controllers.cluster_api.nodes import Nodes
from boot.controllers.cluster_api.provided import delete_provided, find_provided
from boot.errors import ApiError, NotFound
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, NODE

WAIT, NODE_AGAIN = 10.0, 2.0
"""Seconds until what is being deleted is looked at again (its end is told, too); until a node is tried again."""


class MachineDeletion:
    def __init__(self, client: Client, clock: Clock, drafts: Drafts, nodes: Nodes) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._nodes = nodes
        self._draining = Draining(clock, drafts, nodes)

    async def proceed(
        self, draft: Draft, cluster: Object, infrastructure: Object | None, bootstrap: Object | None
    ) -> float | None:
        """One step further; the finalizer goes with the last. Seconds after which to look again."""
        leaves = await self._leaves_cluster(draft, cluster)
        if leaves:
            if self._is_held(draft, PRE_DRAIN_HOOK_PREFIX, "PreDrainDeleteHookSucceeded"):
                return None
            if (again := await self._draining.proceed(draft)) is not None:
                return again
        if self._is_held(draft, PRE_TERMINATE_HOOK_PREFIX, "PreTerminateDeleteHookSucceeded"):
            return None
        # First its server is let go.
        for obj, type_ in ((infrastructure, INFRASTRUCTURE_READY), (bootstrap, BOOTSTRAP_READY)):
            if obj is not None:
                await delete_provided(self._client, obj)
                return WAIT
            self._drafts.tell(draft, is_false(type_, INFO, "Deleted"))
        if leaves and not await self._delete_node(draft):
            return NODE_AGAIN
        release(draft, MACHINE_FINALIZER)
        return None

    def _is_held(self, draft: Draft, prefix: str, type_: str) -> bool:
        """Whether somebody asked to be waited for here."""
        held = sorted(key for key in draft.metadata.get("annotations") or () if key.startswith(prefix))
        words = f"Waiting for hooks to succeed: {', '.join(held)}"
        self._drafts.tell(draft, is_false(type_, INFO, "WaitingExternalHook", words) if held else is_true(type_))
        return bool(held)

    async def _leaves_cluster(self, draft: Draft, cluster: Object) -> bool:
        """Whether the cluster goes on without it, so that its node has to be emptied and taken off its list."""
        if "deletionTimestamp" in cluster["metadata"] or not draft.status.get("nodeRef"):
            return False
        if reference := cluster.get("spec", {}).get("controlPlaneRef"):
            control_plane = await find_provided(self._client, reference, draft.namespace)
            if control_plane is not None and "deletionTimestamp" in control_plane["metadata"]:
                return False
        selector = f"{CLUSTER_NAME_LABEL}={draft.spec['clusterName']}"
        machines = (await self._client.list(MACHINE, draft.namespace, label_selector=selector)).items
        return any(map(is_control_plane, _alive(machines)))

    async def _delete_node(self, draft: Draft) -> bool:
        """Whether it is gone, or has been tried long enough."""
        name = draft.status["nodeRef"]["name"]
        try:
            client = await self._nodes.client(draft.namespace, draft.spec["clusterName"])
            await client.delete(NODE, name)
        except NotFound:
            return True
        except ApiError as error:
            self._drafts.tell(draft, is_false(NODE_HEALTHY, WARNING, "DeletionFailed", f"Node {name}: {error}"))
            limit = patience(draft.spec.get("nodeDeletionTimeout"))
            return limit is not None and self._clock.now() >= parse_time(draft.metadata["deletionTimestamp"]) + limit
        return True


def _alive(machines: Iterable[Object]) -> Iterable[Object]:
    return (machine for machine in machines if "deletionTimestamp" not in machine["metadata"])
