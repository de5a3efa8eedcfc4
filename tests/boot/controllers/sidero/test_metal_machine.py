"""One server for one machine, whatever is interrupted, and the server comes back when the machine goes."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from boot.client.local import LocalClient
from boot.errors import NotFound
from boot.resources.annotations import OUT_OF_SERVICE
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, METAL_MACHINE, SERVER, SERVER_BINDING
from tests.boot.controllers.sidero.worlds import PLACE, World, opened
from tests.support.bindings import bind


def condition(obj: Object, type_: str) -> Any:
    return next((one for one in obj["status"].get("conditions", ()) if one["type"] == type_), None)


async def test_it_gets_a_clean_server_of_its_class_with_everything_sidero_writes(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("dirty", clean=False)
        await world.add_server("s1")
        await world.add_machine("m1")
        machine = await world.step()
        assert await world.bindings() == {"s1": "m1"}
        binding = await world.client.get(SERVER_BINDING, "s1")
        assert binding["metadata"]["labels"] == {"a": "b"}
        assert binding["spec"]["serverClassRef"]["name"] == "rack"
        assert machine["spec"]["serverRef"] == {"kind": "Server", "name": "s1"}
        assert machine["spec"]["providerID"] == "sidero://s1"
        assert machine["metadata"]["finalizers"] == ["metalmachine.infrastructure.cluster.x-k8s.io"]
        assert machine["status"]["ready"] is True
        assert condition(machine, "ProviderSet")["reason"] == "ProviderUpdateFailed"
        world.nodes.there.add("s1")
        assert condition(await world.step(), "ProviderSet")["status"] == "True"


async def test_what_the_binding_tells_is_passed_on_and_nothing_is_written_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_machine("m1")
        await world.step()
        patch = {"spec": {"addresses": ["10.0.0.7"], "hostname": "node-7"}}
        await world.client.patch(SERVER_BINDING, "s1", patch)
        told = {"type": "TalosInstalled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
        await world.client.patch(SERVER_BINDING, "s1", {"status": {"conditions": [told]}}, subresource="status")
        machine = await world.step()
        assert machine["status"]["addresses"] == [
            {"type": "InternalIP", "address": "10.0.0.7"},
            {"type": "Hostname", "address": "node-7"},
        ]
        assert condition(machine, "TalosInstalled") == told
        assert await world.step() == machine


@pytest.mark.parametrize("lacking", ["infrastructure", "bootstrap data"])
async def test_it_waits_for_what_comes_before_it(tmp_path: Path, lacking: str) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_machine("m1")
        if lacking == "infrastructure":
            patch = {"status": {"infrastructureReady": False}}
            await world.client.patch(CLUSTER, "c1", patch, PLACE, subresource="status")
        else:
            config = {"dataSecretName": None, "configRef": {"kind": "TalosConfig", "name": "m1"}}
            await world.client.patch(MACHINE, "m1", {"spec": {"bootstrap": config}}, PLACE)
        await world.step()
        assert await world.bindings() == {}


async def test_a_class_without_a_server_to_give_says_which_server_lacks_what(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("dirty", clean=False)
        await world.add_server("taken")
        await bind(world.client, "taken")
        await world.add_server("retired", annotations={OUT_OF_SERVICE: "{}"})
        await world.add_machine("m1")
        for _ in range(3):
            machine = await world.step()
        assert condition(machine, "ServerAllocated")["message"] == (
            "class rack has no server to give: dirty is not wiped yet; retired is out of service; taken is in use"
        )
        assert await world.events() == ["NoServerAvailable"]
        await world.add_server("s1")
        assert condition(await world.step(), "ServerAllocated") is None


async def test_machines_that_ask_at_once_never_share_a_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        names = [f"m{number}" for number in range(12)]
        for number, name in enumerate(names):
            await world.add_server(f"s{number}")
            await world.add_machine(name)
        for _ in range(3):
            await asyncio.gather(*(world.step(name) for name in names))
        assert sorted((await world.bindings()).values()) == sorted(names)


class Killed(BaseException):
    """What no code catches."""


def kill_after(writes: int, patched: pytest.MonkeyPatch) -> None:
    """Every write of a local client after so many raises Killed."""
    left = [writes]

    def killing(verb: str) -> Any:
        real = getattr(LocalClient, verb)

        async def write(*arguments: Any, **options: Any) -> Any:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return await real(*arguments, **options)

        return write

    for verb in ("create", "patch", "delete"):
        patched.setattr(LocalClient, verb, killing(verb))


@pytest.mark.parametrize("writes", range(9))
async def test_killed_at_any_write_it_goes_on_with_the_same_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_server("s2")
        await world.add_machine("m1")
        with monkeypatch.context() as patched, suppress(Killed):
            kill_after(writes, patched)
            await world.step()
        machine = await world.step()
        assert await world.bindings() == {machine["spec"]["serverRef"]["name"]: "m1"}


async def test_a_binding_that_was_lost_is_made_again_for_the_same_server(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_server("s2")
        await world.add_machine("m1", serverRef={"kind": "Server", "name": "s2"})
        await world.step()
        await world.client.delete(SERVER_BINDING, "s2")
        await world.step()
        assert await world.bindings() == {"s2": "m1"}
        await world.client.patch(METAL_MACHINE, "m1", {"spec": {"serverRef": None}}, PLACE)
        assert (await world.step())["spec"]["serverRef"]["name"] == "s2"


@pytest.mark.parametrize(
    ("why", "told"), [("gone", "does not exist"), ("taken", "another machine"), ("retired", "out of service")]
)
async def test_a_named_server_that_cannot_be_had_is_told(tmp_path: Path, why: str, told: str) -> None:
    async with opened(tmp_path) as world:
        if why != "gone":
            await world.add_server("s1", annotations={OUT_OF_SERVICE: "{}"} if why == "retired" else {})
        if why == "taken":
            await bind(world.client, "s1")
        await world.add_machine("m1", serverRef={"kind": "Server", "name": "s1"})
        assert told in condition(await world.step(), "ServerAllocated")["message"]


async def test_deleted_it_gives_its_server_back_before_it_goes(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_machine("m1")
        await world.step()
        await world.client.delete(METAL_MACHINE, "m1", PLACE)
        await world.step()
        assert await world.bindings() == {}
        with pytest.raises(NotFound):
            await world.step()
        assert "ServerReleased" in await world.events()


async def paused_by_its_cluster(world: World) -> None:
    await world.client.patch(CLUSTER, "c1", {"spec": {"paused": True}}, PLACE)


async def test_paused_nothing_is_done_not_even_for_a_deletion(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.add_server("s1")
        await world.add_machine("m1")
        await paused_by_its_cluster(world)
        assert "finalizers" not in (await world.step())["metadata"]
        await world.client.patch(CLUSTER, "c1", {"spec": {"paused": None}}, PLACE)
        await world.step()
        await paused_by_its_cluster(world)
        await world.client.delete(METAL_MACHINE, "m1", PLACE)
        await world.step()
        assert await world.bindings() == {"s1": "m1"}
        assert (await world.client.get(SERVER, "s1"))["spec"]["accepted"] is True
