"""`sidero-tui dhcp-config`: the real dnsmasq, dhcpd and Kea load it and send every firmware here; a guest boots off one."""

import os
import re
import shutil
from pathlib import Path

import pytest

from boot.config import Reservation
from tests.e2e.guest import OVMF_CODE, Box, Firmware, power_on
from tests.e2e.laptop import serve
from tests.e2e.rack import FIRST_LEASE, LAPTOP, OTHER_HOST, Rack, host, ip, open_rack
from tests.e2e.site_servers import PROGRAMS, dhcp_config, site_server
from tests.e2e.udhcpc import BIOS, HTTP, IPXE, UEFI, ask

NEEDED = PROGRAMS | {"busybox": "busybox-static", "ip": "iproute2"}
GUIDES_HOST = Reservation(mac="d0:50:99:d3:33:60", address="192.168.254.2", hostname="talos-mgmt-0")
RESERVED = f"{GUIDES_HOST.mac}={GUIDES_HOST.address},{GUIDES_HOST.hostname}"
BOX = Box("uefi", "52:54:00:aa:00:02", Firmware.UEFI, uuid="11223344-5566-7788-99aa-bbccddeeff02", serial="B2")
PATIENCE = 240.0
SCRIPT = f"http://{LAPTOP}:8081/boot.ipxe"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in NEEDED.items()),
]


@pytest.mark.parametrize("name", ["isc", "dnsmasq", "kea"])
async def test_a_real_server_sends_every_kind_of_firmware_here(name: str, tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack) as machine:
        config = await dhcp_config(rack, name, "--router", OTHER_HOST, "--reservation", RESERVED)
        async with site_server(rack, name, config):
            for options, file in (
                (UEFI, "ipxe.efi"),
                (BIOS, "undionly.kpxe"),
                (IPXE, SCRIPT),
                (HTTP, f"http://{LAPTOP}:8081/tftp/ipxe.efi"),
            ):
                got = await ask(rack, machine, *options, tries=10)
                assert got is not None
                assert (got.server, got.router, got.boot_file) == (OTHER_HOST, OTHER_HOST, file)
                # HTTP boot takes nothing without its class; PXE with one from a plain server goes to port 4011 and fails.
                assert got.vendor_class == ("HTTPClient" if options is HTTP else "")
                if options in (UEFI, BIOS):
                    assert got.next_server == LAPTOP
            await ip("-n", machine, "link", "set", "eth0", "address", GUIDES_HOST.mac)
            got = await ask(rack, machine)
            assert got is not None
            assert got.address == GUIDES_HOST.address


async def test_the_guides_file_from_the_routers_paste_is_included_by_a_real_dhcpd(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack) as machine:
        paste = await dhcp_config(rack, "vyatta", "--reservation", RESERVED)
        written = re.search(r"tee (\S+) .*<<'IPXE_METAL'\n(.*)\nIPXE_METAL\n", paste, re.DOTALL)
        assert written
        included = tmp_path / Path(written[1]).name
        included.write_text(written[2])
        range_ = f"range {FIRST_LEASE} {FIRST_LEASE};"
        subnet = f'subnet 192.168.254.0 netmask 255.255.255.0 {{ {range_} include "{included}"; }}\n'
        async with site_server(rack, "isc", subnet):
            got = await ask(rack, machine, *UEFI, tries=10)
            assert got is not None
            assert (got.next_server, got.boot_file) == (LAPTOP, "ipxe.efi")


@pytest.mark.e2e
@pytest.mark.skipif(not shutil.which("qemu-system-x86_64"), reason="wants qemu-system-x86_64 (apt install qemu-system-x86)")
@pytest.mark.skipif(not OVMF_CODE.exists(), reason="wants OVMF (apt install ovmf)")
async def test_a_real_server_boots_off_an_existing_dhcpd_while_we_serve_no_dhcp(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, serve(rack, "--dhcp", "off") as laptop:
        async with site_server(rack, "isc", await dhcp_config(rack, "isc")), power_on(rack, BOX):
            await laptop.until(lambda _: bool(laptop.notices("Registered", mac=BOX.mac)), PATIENCE)
        await _names_the_known_server(rack)


async def _names_the_known_server(rack: Rack) -> None:
    """The plane runs, so the server that registered is a host at the address it had."""
    assert re.search(
        rf"host \S+ {{\s+fixed-address {FIRST_LEASE[:-1]}\d;\s+hardware ethernet {BOX.mac};", await dhcp_config(rack, "isc")
    )
