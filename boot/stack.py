"""The list of parts: opens the plane, builds every component from the config, runs them under one supervisor."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from boot.address_probe.component import AddressProbes
from boot.address_probe.probe import AddressProber
from boot.apiserver.server import ApiServerConfig
from boot.assets.agent import AgentFiles
from boot.assets.cache import AssetCache
from boot.client.local import LocalClient
from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Component, ComponentStatus
from boot.config import DhcpMode, StackConfig
from boot.controllers.component import Controllers
from boot.controllers.network import read_network
from boot.controllers.quirks import Quirks
from boot.controllers.rejections import Rejections
from boot.dhcp.answer import Site
from boot.dhcp.lease_file import LeaseFile
from boot.dhcp.leases import Leases
from boot.dhcp.lessor import Lessor
from boot.dhcp.listener import Binding
from boot.dhcp.overrides import Overrides
from boot.dhcp.server import DhcpServer, PxeServer
from boot.diagnosis.surroundings import Network, Ports, Surroundings
from boot.embedded import open_embedded
from boot.feed import Feed
from boot.ipxe.binaries import Binaries
from boot.ipxe.server import AgentBoot, HttpServer
from boot.ipxe.silence import silence
from boot.lifecycle.guard import Rules
from boot.metadata.reports import Reports
from boot.metadata.server import MetadataServer
from boot.metadata.service import ConfigService
from boot.notices import ComponentChanged, Notice, NoticeFeed
from boot.plane.audit import Audit
from boot.ports import choose_ports
from boot.power.book import SpecPowerBook
from boot.registration.agent_grpc import AgentServer
from boot.registration.agent_http import agent_routes
from boot.registration.agentless import Registrar
from boot.registration.agents import Agents
from boot.registration.bmc_setup import BMCSetup
from boot.state_dir import hold_state_dir, write_private
from boot.supervisor import Supervisor
from boot.talos.event_sink import METHOD as SINK_METHOD
from boot.talos.event_sink import SERVICE as SINK_SERVICE
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from boot.wire.advertised import Advertised, list_advertised
from boot.wire.component import Wire, WireConfig

_LOG = logging.getLogger(__name__)

LOOPBACK_INTERFACE, DHCP_PORT = "lo", 67
CONSOLE_USER = "console"
"""Whose writes those of the local console are."""
UNWRITABLE_RETRY = 15.0
"""Seconds until ready.json is tried again on a full disk."""
NOTICES_KEPT = 20_000
"""Enough for a storm of 200 servers until the slowest reader (the boot recorder, 100 ms) comes round."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: its config with the ports it really has, the plane's client for people, and what it tells."""

    config: StackConfig
    client: Client
    notices: NoticeFeed
    supervisor: Supervisor

    async def bound(self) -> None:
        """Return once every component is bound."""
        seen = self.notices.floor
        while not self.supervisor.all_bound:
            await self.notices.wait(seen)
            seen = self.notices.last


