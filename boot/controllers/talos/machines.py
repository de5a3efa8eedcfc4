"""Making and taking away the Machines of a control plane. Facts of cluster-api 2.5."""

import random
from collections.abc import Sequence

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.cluster_api.cloning import clone_template
from boot.cluster_api.names import (
    CLONED_FROM_GROUP_KIND_ANNOTATION,
    CLONED_FROM_NAME_ANNOTATION,
    CLUSTER_NAME_LABEL,
    CONTROL_PLANE_LABEL,
    suffixed,
)
from boot.cluster_api.ownership import owner_of, owner_reference
from boot.cluster_api.references import kind_of, object_reference
from boot.controllers.cluster_api.drafts import Draft
from boot.controllers.cluster_api.provided import delete_provided, find_provided
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, METAL_MACHINE, TALOS_CONFIG, TALOS_CONTROL_PLANE


class ControlPlaneMachines:
    def __init__(self, client: Client, events: EventRecorder, rng: random.Random) -> None:
        self._client = client
        self._events = events
        self._rng = rng

    async def create(self, draft: Draft, cluster: Object, template: Object, reason: str) -> None:
        """Infrastructure, config, Machine: who dies in between leaves what `sweep` takes away."""
        name, owner = cluster["metadata"]["name"], owner_reference(draft.before)
        labels = {CLUSTER_NAME_LABEL: name, CONTROL_PLANE_LABEL: ""}
        infra = clone_template(
            template,
            name=suffixed(template["metadata"]["name"], self._rng),
            cluster=name,
            owner=owner,
            labels=labels,
        )
        infra = await self._client.create(kind_of(infra), infra)
        config = await self._client.create(TALOS_CONFIG, self._config(draft))
        machine = self._machine(draft, name, labels, infra, config)
        machine = await self._client.create(MACHINE, machine)
        await self._events.record(draft.before, "MachineCreated", f"Machine {machine['metadata']['name']}: {reason}.")

    def _config(self, draft: Draft) -> Object:
        return {
            "metadata": {
                "name": suffixed(draft.name, self._rng),
                "namespace": draft.namespace,
                "ownerReferences": [owner_reference(draft.before, block=True)],
            },
            "spec": draft.spec["controlPlaneConfig"]["controlplane"],
        }

    def _machine(self, draft: Draft, cluster: str, labels: dict[str, str], infra: Object, config: Object) -> Object:
        return {
            "metadata": {
                "name": suffixed(draft.name, self._rng),
                "namespace": draft.namespace,
                "labels": labels,
                "ownerReferences": [owner_reference(draft.before, controller=True, block=True)],
            },
            "spec": {
                "clusterName": cluster,
                "version": draft.spec["version"],
                "infrastructureRef": object_reference(infra),
                "bootstrap": {"configRef": object_reference(config)},
            },
        }

    async def sweep(self, draft: Draft, machines: Sequence[Object]) -> None:
        """Take away what was made for a Machine that never came to be: it still has its maker among its owners."""
        used = {machine["spec"]["infrastructureRef"].get("name") for machine in machines}
        used |= {(machine["spec"]["bootstrap"].get("configRef") or {}).get("name") for machine in machines}
        for kind in (METAL_MACHINE, TALOS_CONFIG):
            for obj in (await self._client.list(kind, draft.namespace)).items:
                maker = owner_of(obj, TALOS_CONTROL_PLANE.kind, TALOS_CONTROL_PLANE.group)
                if maker and maker["uid"] == draft.metadata["uid"] and obj["metadata"]["name"] not in used:
                    await delete_provided(self._client, obj)

    async def delete(self, draft: Draft, machine: Object, reason: str) -> None:
        await delete_provided(self._client, machine)
        await self._events.record(draft.before, "MachineDeleted", f"Machine {machine['metadata']['name']}: {reason}.")

    async def find_outdated(self, draft: Draft, machine: Object) -> str:
        """Why this Machine is not what the control plane asks for now, or "". What is not known counts as equal."""
        spec = machine["spec"]
        if spec.get("version") != draft.spec["version"]:
            return f"it runs Kubernetes {spec.get('version')}, not {draft.spec['version']}"
        if await self._other_template(draft, machine):
            return f"it was not made of {draft.spec['infrastructureTemplate'].get('name')}"
        reference = spec["bootstrap"].get("configRef")
        config = await find_provided(self._client, reference, draft.namespace) if reference else None
        if config is not None and config["spec"] != draft.spec["controlPlaneConfig"]["controlplane"]:
            return "its Talos config is another one"
        return ""

    async def _other_template(self, draft: Draft, machine: Object) -> bool:
        wanted = draft.spec["infrastructureTemplate"]
        infra = await find_provided(self._client, machine["spec"]["infrastructureRef"], draft.namespace)
        noted = (infra["metadata"].get("annotations") or {}) if infra else {}
        name, group_kind = noted.get(CLONED_FROM_NAME_ANNOTATION), noted.get(CLONED_FROM_GROUP_KIND_ANNOTATION)
        group = str(wanted.get("apiVersion", "")).partition("/")[0]
        return (name is not None and name != wanted.get("name")) or (
            group_kind is not None and group_kind != f"{wanted.get('kind')}.{group}"
        )
