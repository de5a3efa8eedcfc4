from pathlib import Path

from boot.client.protocol import Client
from boot.cluster_api.checklist import parse_checklist
from boot.controllers.talos.checklists import Checklists
from boot.lifecycle.control_plane import Node
from boot.lifecycle.node_checklist import Beginning
from boot.resources.base import Object
from boot.resources.kinds import MACHINE
from boot.talos.machine_api import Service
from tests.sidero_tui.builders import NOW
from tests.sidero_tui.clusters import build_member
from tests.sidero_tui.planes import open_plane
from tests.support.clock import FakeClock

BEGINNING = Beginning(bootstrapped=False)


async def create_machine(client: Client) -> Object:
    machine, _ = build_member("m")
    return await client.create(MACHINE, {"metadata": {"name": "m", "namespace": "default"}, "spec": machine.spec.wire()})


async def test_what_a_node_said_is_on_its_machine_and_the_same_again_is_no_write(tmp_path: Path) -> None:
    async with open_plane(tmp_path) as client:
        machine = await create_machine(client)
        clock = FakeClock(NOW)
        checklists = Checklists(client, clock)
        services = (Service("kubelet", "Running", healthy=True, message=""),)
        await checklists.write([Node(machine, "10.0.0.1", services=services)], BEGINNING)
        noted = await client.get(MACHINE, "m", "default")
        items = {item.name: item for item in parse_checklist(noted["metadata"]["annotations"])}
        assert (items["address known"].detail, items["kubelet"].state.value) == ("10.0.0.1", "done")
        clock.advance(60)
        await checklists.write([Node(noted, "10.0.0.1", services=services)], BEGINNING)
        again = await client.get(MACHINE, "m", "default")
        assert again["metadata"]["resourceVersion"] == noted["metadata"]["resourceVersion"]


async def test_a_machine_that_went_meanwhile_is_passed_over(tmp_path: Path) -> None:
    async with open_plane(tmp_path) as client:
        machine = await create_machine(client)
        gone = {**machine, "metadata": {**machine["metadata"], "name": "gone"}}
        await Checklists(client, FakeClock(NOW)).write([Node(gone), Node(machine)], BEGINNING)
        noted = await client.get(MACHINE, "m", "default")
        assert [item.name for item in parse_checklist(noted["metadata"]["annotations"])] == ["address known"]
