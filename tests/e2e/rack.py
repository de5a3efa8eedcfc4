"""A rack in network namespaces of its own: a bridge as its switch, the laptop on it, taps for servers, a second host.

Nothing of it touches the machine's own network; leaving the block takes all of it away.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SWITCH = "br0"
LAPTOP = "192.168.254.1"
"""Where sidero-tui runs: the guide's PUBLIC_IP, on the guide's subnet."""
OTHER_HOST = "192.168.254.3"
FIRST_LEASE, LAST_LEASE = "192.168.254.20", "192.168.254.29"
STOPS_WITHIN = 10.0
"""Seconds a program has from SIGTERM to its end."""
_numbers = itertools.count()


@dataclass
class Rack:
    """`laptop` and `other` are namespaces; `directory` is scratch space."""

    laptop: str
    other: str
    directory: Path
    _taps: Iterator[int] = field(default_factory=itertools.count)

    async def plug_in(self) -> str:
        """A new port of the switch: the name of its tap."""
        tap = f"tap{next(self._taps)}"
        await ip("-n", self.laptop, "tuntap", "add", tap, "mode", "tap")
        await ip("-n", self.laptop, "link", "set", tap, "master", SWITCH, "up")
        return tap

    @asynccontextmanager
    async def run(
        self, command: Sequence[str], *, namespace: str = "", output: int | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A program on the laptop, or in another namespace, for the length of the block.

        It is ended by SIGTERM; TimeoutError when that does not end it.
        """
        inside = ("ip", "netns", "exec", namespace or self.laptop)
        program = await asyncio.create_subprocess_exec(*inside, *command, stdout=output, limit=1 << 20)
        try:
            yield program
        finally:
            # `ip netns exec` becomes the command, so its process id is the program's own.
            with suppress(ProcessLookupError):
                program.terminate()
            try:
                async with asyncio.timeout(STOPS_WITHIN):
                    await program.wait()
            except TimeoutError:
                program.kill()
                await program.wait()
                raise


@asynccontextmanager
async def open_rack(directory: Path) -> AsyncIterator[Rack]:
    """Needs root and the Debian package iproute2."""
    prefix = f"sidero-e2e-{os.getpid()}-{next(_numbers)}"
    rack = Rack(f"{prefix}-laptop", f"{prefix}-other", directory)
    async with AsyncExitStack() as cleanup:
        for namespace in (rack.laptop, rack.other):
            await ip("netns", "add", namespace)
            cleanup.push_async_callback(ip, "netns", "delete", namespace)
            await ip("-n", namespace, "link", "set", "lo", "up")
        # No spanning tree and no forward delay: that failure is the operator's switch, not what is tested here.
        await ip("-n", rack.laptop, "link", "add", SWITCH, "type", "bridge", "forward_delay", "0", "stp_state", "0")
        await ip("-n", rack.laptop, "address", "add", f"{LAPTOP}/24", "dev", SWITCH)
        await ip("-n", rack.laptop, "link", "set", SWITCH, "up")
        await ip("-n", rack.laptop, "link", "add", "cable", "type", "veth", "peer", "name", "eth0", "netns", rack.other)
        await ip("-n", rack.laptop, "link", "set", "cable", "master", SWITCH, "up")
        await ip("-n", rack.other, "address", "add", f"{OTHER_HOST}/24", "dev", "eth0")
        await ip("-n", rack.other, "link", "set", "eth0", "up")
        yield rack


@asynccontextmanager
async def host(rack: Rack, address: str = "", *, switch: str = SWITCH) -> AsyncIterator[str]:
    """A namespace more, its `eth0` on the laptop's bridge `switch`, with that address ("" for none) on its /24."""
    number = next(_numbers)
    namespace, cable = f"sidero-e2e-{os.getpid()}-{number}", f"cable{number}"
    await ip("netns", "add", namespace)
    try:
        await ip("-n", rack.laptop, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        await ip("-n", rack.laptop, "link", "set", cable, "master", switch, "up")
        await ip("-n", namespace, "link", "set", "lo", "up")
        if address:
            await ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
        await ip("-n", namespace, "link", "set", "eth0", "up")
        yield namespace
    finally:
        await ip("netns", "delete", namespace)


async def add_switch(rack: Rack, switch: str, address: str) -> None:
    """Another bridge of the laptop, which has that address on its /24."""
    await ip("-n", rack.laptop, "link", "add", switch, "type", "bridge", "forward_delay", "0", "stp_state", "0")
    await ip("-n", rack.laptop, "address", "add", f"{address}/24", "dev", switch)
    await ip("-n", rack.laptop, "link", "set", switch, "up")


@asynccontextmanager
async def dhcp_of_the_site(rack: Rack) -> AsyncIterator[None]:
    """Somebody else's DHCP server, which knows nothing of network boot (Debian package dnsmasq-base)."""
    command = (
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--port=0",
        "--interface=eth0",
        "--bind-interfaces",
        f"--dhcp-range={FIRST_LEASE},{LAST_LEASE},255.255.255.0,1h",
        f"--dhcp-leasefile={rack.directory / 'site.leases'}",
        "--user=root",
        "--pid-file",
        "--log-facility=/dev/null",
    )
    async with rack.run(command, namespace=rack.other):
        yield


async def ip(*arguments: str) -> None:
    """ip(8); RuntimeError when it fails."""
    program = await asyncio.create_subprocess_exec("ip", *arguments)
    if await program.wait():
        raise RuntimeError(f"ip {' '.join(arguments)} failed")
