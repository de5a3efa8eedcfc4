"""TalosControlPlane.status: what the cluster's own API says of its control-plane nodes. Facts of cluster-api 2.5."""

from collections.abc import Sequence

from boot.client.workload import WorkloadClients
from boot.cluster_api.conditions import is_true
from boot.cluster_api.names import CLUSTER_NAME_LABEL, CONTROL_PLANE_LABEL
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.errors import ApiError
from boot.resources.base import Object
from boot.resources.kinds import NODE

CONTROL_PLANE_ROLE = "node-role.kubernetes.io/control-plane"
AVAILABLE = "Available"


class ControlPlaneStatus:
    def __init__(self, drafts: Drafts, workloads: WorkloadClients) -> None:
        self._drafts = drafts
        self._workloads = workloads

    async def write(self, draft: Draft, cluster: Object, machines: Sequence[Object]) -> bool:
        """Whether all of it is ready. `initialized` and `bootstrapped` stay once they are so."""
        count = len(machines)
        name = cluster["metadata"]["name"]
        nodes = await self._list_nodes(cluster)
        if nodes is not None:
            draft.status["initialized"] = True
            self._drafts.tell(draft, is_true(AVAILABLE))
        ready = min(count, sum(_is_ready(node) for node in nodes or ()))
        versions = sorted((machine["spec"]["version"] for machine in machines if machine["spec"].get("version")), key=_order)
        draft.status.update(
            selector=f"{CLUSTER_NAME_LABEL}={name},{CONTROL_PLANE_LABEL}",
            replicas=count,
            readyReplicas=ready,
            unavailableReplicas=count - ready,
            ready=ready > 0,
            observedGeneration=draft.metadata["generation"],
        )
        draft.status.setdefault("initialized", False)
        draft.status.setdefault("bootstrapped", False)
        if versions:
            draft.status["version"] = versions[0]
        return count > 0 and ready == count == draft.spec.get("replicas", 1)

    async def _list_nodes(self, cluster: Object) -> Sequence[Object] | None:
        """None while its API does not answer."""
        metadata = cluster["metadata"]
        try:
            client = await self._workloads.of(metadata["namespace"], metadata["name"])
            return (await client.list(NODE, label_selector=CONTROL_PLANE_ROLE)).items
        except ApiError:
            return None


def _is_ready(node: Object) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _order(version: str) -> tuple[int, ...]:
    """v1.35.4 -> (1, 35, 4); what comes after a dash does not count."""
    return tuple(int(part) for part in version.removeprefix("v").partition("-")[0].split(".") if part.isdigit())
