"""TalosControlPlane: so many control-plane Machines, one etcd among them, and a Kubernetes API that answers. Facts 2.5."""

from collections.abc import Sequence

from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import ERROR, INFO, WARNING, aggregate, find_condition, is_false, is_true, summarize
from boot.cluster_api.keys import parse_key
from boot.cluster_api.ownership import owner_of
from boot.cluster_api.pausing import is_paused
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.frame import release
from boot.controllers.cluster_api.templates import own_template
from boot.controllers.talos.checklists import Checklists
from boot.controllers.talos.control_plane_status import ControlPlaneStatus
from boot.controllers.talos.etcd_upkeep import CHOSEN, EtcdUpkeep
from boot.controllers.talos.kubeconfigs import Kubeconfigs
from boot.controllers.talos.machines import ControlPlaneMachines
from boot.controllers.talos.membership import list_control_plane
from boot.controllers.talos.survey import Survey
from boot.controllers.talos.vip_guard import VipGuard
from boot.errors import ApiError, ConfigError, Conflict, NotFound
from boot.lifecycle.control_plane import Act, Action, Node, decide_machines, describe_services
from boot.lifecycle.node_checklist import Beginning
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, TALOS_CONTROL_PLANE

FINALIZER = "talos.controlplane.cluster.x-k8s.io"
MACHINES_READY, BOOTSTRAPPED, RESIZED = "MachinesReady", "MachinesBootstrapped", "Resized"
AVAILABLE, CREATED, UP_TO_DATE = "Available", "MachinesCreated", "MachinesSpecUpToDate"
COMPONENTS = "ControlPlaneComponentsHealthy"
_SUMMED_UP = (CREATED, RESIZED, MACHINES_READY, AVAILABLE, BOOTSTRAPPED)
SOON, AGAIN = 5.0, 60.0
"""Seconds until the nodes are asked again: while something is not as it should be, and otherwise."""


