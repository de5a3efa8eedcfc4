"""The guide, from power-on to AVAILABLE, with real firmware: BIOS, UEFI and HTTP boot off `sidero-tui --serve`.

Once with our DHCP server, once with dnsmasq giving the addresses and us as proxy. The shell lines are the guide's own.
"""

import json
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.guest import OVMF_CODE, Box, Firmware, Guest, power_on
from tests.e2e.laptop import Laptop, Record, serve
from tests.e2e.rack import FIRST_LEASE, LAST_LEASE, dhcp_of_the_site, open_rack
from tests.support.guide import ACCEPT, SERVER_CLASS
from tests.support.kubectl import KUBECTL, WANTED

PATIENCE = 240.0
"""Seconds: emulated firmware on a busy machine."""
PROGRAMS = {"qemu-system-x86_64": "qemu-system-x86", "dnsmasq": "dnsmasq-base", "ip": "iproute2"}
FILES = {
    OVMF_CODE: "ovmf",
    Path("/usr/lib/ipxe/undionly.kpxe"): "ipxe",
    Path("/usr/lib/ipxe/qemu/pxe-virtio.rom"): "ipxe-qemu",
}

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    pytest.mark.skipif(KUBECTL is None, reason=WANTED),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
    *(pytest.mark.skipif(not file.exists(), reason=f"wants {file} (apt install {deb})") for file, deb in FILES.items()),
]

GUIDES_BOX = Box("guides", "d0:50:99:d3:33:60", Firmware.BIOS, uuid="", serial="A1")
"""The guide's own server: a board with a blank UUID, so that its MAC is its name."""
UEFI_BOX = Box("uefi", "52:54:00:aa:00:02", Firmware.UEFI, uuid="11223344-5566-7788-99aa-bbccddeeff02", serial="B2")
HTTP_BOX = Box("http", "52:54:00:aa:00:03", Firmware.UEFI_HTTP, uuid="11223344-5566-7788-99aa-bbccddeeff03", serial="B3")
NAMES = {GUIDES_BOX: "00000000-0000-0000-0000-d05099d33360", UEFI_BOX: UEFI_BOX.uuid, HTTP_BOX: HTTP_BOX.uuid}
_TO_IPXE = ["discover", "offer", "request", "tftp"]
_IN_IPXE = ["ipxe", "script", "registered"]
# A ROM that is iPXE needs no binary; nobody asks 4011, for the offer already names the file (option 43.6).
CLIMBED = {Firmware.BIOS: _IN_IPXE, Firmware.UEFI: [*_TO_IPXE, *_IN_IPXE], Firmware.UEFI_HTTP: [*_TO_IPXE, *_IN_IPXE]}
TWINS = [
    Box(f"twin{n}", f"52:54:00:aa:00:1{n}", Firmware.BIOS, uuid="4c4c4544-0044-4210-8031-b4c04f333232", serial=f"C{n}")
    for n in range(2)
]

UNACCEPTED = "not accepted: nothing will be written to its disks"
ACCEPTED = "accepted, and not allocated to a cluster yet"
# `kubectl wait` gives up at once on a list that is still shorter than what it asks for.
LISTED = """timeout 10 bash -c "until kubectl get serverclass default -o jsonpath='{{.status.serversAvailable[*]}}' |
grep -q {name}; do sleep 0.1; done" """


@asynccontextmanager
async def _site(mode: str, directory: Path) -> AsyncIterator[Laptop]:
    async with AsyncExitStack() as stack:
        rack = await stack.enter_async_context(open_rack(directory))
        if mode == "proxy":
            await stack.enter_async_context(dhcp_of_the_site(rack))
        options = ["--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}"] if mode == "server" else []
        yield await stack.enter_async_context(serve(rack, "--dhcp", mode, *options))


@asynccontextmanager
async def _switched_on(laptop: Laptop, boxes: Sequence[Box], reason: str) -> AsyncIterator[list[Guest]]:
    """All at once; each has shown on its screen that it waits, and why."""
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(power_on(laptop.rack, box)) for box in boxes]
        await _all_show(laptop, guests, reason)
        yield guests


async def _all_show(laptop: Laptop, guests: Sequence[Guest], reason: str) -> None:
    """A box that asks again has run, and so shown, the script it was given before."""

    def asked_twice(_told: Sequence[Record]) -> bool:
        return all(len(laptop.notices("ScriptServed", script="wait", mac=g.box.mac, reason=reason)) > 1 for g in guests)

    await laptop.until(asked_twice, PATIENCE)
    for guest in guests:
        assert f"State: {reason}." in guest.screen


