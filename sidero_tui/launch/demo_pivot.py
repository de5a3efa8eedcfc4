"""The end of the demo: the cluster takes over its own management, and the proof that nobody noticed."""

from collections.abc import Sequence

from boot.client.remote import open_remote_client
from boot.clock import Clock
from boot.pivot.mover import Mover
from boot.resources.base import Object
from boot.resources.kinds import MACHINE, NODE, PIVOT, SERVER, SERVER_BINDING
from sidero_tui.launch.demo_cluster import CLUSTER_NAME, PLACE, Running
from sidero_tui.launch.pivot import tell_step

SETTLES = 3.0
"""Seconds that the source's controllers get to do something that they must not."""


async def pivot_demo(running: Running, clock: Clock) -> None:
    """PivotError. Prints what changed on the way: nothing but who manages it."""
    source, rack = running.stack.client, running.rack
    kubeconfig = running.stack.config.state_dir / f"{CLUSTER_NAME}.kubeconfig"
    await source.create(PIVOT, {"metadata": {"name": CLUSTER_NAME}, "spec": {"kubeconfig": str(kubeconfig), "namespace": PLACE}})
    async with open_remote_client(kubeconfig) as target:
        before, orders = (await target.list(NODE)).items, rack.power_orders
        await Mover(source, target, clock, CLUSTER_NAME, PLACE, tell_step).run()
        await clock.sleep(SETTLES)
        after = (await target.list(NODE)).items
        machines = (await target.list(MACHINE)).items
        bindings = (await target.list(SERVER_BINDING)).items
        servers = [obj for obj in (await target.list(SERVER)).items if obj["status"].get("inUse")]
    print(f"moved: {len(machines)} machines, {len(servers)} servers in use, {len(bindings)} bindings", flush=True)
    print(f"power commands since: {rack.power_orders - orders}; nodes ready: {_count_ready(after)} of {len(before)}", flush=True)
    print("pivoted: the management plane manages itself", flush=True)


def _count_ready(nodes: Sequence[Object]) -> int:
    conditions = [(node.get("status") or {}).get("conditions") or () for node in nodes]
    return sum(any(one["type"] == "Ready" and one["status"] == "True" for one in rows) for rows in conditions)