class TalosControlPlaneReconciler:
    """Implements boot.runtime.controller.Reconciler for keys `namespace/name`."""

    def __init__(
        self,
        client: Client,
        clock: Clock,
        drafts: Drafts,
        machines: ControlPlaneMachines,
        survey: Survey,
        kubeconfigs: Kubeconfigs,
        status: ControlPlaneStatus,
        vips: VipGuard | None = None,
    ) -> None:
        """`vips` None: on this network nobody can be asked for an address."""
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._machines = machines
        self._survey = survey
        self._kubeconfigs = kubeconfigs
        self._status = status
        self._etcd = EtcdUpkeep(drafts, survey, vips or VipGuard())
        self._checklists = Checklists(client, clock)

    async def reconcile(self, key: str) -> float | None:
        namespace, name = parse_key(key)
        draft = await self._drafts.find(TALOS_CONTROL_PLANE, name, namespace)
        cluster = await self._find_cluster(draft) if draft is not None else None
        if draft is None or cluster is None or is_paused(draft.obj, cluster):
            return None
        try:
            return await self._attend(draft, cluster)
        except Conflict:
            return 0.0

    async def _find_cluster(self, draft: Draft) -> Object | None:
        owner = owner_of(draft.obj, CLUSTER.kind, CLUSTER.group)
        try:
            return await self._client.get(CLUSTER, owner["name"], draft.namespace) if owner else None
        except NotFound:
            return None

    async def _attend(self, draft: Draft, cluster: Object) -> float | None:
        finalizers = draft.metadata.get("finalizers") or []
        if draft.deleted and FINALIZER not in finalizers:
            return None
        if FINALIZER not in finalizers:
            if not (cluster.get("status") or {}).get("infrastructureReady"):
                return None
            draft.metadata["finalizers"] = [*finalizers, FINALIZER]
            await self._drafts.save(draft)
            return None
        try:
            again = await (self._take_down(draft, cluster) if draft.deleted else self._work(draft, cluster))
        except (ApiError, ConfigError):
            await self._drafts.save(draft)
            raise
        await self._drafts.save(draft)
        return again

    async def _take_down(self, draft: Draft, cluster: Object) -> float | None:
        machines = await list_control_plane(self._client, cluster)
        for machine in machines:
            await self._machines.delete(draft, machine, "its control plane is deleted")
        await self._machines.sweep(draft, machines)
        self._drafts.tell(draft, is_false(RESIZED, INFO, "Deleting"))
        if not machines:
            release(draft, FINALIZER)
        return SOON if machines else None

    async def _work(self, draft: Draft, cluster: Object) -> float | None:
        reference = draft.spec["infrastructureTemplate"]
        template = await own_template(self._client, reference, cluster, draft.namespace)
        machines = await list_control_plane(self._client, cluster)
        await self._machines.sweep(draft, machines)
        self._drafts.tell(draft, aggregate(MACHINES_READY, machines))
        if not (cluster["spec"].get("controlPlaneEndpoint") or {}).get("host"):
            return None
        if template is None:
            told = f"there is no {reference.get('kind')} {reference.get('name')}"
            self._drafts.tell(draft, is_false(CREATED, ERROR, "InfrastructureTemplateCloningFailed", told))
            return SOON
        await self._kubeconfigs.keep(draft, cluster)
        outdated = [await self._machines.find_outdated(draft, machine) for machine in machines]
        nodes = await self._survey.look(cluster, machines, outdated)
        action = await self._resize(draft, cluster, template, nodes)
        chosen = (draft.metadata.get("annotations") or {}).get(CHOSEN, "")
        await self._checklists.write(nodes, Beginning(bool(draft.status.get("bootstrapped")), chosen))
        await self._tell(draft, cluster, nodes, action)
        done = await self._status.write(draft, cluster, machines)
        self._drafts.tell(draft, summarize(draft.conditions(_SUMMED_UP), _SUMMED_UP))
        return AGAIN if done and action.act is Act.NOTHING else SOON

    async def _resize(self, draft: Draft, cluster: Object, template: Object, nodes: Sequence[Node]) -> Action:
        """One machine more or fewer, or etcd's beginning once they are as many as wanted."""
        strategy = draft.spec.get("rolloutStrategy") or {}
        rolling = strategy.get("type", "RollingUpdate") == "RollingUpdate"
        surge = (strategy.get("rollingUpdate") or {}).get("maxSurge", 1)
        replicas = draft.spec.get("replicas", 1)
        action = decide_machines(nodes, replicas, surge if isinstance(surge, int) else 1, rolling=rolling)
        if action.act is Act.CREATE:
            await self._machines.create(draft, cluster, template, action.reason)
        elif action.act is Act.SCALE_DOWN and action.node is not None:
            if trouble := await self._etcd.leave(cluster, action.node):
                return Action(Act.WAIT, trouble)
            await self._machines.delete(draft, action.node.machine, action.reason)
        elif action.act is Act.NOTHING and not draft.status.get("bootstrapped"):
            return await self._etcd.bootstrap(draft, cluster, nodes)
        return action

    async def _tell(self, draft: Draft, cluster: Object, nodes: Sequence[Node], action: Action) -> None:
        replicas = draft.spec.get("replicas", 1)
        if len(nodes) == replicas:
            self._drafts.tell(draft, is_true(RESIZED), is_true(CREATED))
        else:
            reason = "ScalingUp" if len(nodes) < replicas else "ScalingDown"
            words = f"{len(nodes)} of {replicas} machines{f': {action.reason}' if action.reason else ''}"
            self._drafts.tell(draft, is_false(RESIZED, WARNING, reason, words))
        old = [f"{node.name}: {node.outdated}" for node in nodes if node.outdated]
        if old:
            self._drafts.tell(draft, is_false(UP_TO_DATE, WARNING, "RollingUpdateInProgress", "; ".join(old)))
        else:
            self._drafts.tell(draft, is_true(UP_TO_DATE))
        if draft.status.get("bootstrapped"):
            trouble = describe_services(nodes)
            unhealthy = is_false(COMPONENTS, WARNING, "ControlPlaneComponentsUnhealthy", trouble)
            etcd = await self._etcd.audit(draft, cluster, nodes)
            self._drafts.tell(draft, is_true(BOOTSTRAPPED), etcd, unhealthy if trouble else is_true(COMPONENTS))
        else:
            reason = "WaitingForTalosBoot" if len(nodes) == replicas else "WaitingForMachines"
            self._drafts.tell(draft, is_false(BOOTSTRAPPED, INFO, reason, action.reason))
        if find_condition(draft.obj, AVAILABLE) is None:
            self._drafts.tell(draft, is_false(AVAILABLE, INFO, "WaitingForTalosBoot"))
