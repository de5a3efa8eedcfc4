"""Each cause from the registration on, and what is said of a machine's identity, brought about on real sockets."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from boot.notices import TransferFailed
from boot.resources.base import Object
from boot.resources.kinds import ENVIRONMENT, SERVER
from tests.boot.diagnosis.machine import IPXE, Machine
from tests.boot.diagnosis.rack import SERVER as US
from tests.boot.diagnosis.rack import Rack, rack
from tests.support.bindings import bind
from tests.support.certificates import expired_server

OTHER_UUID = "11223344-5566-7788-99aa-bbccddeeff11"


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Rack]:
    async with rack(tmp_path) as running:
        yield running


async def _registered(wire: Rack, number: int = 1) -> Machine:
    machine = Machine(wire, number)
    await machine.lease(IPXE)
    await machine.report()
    return machine


async def _allocated(wire: Rack, spec: Object | None = None, *, installed: bool = False) -> Machine:
    """A machine whose server is in use."""
    machine = await _registered(wire)
    await wire.client.patch(SERVER, machine.smbios, {"spec": {"accepted": True, **(spec or {})}})
    await bind(wire.client, machine.smbios, installed=installed)
    async with asyncio.timeout(10):
        while not (await wire.client.get(SERVER, machine.smbios))["status"]["inUse"]:
            await asyncio.sleep(0.01)
    return machine


async def _add_environment(wire: Rack, kernel: Object) -> None:
    initrd = {"url": f"file://{wire.config.assets_dir}/initramfs-amd64.xz"}
    await wire.client.create(ENVIRONMENT, {"metadata": {"name": "own"}, "spec": {"kernel": kernel, "initrd": initrd}})


async def _ask(machine: Machine) -> str:
    """What to boot."""
    return await machine.get(f"/ipxe?{machine.who}")


async def _told_to_boot(machine: Machine) -> None:
    while "vmlinuz" not in await _ask(machine):
        pass


async def _get_asset(machine: Machine, file: str) -> None:
    await machine.get(f"/env/default/{file}?mac={machine.mac.replace(':', '-')}")


async def test_an_environment_that_does_not_exist_is_named(wire: Rack) -> None:
    machine = await _allocated(wire, {"environmentRef": {"name": "own"}})
    await _ask(machine)
    assert "Environment own" in (await wire.leading(machine.mac, "EnvironmentMissing")).message


async def test_a_file_that_is_not_there_is_the_reason_until_it_is(wire: Rack) -> None:
    machine = await _allocated(wire, {"environmentRef": {"name": "own"}})
    await _add_environment(wire, {"url": "file:///nowhere/vmlinuz"})
    await _ask(machine)
    hint = await wire.leading(machine.mac, "AssetMissing")
    assert "/nowhere/vmlinuz: there is no such file" in hint.message
    assert hint.command == "kubectl get environment own -o yaml"
    await wire.client.patch(ENVIRONMENT, "own", {"spec": {"kernel": {"url": f"file://{wire.config.assets_dir}/vmlinuz-amd64"}}})
    await wire.none(machine.mac, "AssetMissing")


async def test_a_file_with_another_checksum_is_damaged(wire: Rack) -> None:
    machine = await _allocated(wire, {"environmentRef": {"name": "own"}})
    wanted = hashlib.sha512(b"another").hexdigest()
    await _add_environment(wire, {"url": f"file://{wire.config.assets_dir}/vmlinuz-amd64", "sha512": wanted})
    await _ask(machine)
    assert "sha512" in (await wire.leading(machine.mac, "AssetCorrupt")).message


async def test_a_certificate_that_is_not_valid_at_this_hour_is_the_clock(tmp_path: Path, wire: Rack) -> None:
    machine = await _allocated(wire, {"environmentRef": {"name": "own"}})
    async with expired_server(tmp_path) as base:
        await _add_environment(wire, {"url": f"{base}/kernel"})
        await _ask(machine)
        assert (await wire.leading(machine.mac, "ClockSkew")).command == "timedatectl"


async def test_a_machine_that_is_told_to_boot_and_fetches_no_kernel(wire: Rack) -> None:
    machine = await _allocated(wire)
    await _told_to_boot(machine)
    wire.clock.jump(30)
    await wire.leading(machine.mac, "KernelNotFetched")
    await _get_asset(machine, "vmlinuz")
    await wire.none(machine.mac, "KernelNotFetched")


async def test_a_kernel_without_an_initramfs_is_too_little_memory(wire: Rack) -> None:
    machine = await _allocated(wire)
    await _told_to_boot(machine)
    await _get_asset(machine, "vmlinuz")
    wire.clock.jump(30)
    assert "memory" in (await wire.leading(machine.mac, "InitrdNotFetched")).message
    await _get_asset(machine, "initramfs.xz")
    await wire.none(machine.mac, "InitrdNotFetched")


async def test_a_download_that_is_broken_off_says_of_what(wire: Rack) -> None:
    machine = await _allocated(wire)
    big = wire.config.state_dir / "assets" / "env" / "default" / "vmlinuz"
    await _told_to_boot(machine)
    big.unlink()
    big.write_bytes(bytes(200_000_000))
    await _begin(wire, machine)
    await wire.told(TransferFailed)
    assert "vmlinuz" in (await wire.leading(machine.mac, "DownloadBroken")).message


async def test_a_download_that_stands_still_is_named(wire: Rack) -> None:
    machine = await _allocated(wire)
    big = wire.config.state_dir / "assets" / "env" / "default" / "vmlinuz"
    await _told_to_boot(machine)
    big.unlink()
    big.write_bytes(bytes(200_000_000))
    async with aiohttp.ClientSession() as session:
        async with session.get(_kernel_url(wire, machine)):
            for _ in range(8):
                wire.clock.jump(1)
            wire.clock.jump(30)
            assert "vmlinuz" in (await wire.leading(machine.mac, "DownloadStalled")).message


def _kernel_url(wire: Rack, machine: Machine) -> str:
    return f"http://{US}:{wire.config.ports.http}/env/default/vmlinuz?mac={machine.mac.replace(':', '-')}"


async def _begin(wire: Rack, machine: Machine) -> None:
    """A download of which a little is read before the connection closes."""
    async with aiohttp.ClientSession() as session:
        async with session.get(_kernel_url(wire, machine)) as response:
            await response.content.readexactly(1000)
            response.close()


async def test_a_system_that_comes_back_to_the_firmware_twice_panics(wire: Rack) -> None:
    machine = await _allocated(wire)
    for _ in range(2):
        await _told_to_boot(machine)
        await _get_asset(machine, "vmlinuz")
        await _get_asset(machine, "initramfs.xz")
        await machine.lease()
        wire.clock.jump(60)
    assert "panics" in (await wire.among(machine.mac, "SystemRestarts")).message


async def test_a_machine_that_returns_from_its_own_disk_each_time_gets_another_way_to_leave(wire: Rack) -> None:
    machine = await _allocated(wire, installed=True)
    for _ in range(3):
        await machine.lease()
        await machine.lease(IPXE)
        await _ask(machine)
        wire.clock.jump(60)
    hint = await wire.among(machine.mac, "DiskBootNotHonoured")
    assert f"kubectl patch server {machine.smbios}" in hint.command
    assert '{"spec":{"bootFromDiskMethod":"ipxe-sanboot"}}' in hint.command


async def test_two_boxes_with_one_uuid_name_each_other(wire: Rack) -> None:
    first, second = await _registered(wire, 1), await _registered(wire, 2)
    twin = await wire.among(first.mac, "DuplicateUuid")
    assert "00000000-0000-0000-0000-525400aa0002" in twin.message
    assert first.smbios in (await wire.among(second.mac, "DuplicateUuid")).message
    assert "named by its MAC" in (await wire.among(second.mac, "NamedByMac")).message


async def test_one_mac_with_two_uuids_is_two_boxes(wire: Rack) -> None:
    first, second = Machine(wire, 1), Machine(wire, 1, smbios=OTHER_UUID)
    await first.discover()
    await second.discover()
    await first.discover()
    message = (await wire.among(first.mac, "DuplicateMac")).message
    assert OTHER_UUID in message
    assert first.smbios in message
