"""Machine: owns its infrastructure and its bootstrap configuration, takes over what they tell, finds its node."""

from boot.client.protocol import Client
from boot.clock import Clock, rfc3339
from boot.cluster_api.conditions import ERROR, INFO, is_false, is_true, mirror
from boot.cluster_api.machines import BOOTSTRAP_READY, INFRASTRUCTURE_READY, is_control_plane, machine_phase, machine_ready
from boot.cluster_api.names import (
    CLUSTER_NAME_LABEL,
    CONTROL_PLANE_NAME_LABEL,
    MACHINE_FINALIZER,
    POOL_NAME_LABEL,
    SET_NAME_LABEL,
)
from boot.cluster_api.ownership import controller_of, is_of, owner_of, owner_reference, with_owner
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.machine_deletion import MachineDeletion
from boot.controllers.cluster_api.machine_node import MachineNode
from boot.controllers.cluster_api.nodes import Nodes
from boot.controllers.cluster_api.provided import LOOK_AGAIN, copy_failure, find_provided, is_ready, own_provided
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, CLUSTER_GROUP, MACHINE

_MADE_BY_OTHERS = (SET_NAME_LABEL, POOL_NAME_LABEL, CONTROL_PLANE_NAME_LABEL)


class MachineWorker:
    """Implements boot.controllers.cluster_api.frame.Worker."""

    kind = MACHINE
    finalizer = MACHINE_FINALIZER

    def __init__(self, client: Client, clock: Clock, drafts: Drafts, nodes: Nodes) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._node = MachineNode(drafts, nodes)
        self._deletion = MachineDeletion(client, clock, drafts, nodes)

    async def work(self, draft: Draft, cluster: Object) -> float | None:
        draft.label(CLUSTER_NAME_LABEL, draft.spec["clusterName"])
        if _stands_alone(draft.obj):
            references = draft.metadata.get("ownerReferences") or []
            draft.metadata["ownerReferences"] = with_owner(references, owner_reference(cluster))
        bootstrap = await self._attend_bootstrap(draft, cluster)
        infrastructure = await self._attend_infrastructure(draft, cluster)
        again = await self._node.attend(draft, infrastructure)
        if infrastructure is None or (bootstrap is None and draft.spec["bootstrap"].get("configRef")):
            again = min(again or LOOK_AGAIN, LOOK_AGAIN)
        if draft.deleted:
            again = await self._deletion.proceed(draft, cluster, infrastructure, bootstrap)
        self._drafts.tell(draft, machine_ready(draft.obj))
        self._tell_phase(draft)
        draft.status["observedGeneration"] = draft.metadata["generation"]
        return again

    async def _find(self, draft: Draft, cluster: Object, reference: Object) -> Object | None:
        """The object of a provider, with this Machine as its controller in the place of who made it."""
        obj = await find_provided(self._client, reference, draft.namespace)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return obj
        control_plane = cluster.get("spec", {}).get("controlPlaneRef") if is_control_plane(draft.obj) else None

        def is_creator(owner: Object) -> bool:
            made_by_set = is_of(owner, "MachineSet", CLUSTER_GROUP)
            return made_by_set or (control_plane is not None and is_of(owner, control_plane["kind"], _group(control_plane)))

        owner = owner_reference(draft.obj, controller=True, block=True)
        obj = await own_provided(self._client, obj, owner, draft.spec["clusterName"], is_creator)
        copy_failure(obj, draft.status)
        return obj

    async def _attend_bootstrap(self, draft: Draft, cluster: Object) -> Object | None:
        bootstrap = draft.spec["bootstrap"]
        if not bootstrap.get("configRef"):
            self._drafts.tell(draft, is_true(BOOTSTRAP_READY))
            draft.status["bootstrapReady"] = True
            return None
        config = await self._find(draft, cluster, bootstrap["configRef"])
        if bootstrap.get("dataSecretName"):
            if config is not None or not draft.deleted:
                draft.status["bootstrapReady"] = True
                self._drafts.tell(draft, is_true(BOOTSTRAP_READY))
            return config
        if config is None:
            if not draft.deleted:
                self._drafts.tell(
                    draft, is_false(BOOTSTRAP_READY, INFO, "WaitingForDataSecret", _missing(bootstrap["configRef"]))
                )
            return None
        reason = "Deleting" if draft.deleted else "WaitingForDataSecret"
        self._drafts.tell(draft, mirror(BOOTSTRAP_READY, config, ready=is_ready(config), reason=reason))
        if is_ready(config) and "deletionTimestamp" not in config["metadata"]:
            self._take_secret(draft, config)
        return config

    def _take_secret(self, draft: Draft, config: Object) -> None:
        secret = config["status"].get("dataSecretName")
        if secret:
            draft.spec["bootstrap"] = {**draft.spec["bootstrap"], "dataSecretName": secret}
            draft.status["bootstrapReady"] = True
        else:
            words = f"{_name(config)} is ready and names no secret with the bootstrap data"
            self._drafts.tell(draft, is_false(BOOTSTRAP_READY, ERROR, "WaitingForDataSecret", words))

    async def _attend_infrastructure(self, draft: Draft, cluster: Object) -> Object | None:
        reference = draft.spec["infrastructureRef"]
        infrastructure = await self._find(draft, cluster, reference)
        if infrastructure is None:
            if not draft.deleted:
                self._tell_missing(draft, reference)
            return None
        reason = "Deleting" if draft.deleted else "WaitingForInfrastructure"
        self._drafts.tell(draft, mirror(INFRASTRUCTURE_READY, infrastructure, ready=is_ready(infrastructure), reason=reason))
        if "deletionTimestamp" not in infrastructure["metadata"]:
            self._take_over(draft, infrastructure)
        return infrastructure

    def _take_over(self, draft: Draft, infrastructure: Object) -> None:
        """What ready infrastructure says of the Machine. Once ready it counts as ready for good."""
        if not is_ready(infrastructure) and not draft.status.get("infrastructureReady"):
            return
        spec, status = infrastructure.get("spec") or {}, infrastructure.get("status") or {}
        if not spec.get("providerID"):
            words = f"{_name(infrastructure)} is ready and has no providerID"
            self._drafts.tell(draft, is_false(INFRASTRUCTURE_READY, ERROR, "WaitingForInfrastructure", words))
            return
        if "addresses" in status:
            draft.status["addresses"] = status["addresses"]
        if spec.get("failureDomain"):
            draft.spec["failureDomain"] = spec["failureDomain"]
        draft.spec["providerID"] = spec["providerID"]
        draft.status["infrastructureReady"] = True

    def _tell_missing(self, draft: Draft, reference: Object) -> None:
        if not draft.status.get("infrastructureReady"):
            self._drafts.tell(draft, is_false(INFRASTRUCTURE_READY, INFO, "WaitingForInfrastructure", _missing(reference)))
            return
        words = f"{reference.get('kind')} {reference.get('name')} has been deleted after being ready"
        draft.status["failureReason"] = "InvalidConfiguration"
        draft.status["failureMessage"] = words
        self._drafts.tell(draft, is_false(INFRASTRUCTURE_READY, ERROR, "Deleted", words))

    def _tell_phase(self, draft: Draft) -> None:
        phase = machine_phase(draft.obj)
        if phase != draft.status.get("phase"):
            draft.status["phase"] = phase
            draft.status["lastUpdated"] = rfc3339(self._clock.now())


def _stands_alone(machine: Object) -> bool:
    """Whether nobody made it but a person, so that it is the Cluster's."""
    if controller_of(machine) is not None or owner_of(machine, CLUSTER.kind, CLUSTER_GROUP) is not None:
        return False
    return not any(label in (machine["metadata"].get("labels") or {}) for label in _MADE_BY_OTHERS)


def _group(reference: Object) -> str:
    return str(reference.get("apiVersion", "")).rpartition("/")[0]


def _name(obj: Object) -> str:
    return f"{obj['kind']} {obj['metadata']['name']}"


def _missing(reference: Object) -> str:
    return f"{reference.get('kind')} {reference.get('name')} does not exist yet"