@asynccontextmanager
async def open_stack(config: StackConfig, clock: Clock, only: frozenset[str] = frozenset()) -> AsyncIterator[Stack]:
    """Run the stack, or `only` the components of these names, for the length of the block.

    ConfigError when the state directory is in use or damaged.
    """
    config = config.model_copy(update={"ports": choose_ports(config.ports, config.listen)})
    notices: Feed[Notice] = Feed(NOTICES_KEPT)
    ready = config.state_dir / "ready.json"
    with hold_state_dir(config.state_dir):
        ready.unlink(missing_ok=True)
        async with _open_plane(config, clock) as opened:
            look = partial(read_network, config.interface)
            parts = await build_components(config, opened.client, notices, clock, look, opened.audit)
            components = [component for component in (*opened.served, *parts) if not only or component.name in only]
            stack = Stack(config, opened.operator, notices, Supervisor(components, notices, clock))
            tasks = [asyncio.create_task(stack.supervisor.run()), asyncio.create_task(_announce(stack, ready, clock))]
            try:
                yield stack
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                ready.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A plane: a client for the components and one for people, the component that serves it where it is ours, its audit."""

    client: Client
    operator: Client
    served: Sequence[Component]
    audit: Audit | None


@asynccontextmanager
async def _open_plane(config: StackConfig, clock: Clock) -> AsyncIterator[_Opened]:
    if config.kubeconfig is not None:
        # kubernetes-asyncio costs 0.6 s and 70 MiB to import: only who has a cluster pays for it.
        from boot.client.remote import install_crds, open_remote_client

        async with open_remote_client(config.kubeconfig) as remote:
            await install_crds(remote)
            yield _Opened(remote, remote, (), None)
        return
    api = ApiServerConfig(config.plane_listen, config.ports.plane, config.state_dir)
    async with open_embedded(api, clock) as (plane, server):
        yield _Opened(LocalClient(plane), LocalClient(plane, CONSOLE_USER), (server,), plane.audit)


async def build_components(
    config: StackConfig,
    client: Client,
    notices: NoticeFeed,
    clock: Clock,
    look: Callable[[], Network],
    audit: Audit | None = None,
) -> list[Component]:
    """Everything but the plane itself; `look` reads the network of this machine, `audit` says who writes what.

    Who was rejected is known before anybody is answered.
    """
    rejections = Rejections(client, notices, clock)
    await rejections.load()
    binaries = Binaries(config.ipxe_dirs)
    assets = AssetCache(config.state_dir / "assets", config.assets_dir)
    registrar = Registrar(client, notices, clock, auto_accept=config.auto_accept)
    agents = Agents(client, registrar, notices, clock, config.lifecycle, Rules(config.lifecycle.grace))
    bmc_setup = BMCSetup(client, clock, agents.callers)
    configs = ConfigService(client, registrar, notices, clock, Rules(config.lifecycle.grace))
    reports = Reports(client, notices, clock)
    facts: dict[str, str | float] = {
        "advertise": config.advertise,
        "interface": config.interface,
        "dhcp": config.dhcp,
        "grace": config.lifecycle.grace,
        "agent": str(config.agent_files_dir) if config.agent_files_dir.is_dir() else "",
    }

    quirks = Quirks(client, notices, clock, binaries.has)

    def find_tftp_file(name: str, address: str) -> TftpFile | None:
        build = quirks.stand_in(name, address)
        path = None if rejections.refuses_address(address) else binaries.find(build)
        return TftpFile(build, path) if path else None

    return [
        *_build_dhcp(config, binaries, client, rejections, notices, clock),
        TftpServer(config.listen, config.ports.tftp, find_tftp_file, notices, clock, single_port=config.tftp_single_port),
        HttpServer(
            config.listen,
            config.ports.http,
            config.boot_url,
            client,
            registrar,
            binaries,
            assets.find,
            notices,
            clock,
            quirks=quirks,
            agent=AgentBoot(AgentFiles(config.agent_files_dir), config.ports.api),
            routes=(*agent_routes(agents, bmc_setup), *configs.routes()),
            base_url_at=config.boot_url_at,
            ignores=rejections.refuses,
        ),
        AgentServer(
            config.listen,
            config.ports.api,
            agents,
            bmc_setup,
            rejections.refuses_address,
            others={SINK_SERVICE: {SINK_METHOD: reports.take}},
        ),
        MetadataServer(config.listen, config.ports.metadata, configs, silence(rejections.refuses)),
        Controllers(
            client,
            notices,
            clock,
            assets,
            facts,
            SpecPowerBook(client, clock, config.power),
            _build_site(config),
            look,
            quirks,
            lifecycle=config.lifecycle,
            rejections=rejections,
            audit=audit,
        ),
        *_build_wire(config, binaries, client, notices, clock),
        *_build_probes(config, client, clock),
    ]


def _build_site(config: StackConfig) -> Surroundings:
    ports = Ports(config.ports.pxe, config.ports.tftp, config.ports.http)
    return Surroundings(config.dhcp, config.advertise, config.interface, ports)


def _build_dhcp(
    config: StackConfig, binaries: Binaries, client: Client, rejections: Rejections, notices: NoticeFeed, clock: Clock
) -> list[Component]:
    if config.dhcp is DhcpMode.OFF:
        return []
    site = Site(config.dhcp, config.advertise, config.boot_url, binaries.choose, netmask=config.netmask, follow=config.follow)
    overrides = Overrides(config.reservations, rejections.refuses_mac)
    lessor = None
    if config.dhcp is DhcpMode.SERVER:
        path = config.state_dir / "leases.json"
        leases = Leases(config.dhcp_ranges, path, clock)
        lessor = Lessor(leases, LeaseFile(path, leases.render), config.dhcp_ranges, overrides)
    dhcp, pxe = (
        Binding(config.listen, port, config.interface, config.more_interfaces, config.tests_only)
        for port in (config.ports.dhcp, config.ports.pxe)
    )
    return [
        DhcpServer(dhcp, site, notices, clock, overrides, lessor, client),
        PxeServer(pxe, site, notices, clock, overrides),
    ]


def _build_wire(config: StackConfig, binaries: Binaries, client: Client, notices: NoticeFeed, clock: Clock) -> list[Component]:
    """Nothing on loopback or another port than DHCP's own: nobody else is there."""
    if config.interface == LOOPBACK_INTERFACE or config.ports.dhcp != DHCP_PORT:
        return []

    def advertised(address: str) -> list[Advertised]:
        told = address if config.follow else config.advertise
        return list_advertised(binaries, f"http://{told}:{config.ports.http}", told, config.ports.tftp)

    interfaces = (config.interface, *config.more_interfaces)
    wire = WireConfig(interfaces, config.dhcp, frozenset({config.advertise}), advertised)
    return [Wire(wire, client, notices, clock)]


def _build_probes(config: StackConfig, client: Client, clock: Clock) -> list[Component]:
    """On loopback there is no ARP."""
    if config.interface == LOOPBACK_INTERFACE:
        return []
    return [AddressProbes(client, AddressProber((config.interface, *config.more_interfaces), clock), clock)]


async def _announce(stack: Stack, path: Path, clock: Clock) -> None:
    """Write ready.json once every component is bound, and keep it true from then on."""
    await stack.bound()
    while True:
        seen = stack.notices.last
        content = {name: _describe(status) for name, status in stack.supervisor.statuses.items()}
        try:
            write_private(path, json.dumps(content, indent=2) + "\n")
        except OSError as error:
            _LOG.warning("%s: cannot be written: %s", path, error.strerror)
            await clock.sleep(UNWRITABLE_RETRY)
            continue
        await _component_change(stack.notices, seen)


async def _component_change(notices: NoticeFeed, seen: int) -> None:
    """Return once a component's state changed after notice number `seen`."""
    while True:
        await notices.wait(seen)
        fresh = notices.after(max(seen, notices.floor))
        if any(isinstance(notice, ComponentChanged) for _, notice in fresh):
            return
        seen = fresh[-1][0]


def _describe(status: ComponentStatus) -> dict[str, str | int]:
    return {"state": status.state, "address": status.address, "port": status.port, "reason": status.reason}
