"""Each cause up to the address, brought about on real sockets."""

from pathlib import Path

from boot.config import AddressRange, DhcpMode
from boot.diagnosis.surroundings import Network
from tests.boot.diagnosis.machine import Machine
from tests.boot.diagnosis.rack import rack


async def test_an_architecture_nobody_knows_is_named(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire, architecture=77)
        await machine.lease()
        assert "architecture 77" in (await wire.leading(machine.mac, "ArchitectureUnknown")).message


async def test_a_cpu_for_which_nobody_packs_ipxe_is_told_so(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire, architecture=6)
        await machine.lease()
        assert "UEFI IA32" in (await wire.leading(machine.mac, "ArchitectureUnsupported")).message


async def test_missing_ipxe_files_are_to_be_installed(tmp_path: Path) -> None:
    async with rack(tmp_path, files=()) as wire:
        machine = Machine(wire)
        await machine.lease()
        assert (await wire.leading(machine.mac, "BootFileMissing")).command == "sudo apt-get install ipxe"


async def test_firmware_that_does_not_say_what_it_is_is_told_so(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire, architecture=None)
        await machine.discover_unanswered()
        await wire.leading(machine.mac, "ArchitectureNotTold")


async def test_an_exhausted_pool_is_a_hint_on_whom_it_leaves_without(tmp_path: Path) -> None:
    async with rack(tmp_path, pool=AddressRange(first="127.0.0.20", last="127.0.0.20")) as wire:
        await Machine(wire, 1).lease()
        late = Machine(wire, 2)
        await late.discover_unanswered()
        assert "widen" in (await wire.leading(late.mac, "PoolExhausted")).message


async def test_a_declined_address_is_a_conflict_until_it_has_another(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.lease()
        machine.decline(machine.address)
        await wire.leading(machine.mac, "AddressConflict")
        await machine.lease()
        await machine.fetch("ipxe.efi")
        await wire.none(machine.mac, "AddressConflict")


async def test_naks_in_a_row_mean_that_somebody_else_gives_it_its_address(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        for _ in range(3):
            await machine.discover()
            await machine.request("127.0.0.28")
        assert "proxy" in (await wire.leading(machine.mac, "AddressRefused")).command


async def test_a_proxy_whose_offers_are_heard_and_no_address_comes_says_that_nobody_gives_one(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire)
        await machine.discover()
        await machine.discover(seconds=4)
        wire.clock.jump(15)
        hint = await wire.leading(machine.mac, "NoAddressGiven")
        assert hint.step == "request"


async def test_a_server_whose_offers_are_not_taken_says_that_they_do_not_arrive(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.discover()
        await machine.discover(seconds=4)
        wire.clock.jump(15)
        await wire.leading(machine.mac, "OfferNotTaken")


async def test_offers_that_a_relay_does_not_bring_back_point_at_the_router(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire, relay="127.0.9.1")
        await machine.discover()
        await machine.discover(seconds=4)
        wire.clock.jump(15)
        assert "127.0.9.1" in (await wire.leading(machine.mac, "RelayOneWay")).message


async def test_a_reply_the_kernel_does_not_send_is_told_with_its_reason(tmp_path: Path) -> None:
    async with rack(tmp_path, DhcpMode.PROXY) as wire:
        machine = Machine(wire, giaddr="192.0.2.1")  # over loopback there is no way to that relay
        await machine.discover_unanswered()
        await wire.leading(machine.mac, "ReplyUnsent")


async def test_a_first_request_that_is_half_a_minute_old_is_a_slow_switch_port_if_we_were_there(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        early = Machine(wire, 2)
        await early.discover(seconds=33)
        wire.clock.jump(60)
        machine = Machine(wire)
        await machine.discover(seconds=33)
        assert "portfast" in (await wire.among(machine.mac, "SwitchPortSlow")).message
        assert "SwitchPortSlow" not in [hint.reason for hint in (await wire.status(early.mac)).hints]


async def test_our_own_lost_link_explains_everything_and_is_over_when_it_is_back(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.discover()
        wire.network = Network(wire.network.addresses, carrier=False)
        await wire.leading(machine.mac, "LinkDown")
        wire.network = Network(wire.network.addresses)
        wire.clock.jump(61)
        await machine.discover()
        await wire.none(machine.mac, "LinkDown")


async def test_a_link_that_comes_and_goes_is_flapping(tmp_path: Path) -> None:
    async with rack(tmp_path) as wire:
        machine = Machine(wire)
        await machine.discover()
        for _ in range(3):
            wire.network = Network(wire.network.addresses, carrier=False)
            await wire.leading(machine.mac, "LinkDown")
            wire.network = Network(wire.network.addresses)
            wire.clock.jump(61)
            await wire.none(machine.mac, "LinkDown")
        await wire.leading(machine.mac, "LinkFlapping")
