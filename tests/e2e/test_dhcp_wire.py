"""The full server on real links: reservations, addresses in use, several interfaces, a changed address, a relay of ISC's."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.laptop import serve
from tests.e2e.rack import FIRST_LEASE, LAPTOP, LAST_LEASE, OTHER_HOST, SWITCH, Rack, add_switch, host, ip, open_rack
from tests.e2e.udhcpc import UEFI, ask

PROGRAMS = {"busybox": "busybox-static", "dhclient": "isc-dhcp-client", "dhcrelay": "isc-dhcp-relay", "ip": "iproute2"}
POOL = f"{FIRST_LEASE}-{LAST_LEASE}"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
]


async def test_a_reserved_address_and_one_in_use_are_kept_from_others(tmp_path: Path) -> None:
    second = FIRST_LEASE[:-1] + str(int(FIRST_LEASE[-1]) + 1)
    async with open_rack(tmp_path) as rack, host(rack) as reserved, host(rack, FIRST_LEASE), host(rack) as plain:
        await ip("-n", reserved, "link", "set", "eth0", "address", "d0:50:99:d3:33:60")
        reservation = f"d0:50:99:d3:33:60={second},talos-mgmt-0"
        async with serve(rack, "--dhcp", "server", "--dhcp-range", POOL, "--reservation", reservation) as laptop:
            got = await ask(rack, reserved)
            assert got is not None
            assert (got.address, got.hostname) == (second, "talos-mgmt-0")
            # The first of the pool is answered for by a host nobody knew of, the second is reserved.
            got = await ask(rack, plain, *UEFI)
            assert got is not None
            assert (got.address, got.boot_file) == (FIRST_LEASE[:-1] + str(int(FIRST_LEASE[-1]) + 2), "ipxe.efi")
            (refused,) = laptop.notices("DhcpRefused", cause="address-in-use")
            assert f"{FIRST_LEASE} is in use by " in refused["reason"]


async def _fetch(rack: Rack, namespace: str, url: str) -> str:
    """By a host that has an address of its own for the moment: udhcpc leaves the interface as it was."""
    address = url.split("/")[2].split(":")[0].rpartition(".")[0] + ".77/24"
    await ip("-n", namespace, "address", "add", address, "dev", "eth0")
    async with rack.run(("busybox", "wget", "-q", "-O", "-", url), namespace=namespace, output=asyncio.subprocess.PIPE) as client:
        output, _ = await client.communicate()
    await ip("-n", namespace, "address", "del", address, "dev", "eth0")
    return output.decode()


async def test_two_interfaces_are_served_each_with_its_own_address_also_after_a_change(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        await add_switch(rack, "br1", "10.9.0.1")
        pools = ("--dhcp-range", POOL, "--dhcp-range", "10.9.0.20-10.9.0.29", "--dhcp-range", "10.8.0.20-10.8.0.29")
        async with host(rack) as near, host(rack, switch="br1") as far:
            async with serve(rack, "--dhcp", "server", *pools, interface=f"{SWITCH},br1", advertise="") as laptop:
                for namespace, address, server in ((near, FIRST_LEASE, LAPTOP), (far, "10.9.0.20", "10.9.0.1")):
                    got = await ask(rack, namespace, *UEFI)
                    assert got is not None
                    assert (got.address, got.server, got.next_server) == (address, server, server)
                # What it fetches from the one address names the same one, on either side.
                for namespace, server in ((near, LAPTOP), (far, "10.9.0.1")):
                    assert f"http://{server}:8081/" in await _fetch(rack, namespace, f"http://{server}:8081/boot.ipxe")
                await ip("-n", rack.laptop, "address", "del", "10.9.0.1/24", "dev", "br1")
                await ip("-n", rack.laptop, "address", "add", "10.8.0.1/24", "dev", "br1")
                got = await ask(rack, far, *UEFI)
                assert got is not None
                assert (got.address, got.server, got.next_server) == ("10.8.0.20", "10.8.0.1", "10.8.0.1")
                for switch, address in ((SWITCH, LAPTOP), ("br1", "10.8.0.1")):
                    await ip("-n", rack.laptop, "address", "del", f"{address}/24", "dev", switch)
                await laptop.until(lambda _: bool(laptop.notices("ComponentChanged", name="dhcp", state="failed")), within=10)
                (failed,) = laptop.notices("ComponentChanged", name="dhcp", state="failed")
                assert "has no IPv4 address any more" in failed["reason"]
                await ip("-n", rack.laptop, "address", "add", f"{LAPTOP}/24", "dev", SWITCH)
                got = await ask(rack, near, *UEFI)
                assert got is not None
                assert got.server == LAPTOP


async def test_dhclient_gets_a_lease_and_gives_it_back(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, serve(rack, "--dhcp", "server", "--dhcp-range", POOL) as laptop:
        files = ("-lf", str(tmp_path / "dhclient.leases"), "-pf", str(tmp_path / "dhclient.pid"))
        # Its script would rewrite this machine's resolv.conf.
        command = ("dhclient", "-4", "-d", "-1", "-v", "-sf", "/bin/true", *files, "eth0")
        async with rack.run(command, namespace=rack.other, output=asyncio.subprocess.DEVNULL):
            leases = laptop.state_dir / "leases.json"
            async with asyncio.timeout(30):
                while not (leases.exists() and FIRST_LEASE in leases.read_text()):
                    await asyncio.sleep(0.1)
                while "dhcp-renewal-time 1800" not in (tmp_path / "dhclient.leases").read_text():
                    await asyncio.sleep(0.1)
        until = json.loads(leases.read_text())[0]["until"]
        async with rack.run(("dhclient", "-4", "-r", "-sf", "/bin/true", *files, "eth0"), namespace=rack.other) as release:
            await release.wait()
        async with asyncio.timeout(30):
            while json.loads(leases.read_text())[0]["until"] == until:
                await asyncio.sleep(0.1)


async def test_a_machine_behind_a_relay_gets_an_address_of_its_own_network(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack) as machine:
        # The machine hangs on the relay, not on the laptop's switch.
        await ip("-n", machine, "link", "delete", "eth0")
        await ip("-n", rack.other, "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "netns", machine)
        await ip("-n", rack.other, "address", "add", "10.7.0.1/24", "dev", "eth1")
        for namespace, device in ((rack.other, "eth1"), (machine, "eth0")):
            await ip("-n", namespace, "link", "set", device, "up")
        await ip("-n", rack.laptop, "route", "add", "10.7.0.0/24", "via", OTHER_HOST)
        pools = ("--dhcp-range", POOL, "--dhcp-range", "10.7.0.20-10.7.0.29/24")
        async with serve(rack, "--dhcp", "server", *pools) as laptop:
            # -a adds option 82 and drops replies that do not bring it back.
            relay = ("dhcrelay", "-4", "-d", "--no-pid", "-a", "-id", "eth1", "-iu", "eth0", LAPTOP)
            async with rack.run(relay, namespace=rack.other, output=asyncio.subprocess.DEVNULL):
                got = await ask(rack, machine, *UEFI, tries=8)
                assert got is not None
                assert (got.address, got.router, got.boot_file) == ("10.7.0.20", "10.7.0.1", "ipxe.efi")
            assert laptop.notices("DhcpDiscovered", relay="10.7.0.1")
