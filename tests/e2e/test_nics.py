"""BIOS servers with other network cards: iPXE from the card's own ROM, over its own driver, to a registered server."""

import os
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.guest import Box, Firmware, power_on
from tests.e2e.laptop import serve
from tests.e2e.rack import FIRST_LEASE, LAST_LEASE, open_rack

PATIENCE = 240.0
PROGRAMS = {"qemu-system-x86_64": "qemu-system-x86", "ip": "iproute2"}
ROMS = {"e1000": "efi-e1000.rom", "rtl8139": "efi-rtl8139.rom", "virtio-net-pci": "efi-virtio.rom"}

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
    *(
        pytest.mark.skipif(not (Path("/usr/lib/ipxe/qemu") / rom).exists(), reason=f"wants {rom} (apt install ipxe-qemu)")
        for rom in ROMS.values()
    ),
]

BOXES = [
    Box(nic, f"52:54:00:aa:01:0{n}", Firmware.BIOS, f"11223344-5566-7788-99aa-bbccddeef10{n}", f"N{n}", nic=nic)
    for n, nic in enumerate(("e1000", "rtl8139"))
]


async def test_every_network_card_boots_over_its_own_rom_and_registers(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        rack = await stack.enter_async_context(open_rack(tmp_path))
        options = ("--dhcp", "server", "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}")
        laptop = await stack.enter_async_context(serve(rack, *options))
        guests = [await stack.enter_async_context(power_on(rack, box)) for box in BOXES]
        await laptop.until(
            lambda _told: all(laptop.notices("ScriptServed", script="wait", mac=box.mac) for box in BOXES), PATIENCE
        )
        for box in BOXES:
            assert laptop.notices("Registered", mac=box.mac, uuid=box.uuid, created=True)
    assert all(guest.checksums == guest.untouched for guest in guests)
