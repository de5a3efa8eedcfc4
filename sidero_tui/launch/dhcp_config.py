"""`sidero-tui dhcp-config`: for the addresses this stack has, and the servers its plane knows where one runs."""

import asyncio
import ipaddress
import sys
from dataclasses import dataclass

from boot.config import Reservation, StackConfig
from boot.dhcp.formats.plan import Plan, build_rows, list_hosts
from boot.dhcp.formats.render import RENDERERS
from boot.errors import ApiError, ConfigError, NotFound
from boot.resources.boots import Boot
from boot.resources.kinds import BOOT, CONFIG_MAP, SERVER
from boot.resources.metal import Server
from boot.resources.overrides import NAMESPACE, RESERVATIONS, parse_reservations
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.resolve import resolve_config
from sidero_tui.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """What only the operator knows of the servers' network; "" leaves it to the existing server or the interface."""

    subnet: str = ""
    router: str = ""
    dns: str = ""


def run_dhcp_config(settings: Settings, name: str, site: Site) -> int:
    config = resolve_config(settings)
    try:
        hosts = asyncio.run(_read_hosts(config))
    except (ApiError, ConfigError) as error:
        hosts = list(config.reservations)
        print(f"sidero-tui: no plane was asked for known servers: {error}", file=sys.stderr)
    sys.stdout.write(RENDERERS[name](build_plan(config, site, hosts)))
    return Exit.DONE


def build_plan(config: StackConfig, site: Site, hosts: list[Reservation]) -> Plan:
    """ConfigError when what the operator says of the network is no network or address."""
    try:
        network = ipaddress.IPv4Network(site.subnet or f"{config.advertise}/{config.netmask}", strict=False)
        router, dns = (str(ipaddress.IPv4Address(text)) if text else "" for text in (site.router, site.dns))
    except ValueError as error:
        raise ConfigError(f"dhcp-config: {error}") from error
    return Plan(
        next_server=config.advertise,
        script_url=f"{config.boot_url}/boot.ipxe",
        network=network,
        rows=build_rows(config.boot_url),
        pool=next(iter(config.dhcp_ranges), None),
        router=router,
        dns=dns,
        hosts=[host for host in hosts if not host.address or ipaddress.IPv4Address(host.address) in network],
    )


async def _read_hosts(config: StackConfig) -> list[Reservation]:
    """ApiError or ConfigError when there is no plane."""
    from boot.client.remote import open_remote_client

    kubeconfig = config.kubeconfig or config.state_dir / "kubeconfig"
    if not kubeconfig.is_file():
        raise ConfigError(f"there is no {kubeconfig}")
    async with open_remote_client(kubeconfig) as client:
        servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
        boots = [Boot.model_validate(obj) for obj in (await client.list(BOOT)).items]
        try:
            data = (await client.get(CONFIG_MAP, RESERVATIONS, NAMESPACE)).get("data") or {}
        except NotFound:
            data = {}
    reserved = {host.mac: host for host in config.reservations} | parse_reservations(data)[0]
    return list_hosts(reserved.values(), servers, boots)