@pytest.mark.parametrize("mode", ["server", "proxy"])
async def test_real_servers_wait_untouched_and_are_available_once_accepted(mode: str, tmp_path: Path) -> None:
    async with _site(mode, tmp_path) as laptop:
        async with _switched_on(laptop, list(NAMES), UNACCEPTED) as guests:
            assert await laptop.shell(SERVER_CLASS) == "serverclass.metal.sidero.dev/default created\n"
            for guest in guests:
                assert NAMES[guest.box] in guest.screen
                await _is_registered_with_what_smbios_says(laptop, guest)
            await _all_stand_at(laptop, "registered", expected="accepted")
            await _guide_accepts(laptop)
            await _all_show(laptop, guests, ACCEPTED)
            await _all_stand_at(laptop, "accepted", expected="kernel")
        assert all(guest.checksums == guest.untouched for guest in guests)


async def test_two_real_boxes_with_one_uuid_both_appear_side_by_side(tmp_path: Path) -> None:
    async with _site("server", tmp_path) as laptop, _switched_on(laptop, TWINS, UNACCEPTED) as guests:
        servers = (await laptop.get("servers"))["items"]
        by_mac = {server["metadata"]["annotations"]["sidero-tui.dev/mac"]: server["metadata"] for server in servers}
        assert by_mac.keys() == {box.mac for box in TWINS}
        first, second = (by_mac[box.mac] for box in TWINS)
        assert first["annotations"]["sidero-tui.dev/duplicate-of"] == second["name"]
        assert second["annotations"]["sidero-tui.dev/duplicate-of"] == first["name"]
        by_its_mac = {f"00000000-0000-0000-0000-{box.mac.replace(':', '')}" for box in TWINS}
        names = {first["name"], second["name"]}
        assert len(names & by_its_mac) == 1
        assert names - by_its_mac == {TWINS[0].uuid}
        for guest in guests:
            assert by_mac[guest.box.mac]["name"] in guest.screen
    assert all(guest.checksums == guest.untouched for guest in guests)


async def _guide_accepts(laptop: Laptop) -> None:
    """Each server is AVAILABLE once it is accepted and not before; columns as the guide prints them."""
    header, *rows = (await laptop.shell("kubectl get servers -o wide")).splitlines()
    assert header.split()[:5] == ["NAME", "HOSTNAME", "ACCEPTED", "ALLOCATED", "CLEAN"]
    cells = sorted(row.split() for row in rows)
    assert [(cell[0], *cell[2:4]) for cell in cells] == [(name, "false", "false") for name in sorted(NAMES.values())]
    assert await _default_class(laptop) == ["default", "[]", "[]"]
    accepted: list[str] = []
    for name in NAMES.values():
        assert await laptop.shell(ACCEPT.format(name=name)) == f"server.metal.sidero.dev/{name} patched\n"
        await laptop.shell(LISTED.format(name=name))
        accepted.append(name)
        assert await _default_class(laptop) == ["default", json.dumps(accepted, separators=(",", ":")), "[]"]


async def _default_class(laptop: Laptop) -> list[str]:
    """NAME, AVAILABLE, IN USE."""
    header, *rows = (await laptop.shell("kubectl get serverclass")).splitlines()
    assert header.split("  ")[0] == "NAME"
    (row,) = (row.split() for row in rows if row.startswith("default "))
    return row[:3]


async def _all_stand_at(laptop: Laptop, stage: str, *, expected: str) -> None:
    """Each Boot names the rungs its box has climbed, its Server, and what comes next."""
    for box, name in NAMES.items():
        status = (await laptop.get("boots", box.mac.replace(":", "-")))["status"]
        assert (status["server"], status["stage"], status["expected"]["step"]) == (name, stage, expected)
        climbed = [step["name"] for step in status["steps"]]
        assert climbed == [*CLIMBED[box.firmware], *(["accepted"] if stage == "accepted" else [])]


async def _is_registered_with_what_smbios_says(laptop: Laptop, guest: Guest) -> None:
    box = guest.box
    server = await laptop.get("server", NAMES[box])
    assert server["spec"]["accepted"] is False
    (processor,) = server["spec"]["hardware"]["compute"]["processors"]
    assert (processor["manufacturer"], processor["productName"]) == (box.cpu_manufacturer, box.cpu_version)
    assert (processor["speed"], processor["coreCount"]) == (box.cpu_speed, box.cores)
    system = server["spec"]["hardware"]["system"]
    assert (system["manufacturer"], system["serialNumber"]) == (box.manufacturer, box.serial)
