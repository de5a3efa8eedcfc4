"""busybox's udhcpc in a namespace: a foreign DHCP client, which may also say what firmware says."""

import asyncio
from dataclasses import dataclass

from tests.e2e.rack import Rack

SCRIPT = """#!/bin/sh
test "$1" = bound || exit 0
echo "$ip|$mask|$serverid|$siaddr|${boot_file:-$bootfile}|$router|$hostname|$vendor" >> "$(dirname "$0")/bound"
"""
UEFI = ("-V", "PXEClient:Arch:00007:UNDI:003000", "-x", "0x5d:0007", "-x", "0x5e:010300")
BIOS = ("-V", "PXEClient:Arch:00000:UNDI:002001", "-x", "0x5d:0000", "-x", "0x5e:010201")
HTTP = ("-V", "HTTPClient:Arch:00016:UNDI:003000", "-x", "0x5d:0010", "-x", "0x5e:010300")
IPXE = (*BIOS, "-x", "0x4d:69505845")


@dataclass(frozen=True)
class Bound:
    """What the client was given; "" for what was not said. `boot_file` is the header's, else option 67."""

    address: str
    prefix: str
    server: str
    next_server: str
    boot_file: str
    router: str
    hostname: str
    vendor_class: str


async def ask(rack: Rack, namespace: str, *options: str, tries: int = 4) -> Bound | None:
    """One round on the namespace's eth0; None when nobody gave it an address. The interface is left as it was."""
    script = rack.directory / "bound.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    told = rack.directory / "bound"
    told.unlink(missing_ok=True)
    wanted = ("-O", "bootfile", "-O", "hostname", "-O", "60", "-t", str(tries), "-T", "2")
    command = ("busybox", "udhcpc", "-f", "-q", "-n", "-i", "eth0", "-s", str(script), *wanted, *options)
    async with rack.run(command, namespace=namespace, output=asyncio.subprocess.DEVNULL) as client:
        await client.wait()
    return Bound(*told.read_text().splitlines()[-1].split("|")) if told.exists() else None
