"""MachineDeployment: a MachineSet of its template, which takes over from the older ones as the strategy says."""

import random
from collections.abc import Sequence

from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import ERROR, INFO, WARNING, is_false, is_true, mirror, summarize
from boot.cluster_api.deployments import build_set, by_age, find_new, follow, replicas_annotations
from boot.cluster_api.machine_sets import template_of
from boot.cluster_api.names import (
    CLUSTER_NAME_LABEL,
    DISABLE_MACHINE_CREATE_ANNOTATION,
    MACHINE_DEPLOYMENT_FINALIZER,
    REVISION_ANNOTATION,
)
from boot.cluster_api.ownership import controller_of, owner_reference, with_owner
from boot.cluster_api.rollout import (
    desired_replicas,
    first_size,
    is_complete,
    max_unavailable,
    name_of,
    plan_paused,
    plan_sizes,
    size_of,
    told,
)
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.frame import release
from boot.controllers.cluster_api.provided import LOOK_AGAIN, delete_provided
from boot.controllers.cluster_api.templates import own_template
from boot.errors import ApiError
from boot.plane.cluster_api_rules import default_machine_deployment
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, MACHINE_DEPLOYMENT, MACHINE_SET
from boot.resources.label_selectors import render_selector, selects

_AVAILABLE, _SET_READY, _CREATED = "Available", "MachineSetReady", "MachineSetCreated"


