"""MachineSet: so many Machines of one template, no more and no fewer, and how far they are."""

import random
from datetime import timedelta

from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import WARNING, aggregate, is_false, is_true, summarize
from boot.cluster_api.machine_sets import IN_PLACE, count_nodes, machine_annotations, machine_labels, template_of
from boot.cluster_api.names import CLUSTER_NAME_LABEL, DEPLOYMENT_NAME_LABEL, MACHINE_SET_FINALIZER
from boot.cluster_api.ownership import controller_of, owner_of, owner_reference, with_owner
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.frame import release
from boot.controllers.cluster_api.machine_set_scaling import CREATED, MachineSetScaling
from boot.controllers.cluster_api.nodes import Nodes
from boot.controllers.cluster_api.provided import delete_provided
from boot.controllers.cluster_api.templates import own_template
from boot.errors import ApiError
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, CLUSTER_GROUP, MACHINE, MACHINE_DEPLOYMENT, MACHINE_SET
from boot.resources.label_selectors import render_selector, selects

_RESIZED, _MACHINES_READY = "Resized", "MachinesReady"
_SUMMED_UP = (CREATED, _RESIZED, _MACHINES_READY)
_UNREADY_AGAIN = 15.0
"""Seconds until the nodes of a set that is not ready are looked at again."""


class MachineSetWorker:
    """Implements boot.controllers.cluster_api.frame.Worker."""

    kind = MACHINE_SET
    finalizer = MACHINE_SET_FINALIZER

    def __init__(self, client: Client, clock: Clock, drafts: Drafts, nodes: Nodes, rng: random.Random) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._nodes = nodes
        self._scaling = MachineSetScaling(client, clock, drafts, rng)

    async def work(self, draft: Draft, cluster: Object) -> float | None:
        self._belong(draft, cluster)
        templates = await self._own_templates(draft, cluster)
        machines = await self._claim(draft)
        again = None
        if draft.deleted:
            for machine in machines:
                await delete_provided(self._client, machine)
            if not machines:
                release(draft, MACHINE_SET_FINALIZER)
        else:
            for machine in machines:
                await self._propagate(draft, machine)
            again = await self._scaling.scale(draft, cluster, machines, templates)
        await self._tell(draft, machines)  # as it was: a change is told as such first, then what came of it
        if draft.status["readyReplicas"] != draft.spec.get("replicas", 1) and not draft.deleted:
            again = min(again or _UNREADY_AGAIN, _UNREADY_AGAIN)
        return again

    def _belong(self, draft: Draft, cluster: Object) -> None:
        name = draft.spec["clusterName"]
        draft.label(CLUSTER_NAME_LABEL, name)
        of_deployment = DEPLOYMENT_NAME_LABEL in draft.metadata["labels"]
        owned = any(owner_of(draft.obj, kind.kind, CLUSTER_GROUP) for kind in (MACHINE_DEPLOYMENT, CLUSTER))
        if not of_deployment and not owned:
            references = draft.metadata.get("ownerReferences") or []
            draft.metadata["ownerReferences"] = with_owner(references, owner_reference(cluster))
        draft.spec["selector"].setdefault("matchLabels", {})[CLUSTER_NAME_LABEL] = name
        metadata = draft.spec.setdefault("template", {}).setdefault("metadata", {})
        metadata.setdefault("labels", {})[CLUSTER_NAME_LABEL] = name

    async def _own_templates(self, draft: Draft, cluster: Object) -> dict[str, Object | None]:
        """Kind of the template -> the template, or None where there is none."""
        spec = template_of(draft.obj).get("spec") or {}
        references = (spec.get("infrastructureRef"), (spec.get("bootstrap") or {}).get("configRef"))
        return {
            reference["kind"]: await own_template(self._client, reference, cluster, draft.namespace)
            for reference in references
            if reference
        }

    async def _claim(self, draft: Draft) -> list[Object]:
        """Its Machines: those that it made, and those that its selector matches and nobody has. Deleted ones count."""
        selector = draft.spec["selector"]
        listing = await self._client.list(MACHINE, draft.namespace, label_selector=render_selector(selector))
        claimed = []
        for machine in listing.items:
            owner = controller_of(machine)
            if owner is None and not draft.deleted:
                machine = await self._adopt(draft, machine)  # the same, one owner richer
            elif owner is None or owner["uid"] != draft.metadata["uid"]:
                continue
            claimed.append(machine)
        return claimed

    async def _adopt(self, draft: Draft, machine: Object) -> Object:
        metadata = machine["metadata"]
        owner = owner_reference(draft.before, controller=True, block=True)
        references = with_owner(metadata.get("ownerReferences") or [], owner)
        patch = {"metadata": {"resourceVersion": metadata["resourceVersion"], "ownerReferences": references}}
        adopted = await self._client.patch(MACHINE, metadata["name"], patch, draft.namespace)
        await self._drafts.events.record(draft.before, "SuccessfulAdopt", f"Adopted Machine {metadata['name']}")
        return adopted

    async def _propagate(self, draft: Draft, machine: Object) -> None:
        """What of the template a Machine follows while it lives."""
        follower = Draft(MACHINE, machine)
        template = template_of(draft.obj).get("spec") or {}
        follower.spec.update({field: template[field] for field in IN_PLACE if field in template})
        if not follower.deleted:
            follower.metadata["labels"] = {**(follower.metadata.get("labels") or {}), **machine_labels(draft.obj)}
            if wanted := machine_annotations(draft.obj):
                follower.metadata["annotations"] = {**(follower.metadata.get("annotations") or {}), **wanted}
        await self._drafts.save(follower)

    async def _tell(self, draft: Draft, machines: list[Object]) -> None:
        ready, available = await self._count(draft, machines)
        wanted = 0 if draft.deleted else draft.spec.get("replicas", 1)
        template = (template_of(draft.obj).get("metadata") or {}).get("labels") or {}
        labelled = sum(selects({"matchLabels": template}, machine["metadata"].get("labels") or {}) for machine in machines)
        draft.status.update(
            selector=render_selector(draft.spec["selector"]),
            replicas=len(machines),
            fullyLabeledReplicas=labelled,
            readyReplicas=ready,
            availableReplicas=available,
            observedGeneration=draft.metadata["generation"],
        )
        if len(machines) != wanted:
            reason, verb = ("ScalingUp", "up") if len(machines) < wanted else ("ScalingDown", "down")
            words = f"Scaling {verb} MachineSet to {wanted} replicas (actual {len(machines)})"
            self._drafts.tell(draft, is_false(_RESIZED, WARNING, reason, words))
        elif ready == len(machines):
            self._drafts.tell(draft, is_true(_RESIZED))
        if len(machines) >= wanted:
            self._drafts.tell(draft, is_true(CREATED))
        self._drafts.tell(draft, aggregate(_MACHINES_READY, machines))
        self._drafts.tell(draft, summarize(draft.conditions(_SUMMED_UP), _SUMMED_UP))

    async def _count(self, draft: Draft, machines: list[Object]) -> tuple[int, int]:
        """By the nodes that the Machines have; a cluster that does not answer has none that could be counted on."""
        names = {machine["status"]["nodeRef"]["name"] for machine in machines if machine.get("status", {}).get("nodeRef")}
        if not names:
            return 0, 0
        try:
            nodes = await self._nodes.all(draft.namespace, draft.spec["clusterName"])
        except ApiError:
            return 0, 0
        least = timedelta(seconds=draft.spec.get("minReadySeconds", 0))
        return count_nodes((node for node in nodes if node["metadata"]["name"] in names), least, self._clock.now())
