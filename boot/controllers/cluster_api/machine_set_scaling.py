"""More and fewer Machines of a MachineSet: clones and a Machine of one name each, or the ones to go."""

import random
from collections.abc import Mapping, Sequence

from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.cloning import clone_template
from boot.cluster_api.conditions import ERROR, is_false
from boot.cluster_api.machine_sets import (
    build_machine,
    complain_preflight,
    machine_annotations,
    machine_labels,
    template_of,
)
from boot.cluster_api.names import DISABLE_MACHINE_CREATE_ANNOTATION, SET_NAME_LABEL, label_value, suffixed
from boot.cluster_api.ownership import owner_of, owner_reference
from boot.cluster_api.references import kind_of, object_reference
from boot.cluster_api.scaling import choose_doomed
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.cluster_api.provided import LOOK_AGAIN, delete_provided, find_provided
from boot.errors import AlreadyExists, ApiError
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER_GROUP, MACHINE, MACHINE_SET, Kind

CREATED = "MachinesCreated"
_PREFLIGHT_AGAIN = 15.0
"""Seconds until a control plane that was not ready for more Machines is asked again."""
_FAULTS = {"infrastructureRef": "InfrastructureTemplateCloningFailed", "configRef": "BootstrapTemplateCloningFailed"}


class MachineSetScaling:
    def __init__(self, client: Client, clock: Clock, drafts: Drafts, rng: random.Random) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._rng = rng

    async def scale(
        self, draft: Draft, cluster: Object, machines: Sequence[Object], templates: Mapping[str, Object | None]
    ) -> float | None:
        """Towards spec.replicas; `templates` by kind. Seconds after which to try again what could not be done."""
        surplus = len(machines) - int(draft.spec.get("replicas", 1))
        if surplus > 0:
            await self._shrink(draft, machines, surplus)
            return None
        if surplus == 0 or DISABLE_MACHINE_CREATE_ANNOTATION in (draft.metadata.get("annotations") or {}):
            return None
        if complaints := await self._complain(draft, cluster):
            words = "; ".join(complaints)
            self._drafts.tell(draft, is_false(CREATED, ERROR, "PreflightCheckFailed", words))
            return _PREFLIGHT_AGAIN
        return await self._grow(draft, machines, -surplus, templates)

    async def _shrink(self, draft: Draft, machines: Sequence[Object], surplus: int) -> None:
        policy = draft.spec.get("deletePolicy", "Random")
        for machine in choose_doomed(machines, surplus, policy, self._clock.now()):
            if "deletionTimestamp" not in machine["metadata"]:
                await delete_provided(self._client, machine)
                words = f"Deleted machine {machine['metadata']['name']}"
                await self._drafts.events.record(draft.before, "SuccessfulDelete", words)

    async def _complain(self, draft: Draft, cluster: Object) -> list[str]:
        reference = cluster.get("spec", {}).get("controlPlaneRef")
        if not reference:
            return []
        control_plane = await find_provided(self._client, reference, draft.namespace)
        if control_plane is None:
            return [f"{reference.get('kind')} {reference.get('name')} does not exist yet"]
        return complain_preflight(draft.obj, control_plane)

    async def _grow(
        self, draft: Draft, machines: Sequence[Object], missing: int, templates: Mapping[str, Object | None]
    ) -> float | None:
        spec = template_of(draft.obj)["spec"]
        wanted = {"configRef": (spec.get("bootstrap") or {}).get("configRef"), "infrastructureRef": spec["infrastructureRef"]}
        found = {}
        for field, reference in wanted.items():
            if reference is None:
                continue
            template = templates[reference["kind"]]
            if template is None:
                words = f"{reference['kind']} {reference.get('name')} does not exist"
                self._drafts.tell(draft, is_false(CREATED, ERROR, _FAULTS[field], words))
                return LOOK_AGAIN
            found[field] = template
        for name in await self._names(draft, machines, missing, found):
            if not await self._create(draft, name, found):
                return LOOK_AGAIN
        return None

    async def _names(self, draft: Draft, machines: Sequence[Object], missing: int, templates: Mapping[str, Object]) -> list[str]:
        """Names for the new: first of clones that a run which ended half-way left without a Machine."""
        taken = {machine["metadata"]["name"] for machine in machines}
        selector = f"{SET_NAME_LABEL}={label_value(draft.name)}"
        names: dict[str, None] = {}
        for template in templates.values():
            kind = _kind_of_clone(template)
            for clone in (await self._client.list(kind, draft.namespace, label_selector=selector)).items:
                if _is_left_over(clone, draft) and clone["metadata"]["name"] not in taken:
                    names[clone["metadata"]["name"]] = None
        while len(names) < missing:
            if (name := suffixed(draft.name, self._rng)) not in taken:
                names[name] = None
        return list(names)[:missing]

    async def _create(self, draft: Draft, name: str, templates: Mapping[str, Object]) -> bool:
        """Whether it is there: bootstrap configuration, infrastructure, Machine, in that order."""
        clones: dict[str, Object] = {}
        made: list[Object] = []
        fault = ""
        try:
            for field, template in templates.items():
                fault = _FAULTS[field]
                clones[field] = await self._clone(draft, name, template, made)
            fault = "MachineCreationFailed"
            bootstrap = object_reference(clones["configRef"]) if "configRef" in clones else None
            await self._client.create(
                MACHINE, build_machine(draft.obj, name, object_reference(clones["infrastructureRef"]), bootstrap)
            )
        except ApiError as error:
            self._drafts.tell(draft, is_false(CREATED, ERROR, fault, str(error)))
            for clone in made:
                await delete_provided(self._client, clone)
            return False
        await self._drafts.events.record(draft.before, "SuccessfulCreate", f"Created machine {name}")
        return True

    async def _clone(self, draft: Draft, name: str, template: Object, made: list[Object]) -> Object:
        """AlreadyExists where the name is another's; what is new is put into `made`."""
        clone = clone_template(
            template,
            name=name,
            cluster=draft.spec["clusterName"],
            owner=owner_reference(draft.before),
            labels=machine_labels(draft.obj),
            annotations=machine_annotations(draft.obj),
        )
        kind = _kind_of_clone(template)
        try:
            made.append(await self._client.create(kind, clone))
        except AlreadyExists:
            present = await self._client.get(kind, name, draft.namespace)
            if not _is_left_over(present, draft):  # a Machine lives by it
                raise
            return present
        return made[-1]


def _is_left_over(clone: Object, draft: Draft) -> bool:
    """Whether this set made it for a Machine that never came to be: that would own it by now."""
    owner = owner_of(clone, MACHINE_SET.kind, CLUSTER_GROUP)
    return owner is not None and owner["uid"] == draft.metadata["uid"] and "deletionTimestamp" not in clone["metadata"]


def _kind_of_clone(template: Object) -> Kind:
    return kind_of({"apiVersion": template["apiVersion"], "kind": template["kind"].removesuffix("Template")})
