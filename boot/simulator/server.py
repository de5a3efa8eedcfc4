"""One simulated server from power-on to where its script, or the agent that it boots, leaves it."""

import asyncio
import ipaddress
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import aiohttp

from boot.clock import Clock
from boot.errors import AssetError, SideroError
from boot.simulator.agent import SimulatedAgent
from boot.simulator.dhcp import DhcpClient, Wiring
from boot.simulator.hardware import BUILD_ARCHITECTURES, Hardware, Kind
from boot.simulator.messages import Reply
from boot.simulator.script import End, Interpreter, ScriptError
from boot.simulator.settings import Settings, Value
from boot.simulator.smbios import build_smbios
from boot.simulator.talos.boot import Installed, TalosBoot
from boot.simulator.talos.clusters import Clusters
from boot.simulator.tftp import fetch
from boot.talos.releases import NEWEST

_SCREEN_LINES = 25
_REBOOT_SECONDS = 5.0
_UNREACHABLE, _TIMED_OUT, _NO_DEVICE = "0x280a6011", "0x4c072035", "0x2c16203b"
_CLEAR = "\x1b[2J"
_PATIENT = aiohttp.ClientTimeout(total=None)
"""iPXE waits for a server that has its connection as long as it takes."""
_CONSOLE = "sidero-tui.url="
"""What our agent finds the console by, on its kernel's command line; other kernels are not simulated."""
_AGENT_PATIENCE = aiohttp.ClientTimeout(total=30)
_HANDED_OVER = frozenset({End.BOOT, End.DISK, End.EXIT})
_LAST_WORDS = {End.BOOT: "Kernel started.", End.DISK: "Booting from disk.", End.EXIT: "Next boot device."}


@dataclass(frozen=True, slots=True)
class _Build:
    """One iPXE as Linux distributions pack it: what it lacks, and its ${errno} for a file that is not there (measured)."""

    version: str
    lacks: frozenset[str]
    not_found: str


_OLD = _Build("1.0.0+git-20190125 (simulated)", frozenset({"iflinkwait"}), "0x2d0c613b")
_NEW = _Build("1.21.1+git20250501 (simulated)", frozenset(), "0x2d0c618e")
_BUILDS = {Kind.BIOS: _OLD, Kind.UEFI: _NEW, Kind.ARM64: _NEW}


