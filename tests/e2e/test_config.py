"""Six real guests from power-on through accepted, wiped and allocated to the config that is theirs, by the guide's manifest.

What boots in the place of Talos is a Debian kernel with busybox: it does what Talos does first, which is to fetch the config that
its command line names, and shows on the console which one it got. It writes to no disk.
"""

import re
from contextlib import AsyncExitStack
from pathlib import Path

from boot.agent_image.archive import build_file, compress, encode_archive
from tests.e2e.guest import Firmware, power_on
from tests.e2e.laptop import Laptop, serve
from tests.e2e.rack import FIRST_LEASE, LAPTOP, LAST_LEASE, open_rack
from tests.e2e.units import PATIENCE, REQUIREMENTS, is_clean, make_unit
from tests.support.program import PROGRAM

pytestmark = REQUIREMENTS

DHCP = ("--dhcp", "server", "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}")
TALOS = r"""
for part in screen json server drivers network signatures disks; do . "$AGENT/$part.sh"; done
mac=$(argument BOOTIF | cut -c 4- | tr 'A-Z-' 'a-z:')
load_drivers
bring_up_network
url=$(argument talos.config)
until wget -q -O /run/config "$url"; do say "no config yet"; sleep 2; done
echo "FETCHED $(grep -o 'metal.sidero.dev/uuid=[0-9a-f-]*' /run/config) $(grep '  type:' /run/config)" >/dev/ttyS0
sync
poweroff -f
"""
VARIABLES = (
    "CONTROL_PLANE_ENDPOINT=192.168.254.10 CONTROL_PLANE_SERVERCLASS=any WORKER_SERVERCLASS=any KUBERNETES_VERSION=v1.36.3 "
    "CONTROL_PLANE_MACHINE_COUNT=3 WORKER_MACHINE_COUNT=3"
)
GENERATE = f"{PROGRAM} config cluster management-plane -i sidero --install-disk /dev/vda"
BOUND = "until [ $(kubectl get serverbindings -o name | wc -l) = 6 ]; do sleep 1; done"
SERIAL = '[{"op": "add", "path": "/spec/kernel/args/-", "value": "console=ttyS0"}]'
FETCHED = re.compile(r"FETCHED metal\.sidero\.dev/uuid=([0-9a-f-]+)\s+type: (\w+)")


def _make_assets(agent: Path, directory: Path) -> Path:
    """What the default Environment names: the agent's kernel, and its initramfs with another program in it."""
    directory.mkdir()
    (directory / "vmlinuz-amd64").write_bytes((agent / "vmlinuz").read_bytes())
    program = compress(encode_archive([build_file("agent/main.sh", TALOS.encode())]))
    (directory / "initramfs-amd64.xz").write_bytes((agent / "initramfs.xz").read_bytes() + program)
    return directory


async def test_six_servers_get_the_config_of_their_own_machine_and_nobody_another_s(agent: Path, tmp_path: Path) -> None:
    units = [make_unit(tmp_path, number, Firmware.UEFI if number == 5 else Firmware.BIOS) for number in range(6)]
    assets = _make_assets(agent, tmp_path / "assets")
    options = (*DHCP, "--agent-dir", str(agent), "--assets-dir", str(assets), "--grace", "0", "--auto-accept")
    async with open_rack(tmp_path) as rack, serve(rack, *options) as laptop:
        await laptop.shell(f"kubectl patch environment default --type=json -p='{SERIAL}' >/dev/null")
        async with AsyncExitStack() as running:
            guests = [await running.enter_async_context(power_on(rack, unit.box, unit.drives)) for unit in units]
            for guest in guests:
                await guest.until_off(PATIENCE)
        for unit in units:
            await is_clean(laptop, unit)
        await _allocate(laptop)
        async with AsyncExitStack() as running:
            guests = [await running.enter_async_context(power_on(rack, unit.box, unit.drives)) for unit in units]
            for guest in guests:
                await guest.until_off(PATIENCE)
        types = []
        for unit, guest in zip(units, guests, strict=True):
            found = FETCHED.search(guest.screen)
            assert found is not None, guest.screen[-2000:]
            assert found[1] == unit.name
            types.append(found[2])
            assert laptop.notices("ConfigServed", server=unit.name, mac=unit.box.mac)
            assert guest.checksums == guest.untouched
            bound = await laptop.get("serverbinding", unit.name)
            assert bound["spec"]["addresses"][0].startswith(LAPTOP.rpartition(".")[0])
        assert sorted(types) == ["controlplane"] * 3 + ["worker"] * 3


async def _allocate(laptop: Laptop) -> None:
    """The guide's manifest; each server is bound then."""
    await laptop.shell(f"{VARIABLES} {GENERATE} | kubectl apply -f - >/dev/null")
    await laptop.shell(f"timeout 90 bash -c '{BOUND}'")
