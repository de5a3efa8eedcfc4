"""Real ARP on a real bridge: is an address free, taken, or being probed for by another?"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from boot.resources.address_probes import Finding, Probe
from tests.e2e.rack import OTHER_HOST, SWITCH, Rack, host, open_rack

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.geteuid() != 0, reason="wants root, for network namespaces"),
    pytest.mark.skipif(not shutil.which("ip"), reason="wants ip (apt install iproute2)"),
]

PROGRAM = """
import asyncio, os, sys
from boot.address_probe.probe import AddressProber
from boot.clock import SystemClock
if "unprivileged" in sys.argv:
    os.setuid(65534)
print(asyncio.run(AddressProber((sys.argv[1],), SystemClock()).probe(sys.argv[2])).model_dump_json())
"""


async def probe(rack: Rack, interface: str, address: str, *more: str) -> Probe:
    command = (sys.executable, "-c", PROGRAM, interface, address, *more)
    async with asyncio.timeout(30), rack.run(command, output=asyncio.subprocess.PIPE) as program:
        assert program.stdout is not None
        answer = await program.stdout.read()
        await program.wait()
    return Probe.model_validate_json(answer)


async def test_an_address_nobody_has_is_free(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack:
        found = await probe(rack, SWITCH, _beside(OTHER_HOST))
        assert found.finding is Finding.FREE
        assert found.interface == SWITCH
        assert (await probe(rack, SWITCH, _beside(OTHER_HOST), "unprivileged")).finding is Finding.FREE


async def test_an_address_that_a_host_has_is_taken_and_its_mac_is_told(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack, _beside(OTHER_HOST)) as other:
        for more in ((), ("unprivileged",)):
            found = await probe(rack, SWITCH, _beside(OTHER_HOST), *more)
            assert found.finding is Finding.TAKEN
            assert found.holders == (await _mac(rack, other),)


async def test_two_that_ask_for_one_address_at_once_both_learn_of_it(tmp_path: Path) -> None:
    async with open_rack(tmp_path) as rack, host(rack, _beside(OTHER_HOST, 60)) as other:
        address = _beside(OTHER_HOST)
        command = ("ip", "netns", "exec", other, sys.executable, "-c", PROGRAM, "eth0", address)
        program = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        ours, (theirs, _) = await asyncio.gather(probe(rack, SWITCH, address), program.communicate())
        assert Finding.TAKEN in {ours.finding, Probe.model_validate_json(theirs).finding}


def _beside(address: str, last: int = 77) -> str:
    return f"{address.rpartition('.')[0]}.{last}"


async def _mac(rack: Rack, namespace: str) -> str:
    async with rack.run(("cat", "/sys/class/net/eth0/address"), namespace=namespace, output=asyncio.subprocess.PIPE) as program:
        assert program.stdout is not None
        return (await program.stdout.read()).decode().strip()