class SimulatedServer:
    """Powered on by `serve`, which runs until cancelled. `screen` is what its console shows, `disks` what it has by device.

    `wipe_seconds` is how long each of its disks takes to be wiped. `clusters` is where an installed Talos finds its cluster;
    without it no kernel is simulated, and the server ends once one has it.
    """

    def __init__(
        self,
        hardware: Hardware,
        wiring: Wiring,
        clock: Clock,
        random: Random,
        wipe_seconds: float = 0.0,
        clusters: Clusters | None = None,
    ) -> None:
        self.hardware = hardware
        self.disks = {disk.device: disk for disk in hardware.disks}
        self.screen: deque[str] = deque(maxlen=_SCREEN_LINES)
        self._installed: Installed | None = None
        self._clusters = clusters
        self._wiring = wiring
        self._clock = clock
        self._random = random
        self._wipe_seconds = wipe_seconds
        self._dhcp = DhcpClient(hardware, wiring, clock, random)
        self._power = asyncio.Event()
        self._power.set()
        self._running: asyncio.Task[None] | None = None

    @property
    def powered(self) -> bool:
        return self._power.is_set()

    def power_on(self) -> None:
        """Nothing happens to one that is on."""
        self._power.set()

    def power_off(self) -> None:
        """At once, whatever runs."""
        self._power.clear()
        self._cut()

    def power_cycle(self) -> None:
        self._power.set()
        self._cut()

    def _cut(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def serve(self) -> None:
        """What it does while it is switched on, again each time that it is."""
        while True:
            await self._power.wait()
            self._running = asyncio.create_task(self._run())
            try:
                await asyncio.wait({self._running})
            finally:
                self._running.cancel()
                (ended,) = await asyncio.gather(self._running, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended
            if self._clusters is None and self.powered:
                return
            self.screen.clear()

    async def _run(self) -> None:
        """Firmware, iPXE, script, and what that boots; again after a reboot, until it switches itself off.

        Without clusters it ends once an operating system or the local disk has it.
        """
        while True:
            try:
                end = await self._boot()
            except SideroError as error:
                self.show(str(error))
                end = End.REBOOT
            if end is End.POWEROFF:
                self._power.clear()
                return
            if end is not End.REBOOT:
                self.show(_LAST_WORDS[end])
                return
            await self._clock.sleep(_REBOOT_SECONDS)

    async def _boot(self) -> End:
        await self._load_ipxe()
        leased = await self._dhcp.configure(ipxe=True)
        build = _BUILDS[self.hardware.kind]
        self.show(f"iPXE {build.version}: net0 {leased.address}, {leased.file or 'no filename'}")
        if not leased.file:
            raise AssetError("Nothing to boot")
        connector = aiohttp.TCPConnector(local_addr=(leased.address, 0), limit=1)
        agent = {"User-Agent": f"iPXE/{build.version}"}
        async with aiohttp.ClientSession(connector=connector, headers=agent, timeout=_PATIENT) as session:
            ipxe = _Ipxe(self, session, self._dhcp, build)
            interpreter = Interpreter(ipxe, build_settings(self.hardware, build.version, leased), build.lacks)
            end = await interpreter.run(await ipxe.fetch(leased.file, None))
        console = next((word for word in interpreter.command_line if word.startswith(_CONSOLE)), "")
        if end is End.BOOT and console:
            return await self._run_agent(console.removeprefix(_CONSOLE), leased.address)
        if self._clusters is None or end not in _HANDED_OVER:
            return end
        return await self._run_talos(self._clusters, end, interpreter.command_line, leased.address)

    async def _run_talos(self, clusters: Clusters, end: End, command_line: Sequence[str], address: str) -> End:
        if self._installed is not None and not self.disks[self._installed.disk].contents:
            self._installed = None  # an agent wiped it
        talos = TalosBoot(self.hardware, self.disks, address, NEWEST.newest, clusters, self._clock, self.show)
        if end is End.BOOT:
            end, self._installed = await talos.from_network(command_line, self._installed)
        elif self._installed is not None:
            end, self._installed = await talos.from_disk(self._installed)
        else:
            raise AssetError("No bootable device")
        return end

    async def _run_agent(self, url: str, address: str) -> End:
        """It keeps the address that iPXE was given: a DHCP client of Linux would get the same one."""
        connector = aiohttp.TCPConnector(local_addr=(address, 0), limit=len(self.disks) + 1)
        async with aiohttp.ClientSession(url, connector=connector, timeout=_AGENT_PATIENCE) as session:
            boot = f"{self._random.getrandbits(128):032x}"
            agent = SimulatedAgent(self.hardware, self.disks, session, self._clock, self.show, boot, self._wipe_seconds)
            return await agent.run()

    async def _load_ipxe(self) -> None:
        """As the firmware does it; AssetError with what its screen says."""
        leased = await self._dhcp.configure(ipxe=False)
        self.show(f">>Start PXE over IPv4. Station IP address is {leased.address}")
        booted = leased
        if self.hardware.asks_boot_server or (leased.vendor_class.startswith("PXEClient") and not leased.names_file):
            booted = await self._dhcp.ask_boot_server(leased)
        if not booted.file:
            raise AssetError("PXE-E53: No boot filename received.")
        server = (booted.next_server, self._wiring.tftp_port)
        size = await fetch(booted.file, server, leased.address, self.hardware.kind)
        self.show(f"NBP filename is {booted.file}, {size} bytes")

    def show(self, text: str) -> None:
        if _CLEAR in text:
            self.screen.clear()
        else:
            self.screen.append(text)

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


class _Ipxe:
    """What a script acts on: the server's screen and time, and its one NIC."""

    def __init__(self, server: SimulatedServer, session: aiohttp.ClientSession, dhcp: DhcpClient, build: _Build) -> None:
        self.show = server.show
        self.sleep = server.sleep
        self._session = session
        self._dhcp = dhcp
        self._build = build

    async def fetch(self, url: str, seconds: float | None) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                return await self._get(url)
        except TimeoutError as error:
            raise ScriptError(f"{url}: Connection timed out", _TIMED_OUT) from error
        except aiohttp.ClientError as error:
            raise ScriptError(f"{url}: {error}", _UNREACHABLE) from error

    async def _get(self, url: str) -> bytes:
        """A server that says when it will be ready is asked again then."""
        while True:
            async with self._session.get(url) as response:
                if response.status == 200:
                    return await response.read()
                pause = response.headers.get("Retry-After", "")
                if response.status != 503 or not pause.isdigit():
                    raise ScriptError(f"{url}: {response.status} {response.reason}", self._build.not_found)
            await self.sleep(int(pause))

    async def configure(self, interface: str) -> None:
        if interface != "net0":
            raise ScriptError(f"{interface}: No such interface", _NO_DEVICE)
        await self._dhcp.configure(ipxe=True)


def build_settings(hardware: Hardware, version: str, leased: Reply) -> Settings:
    """What iPXE knows of the box it runs on and of its one NIC, net0, which is the last one opened too (netX)."""
    texts = {
        "manufacturer": hardware.manufacturer,
        "product": hardware.product,
        "serial": hardware.serial,
        "buildarch": BUILD_ARCHITECTURES[hardware.kind],
        "filename": leased.file,
        "version": version,
        "platform": "pcbios" if hardware.kind is Kind.BIOS else "efi",
    }
    nic = {
        "mac": Value(bytes.fromhex(hardware.mac.replace(":", "")), "hex"),
        "ip": Value(ipaddress.IPv4Address(leased.address).packed, "ipv4"),
        "chip": Value(b"undionly" if hardware.kind is Kind.BIOS else b"SNP"),
    }
    values = {name: Value(text.encode()) for name, text in texts.items()} | nic
    values |= {f"{scope}/{name}": value for scope in ("net0", "netX") for name, value in nic.items()}
    values["next-server"] = Value(ipaddress.IPv4Address(leased.next_server).packed, "ipv4")
    values["uuid"] = Value(uuid.UUID(hardware.uuid).bytes, "uuid")
    return Settings(values, build_smbios(hardware))
