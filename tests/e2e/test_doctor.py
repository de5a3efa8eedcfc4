"""`sidero-tui doctor` on a machine with a firewall, with somebody on port 67, and with neither."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.rack import OTHER_HOST, SWITCH, Rack, dhcp_of_the_site, open_rack

PROGRAMS = {"dnsmasq": "dnsmasq-base", "ip": "iproute2", "nft": "nftables", "iptables": "iptables"}

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
]


async def _doctor(rack: Rack) -> tuple[int | None, str]:
    command = (str(Path(sys.executable).with_name("sidero-tui")), "doctor", "--interface", SWITCH)
    state = ("--state-dir", str(rack.directory / "state"))
    async with rack.run((*command, *state), output=asyncio.subprocess.PIPE) as program:
        output, _ = await program.communicate()
    return program.returncode, output.decode()


async def _run(rack: Rack, *command: str) -> None:
    async with rack.run(command) as program:
        assert await program.wait() == 0


async def test_a_good_machine_tests_itself_on_the_wire_and_names_the_sites_server(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, dhcp_of_the_site(rack):
        code, page = await _doctor(rack)
        assert "our OFFER was seen on the wire, and everything we advertise was fetched" in page
        assert f"{OTHER_HOST}: DHCP server, offers 192.168.254." in page
        assert code == 0


async def test_the_rule_that_drops_dhcp_is_named_and_the_command_that_mends_it_does(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        await _run(rack, "nft", "add table inet site")
        await _run(rack, "nft", "add chain inet site input { type filter hook input priority 0; policy drop; }")
        await _run(rack, "nft", "add rule inet site input iif lo accept")
        await _run(rack, "nft", "add rule inet site input ct state established,related accept")
        code, page = await _doctor(rack)
        assert code == 1
        assert "DHCP (UDP 67) is dropped by policy of chain site input" in page
        assert "our OFFER is not" in page
        remedies = {line.split("→ ")[1] for line in page.splitlines() if "→ nft insert" in line}
        assert len(remedies) == 5
        for remedy in remedies:
            await _run(rack, *remedy.split())
        code, page = await _doctor(rack)
        assert (code, "our OFFER was seen on the wire" in page) == (0, True)


async def test_who_holds_the_port_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        holder = ("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file")
        leases = f"--dhcp-leasefile={tmp_path / 'leases'}"
        async with rack.run((*holder, "--dhcp-range=192.168.254.50,192.168.254.60", leases, "--log-facility=/dev/null")):
            async with asyncio.timeout(30):
                while "is held by dnsmasq (process" not in (found := await _doctor(rack))[1]:
                    await asyncio.sleep(0.2)
            code, page = found
            assert code == 1
            assert "systemctl stop dnsmasq" in page
            assert "nothing was sent" in page
