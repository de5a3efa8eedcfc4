"""Talos on a simulated server: from the kernel's command line to a node of its cluster, or to the next reboot.

It reads what real Talos reads (talos.platform, talos.config, talos.events.sink), refuses what real Talos refuses, and asks
again as real Talos does. A config on the STATE partition counts before anything on the command line.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp

from boot.clock import Clock
from boot.errors import ConfigError
from boot.simulator.hardware import Content, Disk, Hardware
from boot.simulator.script import End
from boot.simulator.talos.clusters import Clusters
from boot.simulator.talos.health import ClusterService
from boot.simulator.talos.kubelet import build_node
from boot.simulator.talos.machine import TalosMachine, read_config
from boot.simulator.talos.service import serving
from boot.simulator.talos.sink import Sink
from boot.talos.documents import Document, parse_documents
from boot.talos.machine_api import PORT

_RETRY = 5.0
"""Seconds until the config is asked for again; Talos backs off from one second to a minute."""
_INSTALL = 1.0
"""Seconds that an installation takes here."""
_TICK = 0.2
_LABELS = ("EFI", "META", "STATE", "EPHEMERAL")


@dataclass(frozen=True, slots=True)
class Installed:
    """What a disk holds after an installation: STATE with the config, and the system itself."""

    disk: str
    config: str


class TalosBoot:
    """`disks`, by device, are the server's own; `installed` is what its disks held when it was switched on."""

    def __init__(
        self,
        hardware: Hardware,
        disks: dict[str, Disk],
        address: str,
        version: str,
        clusters: Clusters,
        clock: Clock,
        show: Callable[[str], None],
    ) -> None:
        self._hardware = hardware
        self._disks = disks
        self._address = address
        self._version = version
        self._clusters = clusters
        self._clock = clock
        self._show = show

    async def from_network(self, command_line: Sequence[str], installed: Installed | None) -> tuple[End, Installed | None]:
        """Booted by PXE: run what is installed, else install. How it ends, and what the disks hold then."""
        if installed is not None:
            return await self.from_disk(installed)
        arguments = dict(word.partition("=")[::2] for word in command_line)
        if arguments.get("talos.platform") != "metal" or not arguments.get("talos.config"):
            self._show("no talos.platform=metal and talos.config: maintenance mode")
            await asyncio.Event().wait()
        async with Sink.open(arguments.get("talos.events.sink", ""), self._address, self._show) as sink:
            text, config = await self._load_config(_expand(arguments["talos.config"], self._hardware), sink)
            return End.REBOOT, await self._install(text, config, sink)

    async def _load_config(self, url: str, sink: Sink) -> tuple[str, Document]:
        connector = aiohttp.TCPConnector(local_addr=(self._address, 0))
        async with aiohttp.ClientSession(connector=connector) as session:
            while True:
                try:
                    text = await _fetch(session, url)
                    return text, self._check(text)
                except (ConfigError, aiohttp.ClientError, TimeoutError) as error:
                    self._show(f"error loading config from {url}: {error}")
                    await sink.tell_load_error(str(error))
                await self._clock.sleep(_RETRY)

    def _check(self, text: str) -> Document:
        config = read_config(text, self._version)
        disk = self._install_disk(config)
        if disk not in self._disks:
            raise ConfigError(f"install disk {disk!r} does not exist: {', '.join(self._disks)}")
        return config

    def _install_disk(self, config: Document) -> str:
        install = config["machine"].get("install") or {}
        if "disk" in install:
            return str(install["disk"])
        model = str((install.get("diskSelector") or {}).get("model", ""))
        return next((device for device, disk in self._disks.items() if model and disk.model.startswith(model.rstrip("*"))), "")

    async def _install(self, text: str, config: Document, sink: Sink) -> Installed:
        device = self._install_disk(config)
        await sink.tell_phase("install")
        self._show(f"installing Talos {self._version} to {device}")
        await self._clock.sleep(_INSTALL)
        disk = self._disks[device]
        table = Content("partition-table", "gpt", "", "whole disk", disk.size)
        parts = tuple(Content("filesystem", "xfs", label, f"partition {n}", 2**27) for n, label in enumerate(_LABELS, 1))
        self._disks[device] = replace(disk, contents=(table, *parts))
        if cluster := self._clusters.of(config):
            cluster.etcd.welcome(_hostname(text, self._hardware))
        await sink.tell_installed()
        self._show("rebooting")
        return Installed(device, text)

    async def from_disk(self, installed: Installed) -> tuple[End, Installed | None]:
        """Run until the machine API, or whoever holds the power, ends it."""
        config = read_config(installed.config, self._version)
        while (cluster := self._clusters.of(config)) is None:
            self._show("waiting for trustd of the control plane")
            await self._clock.sleep(1)
        hostname = _hostname(installed.config, self._hardware)
        machine = TalosMachine(hostname, self._address, self._version, config, cluster.etcd, self._clock)
        self._show(f"Talos {self._version}: {hostname}, {machine.type.value}")
        if machine.control_plane:
            cluster.enter(hostname)
        try:
            health = ClusterService(machine, cluster.list_nodes)
            async with serving(machine, cluster.talos_ca, self._address, PORT, [health]):
                return await self._run(machine, installed)
        finally:
            if machine.control_plane:
                cluster.leave(hostname)

    async def _run(self, machine: TalosMachine, installed: Installed) -> tuple[End, Installed | None]:
        cluster = self._clusters.of(machine.config)
        joined = False
        while not (machine.powered_off or machine.reboots or machine.wiped):
            await self._clock.sleep(_TICK)
            running = machine.running
            if cluster is not None:
                cluster.look()
                if running and not joined:
                    joined = await cluster.register(build_node(machine, self._clock.now()))
                    if joined:
                        self._show("node is ready")
        left = None if machine.wiped else installed
        if machine.wiped:
            self._disks[installed.disk] = replace(self._disks[installed.disk], contents=())
        return (End.POWEROFF if machine.powered_off else End.REBOOT), left


async def _fetch(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        if answer.status != 200:
            raise ConfigError(f"failed to download config, received {answer.status}: {(await answer.text())[:200].strip()}")
        return await answer.text()


def _expand(url: str, hardware: Hardware) -> str:
    """Talos fills in what a URL asks for and leaves empty (facts of talos: talos.config)."""
    known = {"uuid": hardware.uuid, "mac": hardware.mac, "serial": hardware.serial}
    parts = urlsplit(url)
    query = [(name, value or known.get(name, "")) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    return urlunsplit(parts._replace(query=urlencode(query, safe=":")))


def _hostname(text: str, hardware: Hardware) -> str:
    """As the config names it, else a stable one of its own, as Talos makes it."""
    documents = parse_documents(text)
    for document in documents:
        if document.get("kind") == "HostnameConfig" and document.get("hostname"):
            return str(document["hostname"])
        named = ((document.get("machine") or {}).get("network") or {}).get("hostname") if "machine" in document else None
        if named:
            return str(named)
    digest = hashlib.sha256(f"{hardware.uuid}{hardware.mac}".encode()).hexdigest()
    return f"talos-{digest[:3]}-{digest[3:6]}"
