"""One simulated server from power-on to where its script leaves it."""

import ipaddress
import uuid
from collections import deque

import aiohttp

from boot.clock import Clock
from boot.errors import SideroError
from boot.simulator.dhcp import DhcpServerAt, Leased, configure
from boot.simulator.hardware import BUILD_ARCHITECTURES, Hardware, Kind, build_smbios
from boot.simulator.script import End, FetchError, Interpreter
from boot.simulator.settings import Settings, Value
from boot.simulator.tftp import fetch

_SCREEN_LINES = 25
_REBOOT_SECONDS = 5.0
_ERRNO_404, _ERRNO_UNREACHABLE = "0x2d0c613b", "0x280a6011"
_CLEAR = "\x1b[2J"


class SimulatedServer:
    """Powered on by `serve`, which runs until cancelled. `screen` is what its console shows."""

    def __init__(self, hardware: Hardware, dhcp: DhcpServerAt, tftp_port: int, clock: Clock) -> None:
        self.hardware = hardware
        self.screen: deque[str] = deque(maxlen=_SCREEN_LINES)
        self._dhcp = dhcp
        self._tftp_port = tftp_port
        self._clock = clock
        self._leased: Leased | None = None
        self._session: aiohttp.ClientSession | None = None

    async def serve(self) -> None:
        """Firmware, iPXE, script; again after a reboot, still once an operating system or the local disk has it."""
        while True:
            try:
                end = await self._boot()
            except SideroError as error:
                self.show(str(error))
                end = End.REBOOT
            if end is not End.REBOOT:
                self.show({End.BOOT: "Kernel started.", End.DISK: "Booting from disk."}.get(end, "Next boot device."))
                return
            await self._clock.sleep(_REBOOT_SECONDS)

    async def _boot(self) -> End:
        leased = await self._configure(ipxe=False)
        self.show(f">>Start PXE over IPv4. Station IP address is {leased.address}")
        size = await fetch(leased.file, (leased.next_server, self._tftp_port), leased.address, self.hardware.kind)
        self.show(f"NBP filename is {leased.file}, {size} bytes")
        leased = await self._configure(ipxe=True)
        connector = aiohttp.TCPConnector(local_addr=(leased.address, 0), limit=1)
        async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": "iPXE/1.0.0 (simulated)"}) as session:
            self._session = session
            interpreter = Interpreter(self, self._build_settings(leased))
            return await interpreter.run(await self.fetch(leased.file))

    async def _configure(self, *, ipxe: bool) -> Leased:
        self._leased = await configure(self.hardware, self._dhcp, self._clock, ipxe=ipxe)
        return self._leased

    def _build_settings(self, leased: Leased) -> Settings:
        hardware = self.hardware
        mac = Value(bytes.fromhex(hardware.mac.replace(":", "")), "hex")
        address = Value(ipaddress.IPv4Address(leased.address).packed, "ipv4")
        texts = {
            "manufacturer": hardware.manufacturer,
            "product": hardware.product,
            "serial": hardware.serial,
            "buildarch": BUILD_ARCHITECTURES[hardware.kind],
            "filename": leased.file,
            "version": "1.0.0 (simulated)",
            "platform": "pcbios" if hardware.kind is Kind.BIOS else "efi",
        }
        values = {name: Value(text.encode()) for name, text in texts.items()}
        values |= {"mac": mac, "net0/mac": mac, "ip": address, "net0/ip": address}
        values["uuid"] = Value(uuid.UUID(hardware.uuid).bytes, "uuid")
        return Settings(values, build_smbios(hardware))

    # What a script acts on

    async def fetch(self, url: str) -> bytes:
        if self._session is None:
            raise FetchError(f"{url}: Network unreachable", _ERRNO_UNREACHABLE)
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status != 200:
                    raise FetchError(f"{url}: {response.status} {response.reason}", _ERRNO_404)
                return await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchError(f"{url}: {error}", _ERRNO_UNREACHABLE) from error

    async def configure(self, interface: str) -> None:
        if interface != "net0":
            raise FetchError(f"{interface}: No such interface", _ERRNO_UNREACHABLE)
        await self._configure(ipxe=True)

    def show(self, text: str) -> None:
        if _CLEAR in text:
            self.screen.clear()
        else:
            self.screen.append(text)

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
