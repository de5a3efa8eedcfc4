"""What an operator does in the demo beyond accepting: power, and the management plane's manifest."""

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.cluster_api.references import kind_of
from boot.cluster_api.template import ClusterPlan, build_manifest
from boot.cluster_api.variables import fitting_talos, install_patch
from boot.errors import ApiError
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, NODE, PIVOT, SECRET, SERVER
from boot.resources.metal import Server
from boot.resources.pivots import MOVED
from boot.simulator.rack import SimulatedRack
from boot.stack import Stack
from boot.state_dir import write_private
from boot.talos.releases import NEWEST

CLUSTER_NAME, PLACE = "management-plane", "default"
MOST_CONTROL_PLANES = 3
SYSTEM_DISK = "/dev/sda"
"""One server of the rack has two disks: the demo says which, as an operator would."""
_POLL = 0.3


@dataclass(frozen=True, slots=True)
class Running:
    """The stack, and the rack that boots off it."""

    stack: Stack
    rack: SimulatedRack


@dataclass(frozen=True, slots=True)
class Progress:
    """`machines` maps each Machine to its phase; `done` once the cluster serves and every node is ready."""

    machines: dict[str, str]
    done: bool


async def connect_power(client: Client, servers: Sequence[Server], rack: SimulatedRack) -> None:
    """Tell each Server how its box is switched, as an operator enters a BMC."""
    for server in servers:
        network = server.spec.hardware.network if server.spec.hardware else None
        macs = [nic.mac for nic in (network.interfaces if network else None) or ()]
        port = next((rack.power[mac] for mac in macs if mac in rack.power), None)
        if port is not None and server.spec.management_api is None:
            endpoint = {"spec": {"managementApi": {"endpoint": f"127.0.0.1:{port}"}}}
            await client.patch(SERVER, server.name, endpoint)


async def keep_power(running: Running, clock: Clock) -> None:
    """Until cancelled, for whatever registers: on screen the operator makes the cluster, and its servers must come on."""
    client = running.stack.client
    while True:
        try:
            servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
            await connect_power(client, servers, running.rack)
        except ApiError:
            pass  # a plane that takes no writes is told elsewhere
        await clock.sleep(1)


async def wait_for_stage(client: Client, clock: Clock, *, pivoted: bool) -> None:
    """Until a cluster that the operator made runs, or has moved."""
    while not await (_has_moved(client) if pivoted else _runs(client)):
        await clock.sleep(_POLL)


async def _has_moved(client: Client) -> bool:
    return any((obj.get("status") or {}).get("phase") == MOVED for obj in (await client.list(PIVOT)).items)


async def _runs(client: Client) -> bool:
    ready = [obj for obj in (await client.list(CLUSTER)).items if (obj.get("status") or {}).get("controlPlaneReady")]
    phases = [(obj.get("status") or {}).get("phase") for obj in (await client.list(MACHINE)).items]
    return bool(ready) and bool(phases) and set(phases) == {"Running"}


async def create_cluster(client: Client, servers: int, endpoint: str) -> None:
    """What `kubectl apply` sends."""
    for obj in build_cluster(servers, endpoint):
        await client.create(kind_of(obj), obj)


def build_cluster(servers: int, endpoint: str) -> list[Object]:
    """What `generate cluster` renders: as many control planes as make sense, the rest workers."""
    control_planes = MOST_CONTROL_PLANES if servers >= MOST_CONTROL_PLANES else 1
    install = (install_patch(SYSTEM_DISK),)
    # Not by read_plan: a loopback address, which no real server reaches, is right here alone.
    plan = ClusterPlan(
        name=CLUSTER_NAME,
        endpoint=endpoint,
        control_plane_class="any",
        worker_class="any",
        kubernetes=f"v{NEWEST.kubernetes}",
        talos=fitting_talos(f"v{NEWEST.kubernetes}"),
        control_planes=control_planes,
        workers=servers - control_planes,
        namespace=PLACE,
        control_plane_patches=install,
        worker_patches=install,
    )
    return build_manifest(plan)


async def follow_cluster(client: Client, clock: Clock, servers: int) -> AsyncIterator[Progress]:
    """Until every server is a ready node of the cluster."""
    workloads = WorkloadClients(client)
    try:
        while True:
            machines = (await client.list(MACHINE, PLACE)).items
            phases = {obj["metadata"]["name"]: (obj.get("status") or {}).get("phase", "Pending") for obj in machines}
            ready = await _count_ready(workloads)
            done = ready >= servers and all(phase == "Running" for phase in phases.values()) and await _is_up(client)
            yield Progress(phases, done)
            if done:
                return
            await clock.sleep(_POLL)
    finally:
        await workloads.aclose()


async def _is_up(client: Client) -> bool:
    cluster: Object = await client.get(CLUSTER, CLUSTER_NAME, PLACE)
    status = cluster.get("status") or {}
    return status.get("phase") == "Provisioned" and bool(status.get("controlPlaneReady"))


async def _count_ready(workloads: WorkloadClients) -> int:
    try:
        nodes = (await (await workloads.of(PLACE, CLUSTER_NAME)).list(NODE)).items
    except ApiError:
        return 0
    conditions = [(node.get("status") or {}).get("conditions") or () for node in nodes]
    return sum(any(one["type"] == "Ready" and one["status"] == "True" for one in rows) for rows in conditions)


async def write_kubeconfig(client: Client, path: Path) -> None:
    secret = await client.get(SECRET, f"{CLUSTER_NAME}-kubeconfig", PLACE)
    write_private(path, base64.b64decode(secret["data"]["value"]))
