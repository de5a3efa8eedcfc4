"""The real components on loopback, with a clock that can be set forward: to see what is said about a machine on their wire."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from boot.client.local import LocalClient
from boot.component import ComponentState
from boot.config import AddressRange, DhcpMode, Ports, StackConfig
from boot.diagnosis.surroundings import Network
from boot.feed import Feed
from boot.notices import Notice
from boot.ports import choose_ports
from boot.resources.boots import Boot, BootStatus, Hint, boot_name
from boot.resources.kinds import BOOT
from boot.stack import build_components
from boot.supervisor import Supervisor
from tests.support.clock import JumpingClock
from tests.support.plane import local_client

N = TypeVar("N", bound=Notice)

SERVER = "127.0.0.1"
POOL = AddressRange(first="127.0.0.20", last="127.0.0.29")
ANY = Ports(dhcp=0, pxe=0, tftp=0, http=0, metadata=0, api=0, plane=0)
POLL = 0.02
CREEP = 0.1
"""Seconds the clock is set forward between two looks, so that a round of the diagnosis is not waited for."""
BOOT_FILE = 40_000
"""Bytes of each."""
FILES = ("ipxe.efi", "ipxe-arm64.efi", "undionly.kpxe")


@dataclass
class Rack:
    """`network` is what our own interfaces are taken to be from now on."""

    config: StackConfig
    client: LocalClient
    notices: Feed[Notice]
    clock: JumpingClock
    network: Network

    async def status(self, mac: str) -> BootStatus:
        for obj in (await self.client.list(BOOT)).items:
            if obj["metadata"]["name"] == boot_name(mac):
                return Boot.model_validate(obj).status
        return BootStatus()

    async def hints(self, mac: str, until: Callable[[Sequence[str]], bool]) -> list[Hint]:
        """The hints once their reasons are so; AssertionError with what they are after ten seconds."""
        status = BootStatus()
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                while True:
                    status = await self.status(mac)
                    if until([hint.reason for hint in status.hints]):
                        return status.hints
                    self.clock.jump(CREEP)
                    await asyncio.sleep(POLL)
        raise AssertionError(f"the hints are {status.hints}, seen is {status.seen}")

    async def leading(self, mac: str, reason: str) -> Hint:
        """The first hint, once it is that."""
        return (await self.hints(mac, lambda reasons: reasons[:1] == [reason]))[0]

    async def among(self, mac: str, reason: str) -> Hint:
        """A hint that may stand behind others."""
        hints = await self.hints(mac, lambda reasons: reason in reasons)
        return next(hint for hint in hints if hint.reason == reason)

    async def none(self, mac: str, reason: str) -> None:
        """Until that hint is not there (any more)."""
        await self.hints(mac, lambda reasons: reason not in reasons)

    async def told(self, kind: type[N], count: int = 1, matches: Callable[[N], bool] = lambda _notice: True) -> None:
        """Until so many notices like that were published."""
        async with asyncio.timeout(10):
            while self.count(kind, matches) < count:
                await asyncio.sleep(POLL)

    def count(self, kind: type[N], matches: Callable[[N], bool] = lambda _notice: True) -> int:
        told = (notice for _, notice in self.notices.after(self.notices.floor))
        return sum(isinstance(notice, kind) and matches(notice) for notice in told)


@asynccontextmanager
async def rack(
    directory: Path,
    mode: DhcpMode = DhcpMode.SERVER,
    *,
    pool: AddressRange = POOL,
    ports: Ports = ANY,
    advertise: str = SERVER,
    files: Sequence[str] = FILES,
    failing: Sequence[str] = (),
) -> AsyncIterator[Rack]:
    """Every component serves, or has failed where it is one of `failing`."""
    ipxe, assets = directory / "ipxe", directory / "offline"
    for place, names in ((ipxe, files), (assets, ("vmlinuz-amd64", "initramfs-amd64.xz"))):
        place.mkdir()
        for name in names:
            (place / name).write_bytes(bytes(BOOT_FILE))
    config = StackConfig(
        state_dir=directory,
        advertise=advertise,
        interface="lo",
        listen=SERVER,
        dhcp=mode,
        dhcp_ranges=(pool,),
        ports=choose_ports(ports, SERVER),
        ipxe_dirs=(ipxe,),
        assets_dir=assets,
    )
    notices: Feed[Notice] = Feed(20_000)
    clock = JumpingClock()
    async with local_client(directory, clock) as client:
        made = Rack(config, client, notices, clock, Network((f"{SERVER}/24",)))
        components = await build_components(config, client, notices, clock, lambda: made.network)
        supervisor = Supervisor(components, notices, clock)
        running = asyncio.create_task(supervisor.run())
        try:
            async with asyncio.timeout(20):
                while not _settled(supervisor, failing):
                    await asyncio.sleep(POLL)
            yield made
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def _settled(supervisor: Supervisor, failing: Sequence[str]) -> bool:
    wanted = {name: ComponentState.FAILED if name in failing else ComponentState.SERVING for name in supervisor.statuses}
    return all(status.state is wanted[name] for name, status in supervisor.statuses.items())
