"""What belongs to a cluster's control plane: its Machines, and where their nodes listen."""

from collections.abc import Sequence

from boot.client.protocol import Client
from boot.cluster_api.names import CLUSTER_NAME_LABEL, CONTROL_PLANE_LABEL
from boot.resources.base import Object
from boot.resources.kinds import MACHINE

_ADDRESSES = ("InternalIP", "ExternalIP")


async def list_control_plane(client: Client, cluster: Object) -> Sequence[Object]:
    """Its control-plane Machines, by their labels alone, as the Talos control-plane provider has it; oldest first."""
    metadata = cluster["metadata"]
    selector = f"{CLUSTER_NAME_LABEL}={metadata['name']},{CONTROL_PLANE_LABEL}="
    machines = (await client.list(MACHINE, metadata["namespace"], label_selector=selector)).items
    return sorted(machines, key=lambda machine: (machine["metadata"]["creationTimestamp"], machine["metadata"]["name"]))


def addresses_of(machine: Object) -> list[str]:
    told = (machine.get("status") or {}).get("addresses") or ()
    return [entry["address"] for kind in _ADDRESSES for entry in told if entry["type"] == kind]


def hostname_of(machine: Object) -> str:
    """As etcd calls the node: its hostname, cut at the first dot, in lower case; "" while it is not known."""
    status = machine.get("status") or {}
    told = [entry["address"] for entry in status.get("addresses") or () if entry["type"] == "Hostname"]
    name = told[0] if told else (status.get("nodeRef") or {}).get("name", "")
    return str(name).partition(".")[0].lower()
