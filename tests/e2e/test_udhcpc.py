"""A foreign DHCP client that does not boot from the network: busybox's udhcpc, over a real link, off `--serve`."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.laptop import serve
from tests.e2e.rack import FIRST_LEASE, LAPTOP, LAST_LEASE, Rack, open_rack

PROGRAMS = {"busybox": "busybox-static", "ip": "iproute2"}

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    *(pytest.mark.skipif(not shutil.which(name), reason=f"wants {name} (apt install {deb})") for name, deb in PROGRAMS.items()),
]

SCRIPT = """#!/bin/sh
test "$1" = bound || exit 0
echo "$ip $subnet $serverid $lease ${boot_file:-nothing} ${router:-none}" >> "$(dirname "$0")/bound"
"""


async def _ask(rack: Rack, *options: str) -> list[str]:
    """What the client was given: address, netmask, server, seconds, boot file, router."""
    script = rack.directory / "bound.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    command = ("busybox", "udhcpc", "-f", "-q", "-n", "-i", "eth0", "-s", str(script), *options)
    async with rack.run(command, namespace=rack.other) as client:
        assert await client.wait() == 0
    return (rack.directory / "bound").read_text().splitlines()[-1].split()


async def test_udhcpc_gets_a_lease_and_has_it_again_after_a_restart(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        async with serve(rack, "--dhcp", "server", "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}"):
            assert await _ask(rack) == [FIRST_LEASE, "255.255.255.0", LAPTOP, "3600", "nothing", "none"]
            assert (await _ask(rack))[0] == FIRST_LEASE
        async with serve(rack, "--dhcp", "server", "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}") as again:
            assert (await _ask(rack, "-r", LAST_LEASE))[0] == FIRST_LEASE
            assert again.notices("DhcpDiscovered") == []
