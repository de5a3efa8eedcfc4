"""Other people's DHCP servers, loaded with what `sidero-tui dhcp-config` printed, in the namespace of the other host."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.rack import FIRST_LEASE, LAPTOP, LAST_LEASE, SWITCH, Rack

PROGRAMS = {"dnsmasq": "dnsmasq-base", "dhcpd": "isc-dhcp-server", "kea-dhcp4": "kea-dhcp4-server"}


async def dhcp_config(rack: Rack, name: str, *options: str) -> str:
    """What the command prints on the laptop."""
    program = await asyncio.create_subprocess_exec(
        *("ip", "netns", "exec", rack.laptop, str(Path(sys.executable).with_name("sidero-tui")), "dhcp-config"),
        *("--format", name, "--interface", SWITCH, "--advertise", LAPTOP, "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}"),
        *("--state-dir", str(rack.directory / "state"), *options),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await program.communicate()
    assert program.returncode == 0
    return output.decode()


@asynccontextmanager
async def site_server(rack: Rack, name: str, config: str, *, namespace: str = "", interface: str = "eth0") -> AsyncIterator[None]:
    """The server of that format, on `interface` of the other host or of `namespace`; its own check of the file comes first."""
    directory = rack.directory / name
    directory.mkdir()
    path = directory / "config"
    path.write_text(_own_paths(config, directory) if name == "kea" else config)
    check, command = _commands(name, path, directory, interface)
    environment = os.environ | {"KEA_PIDFILE_DIR": str(directory), "KEA_LOCKFILE_DIR": str(directory)}
    program = await asyncio.create_subprocess_exec(*check, env=environment, stderr=asyncio.subprocess.PIPE)
    _, complaint = await program.communicate()
    assert program.returncode == 0, complaint.decode()
    async with rack.run(
        ("env", *(f"{key}={directory}" for key in ("KEA_PIDFILE_DIR", "KEA_LOCKFILE_DIR")), *command),
        namespace=namespace or rack.other,
        output=asyncio.subprocess.DEVNULL,
    ):
        yield


def _commands(name: str, path: Path, directory: Path, interface: str) -> tuple[Sequence[str], Sequence[str]]:
    """How it checks a file, and how it is run on it."""
    if name == "dnsmasq":
        own = (
            "--port=0",
            f"--interface={interface}",
            "--bind-interfaces",
            "--user=root",
            "--pid-file",
            "--log-facility=/dev/null",
        )
        files = (f"--conf-file={path}", f"--dhcp-leasefile={directory / 'leases'}")
        return ("dnsmasq", "--test", f"--conf-file={path}"), ("dnsmasq", "--keep-in-foreground", *own, *files)
    if name == "kea":
        return ("kea-dhcp4", "-t", str(path)), ("kea-dhcp4", "-c", str(path))
    leases = directory / "leases"
    leases.touch()
    given = ("-cf", str(path), "-lf", str(leases))
    return ("dhcpd", "-t", *given), ("dhcpd", "-4", "-f", "-q", "--no-pid", *given, interface)


def _own_paths(config: str, directory: Path) -> str:
    """Kea's leases in the test's directory instead of /var/lib/kea."""
    head, body = config.split("\n", 1)
    whole = json.loads(body)
    whole["Dhcp4"]["lease-database"]["name"] = str(directory / "leases.csv")
    return f"{head}\n{json.dumps(whole)}\n"
