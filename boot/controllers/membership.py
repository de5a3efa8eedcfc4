"""What holds a server, read from Cluster API's and Sidero's own objects where the plane has them.

A ServerBinding of the server's name says which MetalMachine took it; that one's owner is its Machine, whose cluster is
spec.clusterName. Sidero's ServerBinding itself has no owner.
"""

from boot.client.protocol import Client
from boot.errors import NotFound
from boot.lifecycle.retirement import Membership
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, METAL_MACHINE, SERVER_BINDING, Kind

_PROBE = "RemoteConnectionProbe"
"""Cluster API's condition: False once it has not reached the cluster's API for five minutes."""


async def find_membership(client: Client, name: str) -> Membership:
    """Of the server `name`; nothing holds it where the plane does not serve these kinds. ApiError."""
    binding = await _find(client, SERVER_BINDING, name)
    if binding is None:
        return Membership()
    machine = await _find_machine(client, binding)
    if machine is None:
        return Membership(binding=name)
    metadata = machine["metadata"]
    cluster = await _find(client, CLUSTER, machine.get("spec", {}).get("clusterName", ""), metadata["namespace"])
    answers = cluster is not None and is_reached(cluster)
    return Membership(metadata["name"], metadata["namespace"], name, answers, leaving="deletionTimestamp" in metadata)


def is_reached(cluster: Object) -> bool:
    """Whether Cluster API reaches it: yes where nothing says no. Pure."""
    status = cluster.get("status", {})
    conditions = [*status.get("conditions", ()), *status.get("v1beta2", {}).get("conditions", ())]
    return not any((one.get("type"), one.get("status")) == (_PROBE, "False") for one in conditions)


async def _find_machine(client: Client, binding: Object) -> Object | None:
    reference = binding.get("spec", {}).get("metalMachineRef", {})
    namespace = reference.get("namespace", "")
    metal = await _find(client, METAL_MACHINE, reference.get("name", ""), namespace)
    owners = metal["metadata"].get("ownerReferences", ()) if metal else ()
    owner = next((one["name"] for one in owners if (one["kind"], _group(one)) == (MACHINE.kind, MACHINE.group)), "")
    return await _find(client, MACHINE, owner, namespace)


def _group(reference: Object) -> str:
    return str(reference["apiVersion"]).partition("/")[0]


async def _find(client: Client, kind: Kind, name: str, namespace: str = "") -> Object | None:
    """None for a kind that is not served, too."""
    if not name:
        return None
    try:
        return await client.get(kind, name, namespace)
    except NotFound:
        return None