class MachineDeploymentWorker:
    """Implements boot.controllers.cluster_api.frame.Worker."""

    kind = MACHINE_DEPLOYMENT
    finalizer = MACHINE_DEPLOYMENT_FINALIZER

    def __init__(self, client: Client, clock: Clock, drafts: Drafts, rng: random.Random) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._rng = rng

    async def work(self, draft: Draft, cluster: Object) -> float | None:
        # A plane that is a cluster without Cluster API's webhooks leaves the selector empty, which selects everything.
        default_machine_deployment(draft.obj)
        draft.label(CLUSTER_NAME_LABEL, draft.spec["clusterName"])
        references = draft.metadata.get("ownerReferences") or []
        draft.metadata["ownerReferences"] = with_owner(references, owner_reference(cluster))
        sets = await self._claim(draft)
        if draft.deleted:
            for one in sets:
                await delete_provided(self._client, one)
            if not sets:
                release(draft, MACHINE_DEPLOYMENT_FINALIZER)
            self._tell(draft, None, sets)
            return None
        missing = await self._missing_templates(draft, cluster)
        new, old = await self._choose(draft, sets, missing)
        sets = await self._resize(draft, new, old)
        self._tell(draft, new, sets)
        if new is not None and is_complete(draft.obj, draft.status):
            await self._clean_up(draft, [one for one in sets if name_of(one) != name_of(new)])
        return LOOK_AGAIN if missing else None

    async def _claim(self, draft: Draft) -> list[Object]:
        """Its MachineSets, the oldest first: those that it made, and those that its selector matches and nobody has."""
        claimed = []
        for one in (await self._client.list(MACHINE_SET, draft.namespace)).items:
            owner = controller_of(one)
            if owner is None and selects(draft.spec["selector"], one["metadata"].get("labels") or {}):
                one = await self._adopt(draft, one)  # the same, one owner richer
            elif owner is None or owner["uid"] != draft.metadata["uid"]:
                continue
            claimed.append(one)
        return by_age(claimed)

    async def _adopt(self, draft: Draft, machine_set: Object) -> Object:
        adopted = Draft(MACHINE_SET, machine_set)
        owner = owner_reference(draft.before, controller=True, block=True)
        adopted.metadata["ownerReferences"] = with_owner(adopted.metadata.get("ownerReferences") or [], owner)
        await self._drafts.save(adopted)
        await self._drafts.events.record(draft.before, "SuccessfulAdopt", f"Adopted MachineSet {adopted.name}")
        return await self._client.get(MACHINE_SET, adopted.name, adopted.namespace)

    async def _missing_templates(self, draft: Draft, cluster: Object) -> list[str]:
        """What it refers to and is not there; what is there becomes the Cluster's."""
        spec = template_of(draft.obj).get("spec") or {}
        references = (spec.get("infrastructureRef"), (spec.get("bootstrap") or {}).get("configRef"))
        return [
            f"{reference.get('kind')} {reference.get('name')}"
            for reference in references
            if reference and await own_template(self._client, reference, cluster, draft.namespace) is None
        ]

    async def _choose(self, draft: Draft, sets: Sequence[Object], missing: Sequence[str]) -> tuple[Object | None, list[Object]]:
        """The MachineSet of its template, made where there is none yet, and all others."""
        new = find_new(draft.obj, sets, self._clock.now())
        old = [one for one in sets if new is None or name_of(one) != name_of(new)]
        try:
            if new is not None:
                new = await self._follow(draft, new, old)
            elif missing:
                words = f"No MachineSet can be made: {' and '.join(missing)} not found"
                self._drafts.tell(draft, is_false(_CREATED, ERROR, "TemplateNotFound", words))
            elif not draft.spec.get("paused"):
                new = await self._create(draft, old)
        except ValueError as error:
            self._drafts.tell(draft, is_false(_CREATED, ERROR, "Unmanageable", str(error)))
            return None, old
        if new is not None:
            if draft.conditions((_CREATED,)):  # ours, and there only once something was wrong
                self._drafts.tell(draft, is_true(_CREATED))
            revision = new["metadata"]["annotations"][REVISION_ANNOTATION]
            draft.metadata.setdefault("annotations", {})[REVISION_ANNOTATION] = revision
        return new, old

    async def _create(self, draft: Draft, old: Sequence[Object]) -> Object | None:
        made = build_set(draft.obj, old, first_size(draft.obj, old), self._rng)
        try:
            created = await self._client.create(MACHINE_SET, made)
        except ApiError as error:
            self._drafts.tell(draft, is_false(_CREATED, ERROR, "MachineSetCreationFailed", str(error)))
            raise
        await self._drafts.events.record(draft.before, "SuccessfulCreate", f"Created MachineSet {name_of(created)}")
        return created

    async def _follow(self, draft: Draft, new: Object, old: Sequence[Object]) -> Object:
        """The newest set with what the deployment says by now; ValueError where it has no label of its own."""
        follower = Draft(MACHINE_SET, new)
        follow(follower.obj, draft.obj, old)
        follower.metadata["annotations"].pop(DISABLE_MACHINE_CREATE_ANNOTATION, None)
        return await self._write(follower)

    async def _write(self, changed: Draft) -> Object:
        if changed.obj == changed.before:
            return changed.before
        await self._drafts.save(changed)
        return await self._client.get(MACHINE_SET, changed.name, changed.namespace)

    async def _resize(self, draft: Draft, new: Object | None, old: Sequence[Object]) -> list[Object]:
        """All sets in the sizes that they shall have now."""
        if draft.spec.get("paused"):
            sizes = plan_paused(draft.obj, new, old)
        elif new is None:
            sizes = {}
        else:
            sizes = plan_sizes(draft.obj, new, old, await self._alive(draft, old))
        on_delete = (draft.spec.get("strategy") or {}).get("type") == "OnDelete"
        resized = []
        for one in (*old, *([new] if new else [])):
            changed = Draft(MACHINE_SET, one)
            size = sizes.get(name_of(one), size_of(one))
            if size != size_of(one):
                changed.spec["replicas"] = size
                changed.metadata.setdefault("annotations", {}).update(replicas_annotations(draft.obj))
                words = f"Scaled MachineSet {name_of(one)}: {size_of(one)} -> {size}"
                await self._drafts.events.record(draft.before, "SuccessfulScale", words)
            if on_delete and one is not new and size_of(one) > 0:
                changed.metadata.setdefault("annotations", {})[DISABLE_MACHINE_CREATE_ANNOTATION] = "true"
            resized.append(await self._write(changed))
        return resized

    async def _alive(self, draft: Draft, old: Sequence[Object]) -> dict[str, int]:
        """Set -> how many of its Machines nobody deletes; only who replaces Machines on deletion asks."""
        if (draft.spec.get("strategy") or {}).get("type") != "OnDelete":
            return {}
        counts = {}
        for one in old:
            selector = render_selector(one["spec"]["selector"])
            machines = (await self._client.list(MACHINE, draft.namespace, label_selector=selector)).items
            counts[name_of(one)] = sum("deletionTimestamp" not in machine["metadata"] for machine in machines)
        return counts

    async def _clean_up(self, draft: Draft, old: Sequence[Object]) -> None:
        """Old sets without Machines, but for the last few."""
        surplus = len(old) - int(draft.spec.get("revisionHistoryLimit", 1))
        for one in old[: max(surplus, 0)]:
            if size_of(one) == 0 and told(one, "replicas") == 0:
                await delete_provided(self._client, one)

    def _tell(self, draft: Draft, new: Object | None, sets: Sequence[Object]) -> None:
        replicas = sum(told(one, "replicas") for one in sets)
        ready = sum(told(one, "readyReplicas") for one in sets)
        available = sum(told(one, "availableReplicas") for one in sets)
        updated = next((told(one, "replicas") for one in sets if new is not None and name_of(one) == name_of(new)), 0)
        desired = desired_replicas(draft.obj)
        draft.status.update(
            selector=render_selector(draft.spec["selector"]),
            replicas=replicas,
            updatedReplicas=updated,
            readyReplicas=ready,
            availableReplicas=available,
            unavailableReplicas=max(sum(map(size_of, sets)) - available, 0),
            phase="Running" if ready == desired else "ScalingUp" if ready < desired else "ScalingDown",
            observedGeneration=draft.metadata["generation"],
        )
        least = desired - max_unavailable(draft.obj)
        words = f"Minimum availability requires {least} replicas, current {available} available"
        short = is_false(_AVAILABLE, WARNING, "WaitingForAvailableMachines", words)
        self._drafts.tell(draft, is_true(_AVAILABLE) if available >= least else short)
        if new is not None:
            self._drafts.tell(draft, mirror(_SET_READY, new, ready=False, reason="WaitingForMachineSet"))
        else:
            self._drafts.tell(draft, is_false(_SET_READY, INFO, "WaitingForMachineSet", "MachineSet not found"))
        self._drafts.tell(draft, summarize(draft.conditions((_AVAILABLE,)), (_AVAILABLE,)))
