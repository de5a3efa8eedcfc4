"""The component `wire` on real links: our OFFER is on the wire or a firewall keeps it, and who else answers is known."""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.laptop import Laptop, serve
from tests.e2e.rack import FIRST_LEASE, LAPTOP, OTHER_HOST, SWITCH, Rack, dhcp_of_the_site, host, ip, open_rack
from tests.e2e.site_servers import dhcp_config, site_server
from tests.support.kubectl import KUBECTL, WANTED

PROGRAMS = {"dnsmasq": "dnsmasq-base", "dhcpd": "isc-dhcp-server", "ip": "iproute2", "nft": "nftables"}
SECOND = "192.168.254.4"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    pytest.mark.skipif(KUBECTL is None, reason=WANTED),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
]


async def test_two_dhcp_servers_are_detected_with_what_they_offer(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack, SECOND) as second:
        config = await dhcp_config(rack, "isc", "--router", OTHER_HOST)
        async with dhcp_of_the_site(rack), site_server(rack, "isc", config, namespace=second):
            async with serve(rack) as laptop:
                await laptop.until(lambda _: len({n["server"] for n in laptop.notices("DhcpServerSeen")}) == 2, within=60)
                found = await _neighbours(laptop, "two DHCP servers")
                assert found["self-test"] == "ok"
                assert OTHER_HOST in found["verdict"]
                plain, booting = json.loads(found[OTHER_HOST]), json.loads(found[SECOND])
                assert (plain["kind"], plain["leases"], plain["network"]) == ("DHCP server", True, "192.168.254.0/24")
                assert plain["offered"].startswith(FIRST_LEASE[:-1])
                assert (booting["kind"], booting["nextServer"]) == ("DHCP server that says what to boot", LAPTOP)
                assert booting["bootFile"] in {"ipxe.efi", "undionly.kpxe"}  # it tells firmware and others different things
                assert booting["router"] == OTHER_HOST
                assert len(booting["mac"].split(":")) == 6


async def test_a_server_on_this_very_machine_is_named_by_its_program(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        config = await dhcp_config(rack, "dnsmasq")
        async with site_server(rack, "dnsmasq", config, namespace=rack.laptop, interface=SWITCH):
            async with serve(rack, "--dhcp", "off") as laptop:
                found = await _neighbours(laptop, f"{LAPTOP} offers boot file")
                assert json.loads(found[LAPTOP])["program"] == "dnsmasq"


async def test_a_cable_that_is_out_is_told_and_noticed_when_it_is_back(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, serve(rack) as laptop:
        await ip("-n", rack.laptop, "link", "set", "cable", "down")
        await laptop.until(lambda _: _last(laptop) == "failed", within=60)
        assert "has no link" in laptop.notices("ComponentChanged", name="wire", state="failed")[-1]["reason"]
        await ip("-n", rack.laptop, "link", "set", "cable", "up")
        await laptop.until(lambda _: _last(laptop) == "serving", within=60)
        assert not laptop.notices("ComponentChanged", name="dhcp", state="failed")


async def test_nobody_who_gives_addresses_is_told_too(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, serve(rack) as laptop:
        assert "--dhcp server" in (await _neighbours(laptop, "nobody leases addresses"))["verdict"]


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("input udp dport 67 drop", "our OFFER is not"),
        ("output udp sport 67 udp dport 68 drop", "our OFFER is not"),
        ("output udp dport 67 drop", "cannot be sent"),
    ],
)
async def test_a_firewall_that_keeps_our_dhcp_is_a_fault_until_the_rule_is_gone(
    rule: str, complaint: str, tmp_path: Path
) -> None:
    async with open_rack(tmp_path) as rack:
        hook, match = rule.split(" ", 1)
        await _nft(rack, "add table inet site")
        await _nft(rack, f"add chain inet site {hook} {{ type filter hook {hook} priority 0; }}")
        await _nft(rack, f"add rule inet site {hook} {match}")
        async with serve(rack) as laptop:
            await laptop.until(lambda _: bool(laptop.notices("ComponentChanged", name="wire", state="failed")), within=30)
            assert complaint in laptop.notices("ComponentChanged", name="wire", state="failed")[0]["reason"]
            await _nft(rack, f"flush chain inet site {hook}")
            await laptop.until(lambda _: _last(laptop) == "serving", within=60)


def _last(laptop: Laptop) -> str:
    return str(laptop.notices("ComponentChanged", name="wire")[-1]["state"])


async def _nft(rack: Rack, command: str) -> None:
    async with rack.run(("nft", command)) as program:
        assert await program.wait() == 0


async def _neighbours(laptop: Laptop, verdict: str) -> Mapping[str, str]:
    """Data of the ConfigMap once its verdict says that."""
    read = "kubectl get configmap dhcp-neighbours -n sidero-tui --ignore-not-found -o json"
    async with asyncio.timeout(60):
        while True:
            text = await laptop.shell(read)
            data: Mapping[str, str] = json.loads(text)["data"] if text else {}
            if verdict in data.get("verdict", "") and data["self-test"] != "under way":
                return data
            await asyncio.sleep(0.3)
