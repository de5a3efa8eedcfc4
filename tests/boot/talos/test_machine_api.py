"""The machine API's client on simulated machines, whose protocol real talosctl has proved (tests/interop)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime

import pytest
import yaml

from boot.clock import SystemClock
from boot.resources.base import Object
from boot.simulator.talos.etcd import Etcd
from boot.simulator.talos.health import ClusterService
from boot.simulator.talos.machine import TalosMachine, read_config
from boot.simulator.talos.service import serving
from boot.talos import machine_pb2 as pb
from boot.talos.documents import render_documents
from boot.talos.machine_api import AlreadyBootstrappedError, Credentials, MachineApi, TalosError, open_machine_api
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.pki import build_ca, build_talos_client, generate_ed25519
from boot.talos.releases import Contract
from boot.talos.secrets import SecretsBundle, generate_bundle

VERSION = "v1.13.2"
HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(Contract((1, 6)), datetime.now(UTC))


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as entered:
        yield entered


def build_machine(bundle: SecretsBundle, name: str, machine_type: MachineType, etcd: Etcd) -> TalosMachine:
    cluster = ClusterInput("plane", f"https://{HOST}:6443", "1.36.0", Contract((1, 13)), install_disk="/dev/sda")
    config = read_config(render_documents(build_machine_config(cluster, bundle, machine_type)), VERSION)
    return TalosMachine(name, HOST, VERSION, config, etcd, SystemClock())


async def no_nodes() -> list[Object]:
    """The cluster's Kubernetes API answers and has none."""
    return []


async def connect(
    stack: AsyncExitStack, bundle: SecretsBundle, machine: TalosMachine, credentials: Credentials | None = None
) -> MachineApi:
    health = ClusterService(machine, no_nodes)
    port = await stack.enter_async_context(serving(machine, bundle.certs.os.pair(), HOST, more=[health]))
    ca = bundle.certs.os.pair()
    credentials = credentials or Credentials(ca.certificate, build_talos_client(ca, datetime.now(UTC)))
    return await stack.enter_async_context(open_machine_api(HOST, credentials, port))


async def test_a_cluster_is_bootstrapped_once_and_the_others_join(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    etcd = Etcd()
    machines = [build_machine(bundle, f"cp-{number}", MachineType.CONTROL_PLANE, etcd) for number in (1, 2)]
    first, second = [await connect(stack, bundle, machine) for machine in machines]
    assert await first.version() == VERSION
    assert {service.id: service.state for service in await first.services()}["etcd"] == "Preparing"
    with pytest.raises(TalosError, match="not bootstrapped") as caught:
        await first.etcd_members()
    assert caught.value.retry
    await first.bootstrap()
    with pytest.raises(AlreadyBootstrappedError, match="not empty"):
        await first.bootstrap()
    assert {service.id: service.healthy for service in await second.services()}["etcd"] is True
    assert {member.hostname for member in await first.etcd_members()} == {"cp-1", "cp-2"}
    assert etcd.bootstraps == 1
    await second.leave_etcd()
    assert [member.hostname for member in await first.etcd_members()] == ["cp-1"]


async def test_the_health_of_a_cluster_is_told_check_by_check_until_it_is_well(
    stack: AsyncExitStack, bundle: SecretsBundle
) -> None:
    machine = build_machine(bundle, "cp-1", MachineType.CONTROL_PLANE, Etcd())
    api = await connect(stack, bundle, machine)
    assert (await told(api, 1))[-1] == 'waiting for etcd to be healthy: service "etcd" not in expected state "Running"'
    await api.bootstrap()
    said = await told(api, 2)
    assert "waiting for etcd to be healthy: OK" in said
    assert said[-1] == "waiting for all k8s nodes to report: can't find expected node with IPs 127.0.0.1, 127.0.0.9"


async def told(api: MachineApi, within: float) -> list[str]:
    """What it says until it gives up."""
    lines = []
    with suppress(TalosError):
        async for line in api.health([HOST], ["127.0.0.9"], within):
            lines.append(line)  # noqa: PERF401 -- kept although the iteration ends in an error
        raise AssertionError("it called a cluster well that has no nodes")
    return lines


async def test_the_kubeconfig_comes_out_of_its_unfinished_archive(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    api = await connect(stack, bundle, build_machine(bundle, "cp-1", MachineType.CONTROL_PLANE, Etcd()))
    config = yaml.safe_load(await api.kubeconfig())
    assert config["clusters"][0]["cluster"]["server"] == f"https://{HOST}:6443"


async def test_events_are_followed_from_the_first_kept_one(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    machine = build_machine(bundle, "w-1", MachineType.WORKER, Etcd())
    machine.tell(pb.SequenceEvent(sequence="boot", action=pb.SequenceEvent.START))
    machine.tell(pb.MachineStatusEvent(stage=pb.MachineStatusEvent.RUNNING))
    api = await connect(stack, bundle, machine)
    seen = []
    async for event in api.events():
        seen.append(event.kind)
        if len(seen) == 2:
            break
    assert seen == ["SequenceEvent", "MachineStatusEvent"]


async def test_a_worker_neither_bootstraps_nor_has_a_kubeconfig(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    api = await connect(stack, bundle, build_machine(bundle, "w-1", MachineType.WORKER, Etcd()))
    for call in (api.bootstrap(), api.kubeconfig()):
        with pytest.raises(TalosError, match="control plane") as caught:
            await call
        assert not caught.value.retry


async def test_who_is_of_another_cluster_is_refused_by_either_side(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    ours, other = bundle.certs.os.pair(), build_ca(generate_ed25519(), datetime.now(UTC), "talos")
    machine = build_machine(bundle, "cp-1", MachineType.CONTROL_PLANE, Etcd())
    stranger = await connect(stack, bundle, machine, Credentials(ours.certificate, build_talos_client(other, datetime.now(UTC))))
    with pytest.raises(TalosError, match="cannot be reached"):
        await stranger.version()
    misled = await connect(stack, bundle, machine, Credentials(other.certificate, build_talos_client(ours, datetime.now(UTC))))
    with pytest.raises(TalosError, match="not of this cluster"):
        await misled.version()


async def test_a_reader_reads_and_orders_nothing(stack: AsyncExitStack, bundle: SecretsBundle) -> None:
    ca = bundle.certs.os.pair()
    reader = Credentials(ca.certificate, build_talos_client(ca, datetime.now(UTC), ("os:reader",)))
    machine = build_machine(bundle, "cp-1", MachineType.CONTROL_PLANE, Etcd())
    api = await connect(stack, bundle, machine, reader)
    assert await api.hostname() == "cp-1"
    with pytest.raises(TalosError, match="not authorized"):
        await api.shutdown()
    assert not machine.powered_off


async def test_a_node_that_is_away_is_asked_again(bundle: SecretsBundle) -> None:
    ca = bundle.certs.os.pair()
    credentials = Credentials(ca.certificate, build_talos_client(ca, datetime.now(UTC)))
    async with open_machine_api(HOST, credentials, port=1) as api:
        with pytest.raises(TalosError, match="cannot be reached") as caught:
            await api.version()
    assert caught.value.retry
