"""The agent API over gRPC, by a real client of a real channel, as Sidero's agent calls it."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from grpc_tools import protoc

from boot.lifecycle.disks import propose_plan
from boot.registration import agent_pb2
from boot.registration.agent_grpc import parse_peer
from boot.resources.annotations import WIPE_PLAN
from boot.resources.kinds import SECRET, SERVER
from boot.resources.wiping import Disk, encode_record
from tests.boot.registration.agent_world import MAC, UUID, AgentWorld, agent_world

PB: Any = agent_pb2
Call = Callable[[str, Any], Any]


@asynccontextmanager
async def dialled(tmp_path: Path) -> AsyncIterator[tuple[AgentWorld, Call]]:
    async with agent_world(tmp_path) as world, grpc.aio.insecure_channel(f"127.0.0.1:{world.grpc_port}") as channel:

        async def call(name: str, request: Any) -> Any:
            method = channel.unary_unary(
                f"/api.Agent/{name}",
                request_serializer=lambda message: message.SerializeToString(),
                response_deserializer=getattr(PB, f"{name}Response").FromString,
            )
            return await method(request, timeout=10)

        yield world, call


def create_request() -> Any:
    return PB.CreateServerRequest(
        hostname="n1",
        hardware=PB.HardwareInformation(
            system=PB.SystemInformation(uuid=UUID, manufacturer="ACME", product_name="R1"),
            compute=PB.ComputeInformation(processor_count=1, processors=[PB.Processor(product_name="Xeon", core_count=8)]),
            memory=PB.MemoryInformation(total_size=16384, module_count=1),
            storage=PB.StorageInformation(
                total_size=5 * 2**40,
                device_count=1,
                devices=[PB.StorageDevice(type=PB.HDD, size=5 * 2**40, model="Big", serial="S1", device_name="/dev/sda")],
            ),
            network=PB.NetworkInformation(
                interfaces=[
                    PB.NetworkInterface(index=1, name="lo", addresses=["::1/128"]),
                    PB.NetworkInterface(index=2, name="eth0", mac=MAC, addresses=["127.0.0.1/8"]),
                ]
            ),
        ),
    )


async def test_sideros_agent_registers_and_gets_no_orders_before_it_is_accepted(tmp_path: Path) -> None:
    async with dialled(tmp_path) as (world, call):
        answer = await call("CreateServer", create_request())
        server = await world.server()
    assert (answer.wipe, answer.insecure_wipe, answer.setup_bmc, answer.reboot_timeout) == (False, False, False, 0)
    assert (server["spec"]["accepted"], server["spec"]["hostname"]) == (False, "n1")
    assert server["spec"]["hardware"]["storage"] == {
        "totalSize": "5120 GB",
        "deviceCount": 1,
        "devices": [{"type": "HDD", "size": 5 * 2**40, "productName": "Big", "serialNumber": "S1", "deviceName": "/dev/sda"}],
    }


async def test_it_wipes_heartbeats_and_marks_itself_clean(tmp_path: Path) -> None:
    async with dialled(tmp_path) as (world, call):
        await call("CreateServer", create_request())
        await world.accept()
        answer = await call("CreateServer", create_request())
        assert (answer.wipe, answer.insecure_wipe, answer.setup_bmc, answer.reboot_timeout) == (True, True, True, 1200)
        before = (await world.server())["status"]["conditions"][0]["lastTransitionTime"]
        world.clock.advance(60)
        await call("Heartbeat", PB.HeartbeatRequest(uuid=UUID))
        assert (await world.server())["status"]["conditions"][0]["lastTransitionTime"] > before
        await call("MarkServerAsWiped", PB.MarkServerAsWipedRequest(uuid=UUID))
        assert (await world.server())["status"]["isClean"] is True
        assert not (await call("CreateServer", create_request())).wipe


async def test_its_addresses_and_its_bmc_are_kept_as_sidero_keeps_them(tmp_path: Path) -> None:
    async with dialled(tmp_path) as (world, call):
        await call("CreateServer", create_request())
        addresses = [PB.Address(type="InternalIP", address="10.0.0.5"), PB.Address(type="InternalIP", address="10.0.0.4")]
        await call("ReconcileServerAddresses", PB.ReconcileServerAddressesRequest(uuid=UUID, address=addresses))
        await world.accept()
        info = PB.BMCInfo(**{"ip": "10.0.1.5", "user": "sidero", "pass": "secret"})
        await call("UpdateBMCInfo", PB.UpdateBMCInfoRequest(uuid=UUID, bmc_info=info))
        server = await world.server()
        secret = await world.client.get(SECRET, f"{UUID}-bmc", "default")
    assert [entry["address"] for entry in server["status"]["addresses"]] == ["10.0.0.4", "10.0.0.5"]
    bmc = server["spec"]["bmc"]
    assert (bmc["endpoint"], bmc["port"]) == ("10.0.1.5", 623)
    assert bmc["passFrom"]["secretKeyRef"] == {"namespace": "default", "name": f"{UUID}-bmc", "key": "pass"}
    assert base64.b64decode(secret["data"]["pass"]) == b"secret"
    assert secret["metadata"]["ownerReferences"][0]["name"] == UUID


@pytest.mark.parametrize("name", ["Heartbeat", "MarkServerAsWiped"])
async def test_who_never_registered_is_not_found(tmp_path: Path, name: str) -> None:
    async with dialled(tmp_path) as (_, call):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(name, getattr(PB, f"{name}Request")(uuid=UUID))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_server_with_a_kept_disk_is_not_wiped_by_an_agent_that_takes_them_all(tmp_path: Path) -> None:
    async with dialled(tmp_path) as (world, call):
        await call("CreateServer", create_request())
        kept = propose_plan([Disk(device_name="/dev/sda", serial="S1", size=5 * 2**40)], keep=["/dev/sda"])
        await world.client.patch(SERVER, UUID, {"metadata": {"annotations": {WIPE_PLAN: encode_record(kept)}}})
        await world.accept()
        assert not (await call("CreateServer", create_request())).wipe
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call("MarkServerAsWiped", PB.MarkServerAsWipedRequest(uuid=UUID))
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION


async def test_an_unaccepted_server_names_no_bmc(tmp_path: Path) -> None:
    async with dialled(tmp_path) as (_, call):
        await call("CreateServer", create_request())
        with pytest.raises(grpc.aio.AioRpcError, match="it is not accepted"):
            await call("UpdateBMCInfo", PB.UpdateBMCInfoRequest(uuid=UUID, bmc_info=PB.BMCInfo(ip="10.0.1.5")))


def test_the_generated_messages_are_those_of_the_proto(tmp_path: Path) -> None:
    source = Path(agent_pb2.__file__).parent
    assert protoc.main(["protoc", f"-I{source}", f"--python_out={tmp_path}", f"{source}/agent.proto"]) == 0
    assert (tmp_path / "agent_pb2.py").read_bytes() == (source / "agent_pb2.py").read_bytes()


@pytest.mark.parametrize(("peer", "address"), [("ipv4:10.0.0.1:4711", "10.0.0.1"), ("ipv6:%5B::1%5D:4711", "::1"), ("unix:", "")])
def test_a_peer_is_an_address(peer: str, address: str) -> None:
    assert parse_peer(peer) == address
