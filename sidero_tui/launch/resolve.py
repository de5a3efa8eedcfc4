"""Settings -> StackConfig: what the operator left open is chosen here, from this machine's interfaces."""

from dataclasses import dataclass

from boot.config import Lifecycle, Ports, StackConfig
from boot.interfaces import list_interfaces
from boot.preflight.interfaces import choose_interface
from sidero_tui.settings import Settings, parse_range, read_reservation


@dataclass(frozen=True, slots=True)
class Chosen:
    """The interface the rack is behind, the address machines are told, and why it is this one."""

    interface: str
    advertise: str
    netmask: str
    reason: str
    more: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Why it is not one of those."""


def resolve_config(settings: Settings) -> StackConfig:
    """ConfigError when no interface will do."""
    chosen = choose(settings)
    return build_config(settings, chosen)


def choose(settings: Settings) -> Chosen:
    interfaces = list_interfaces()
    wanted = [name.strip() for name in (settings.interface or "").split(",") if name.strip()]
    choice = choose_interface(interfaces, wanted=next(iter(wanted), None), address=settings.advertise)
    for other in wanted[1:]:
        choose_interface(interfaces, wanted=other)
    return Chosen(
        choice.interface, settings.advertise or choice.address, choice.netmask, choice.reason, tuple(wanted[1:]), choice.others
    )


def build_config(settings: Settings, chosen: Chosen) -> StackConfig:
    ports = Ports(
        dhcp=settings.dhcp_port,
        pxe=settings.pxe_port,
        tftp=settings.tftp_port,
        http=settings.http_port,
        metadata=settings.metadata_port,
        api=settings.api_port,
        plane=settings.plane_port,
    )
    optional = {"ipxe_dirs": (settings.ipxe_dir,)} if settings.ipxe_dir else {}
    return StackConfig(
        state_dir=settings.state_dir,
        advertise=chosen.advertise,
        interface=chosen.interface,
        more_interfaces=chosen.more,
        follow=settings.advertise is None,
        netmask=chosen.netmask,
        listen=settings.listen,
        plane_listen=settings.plane_listen,
        dhcp=settings.dhcp,
        dhcp_ranges=tuple(map(parse_range, settings.dhcp_range)),
        reservations=tuple(map(read_reservation, settings.reservation)),
        ports=ports,
        kubeconfig=settings.kubeconfig,
        tftp_single_port=settings.tftp_single_port,
        auto_accept=settings.auto_accept,
        lifecycle=Lifecycle(grace=settings.grace, reboot_timeout=settings.reboot_timeout),
        assets_dir=settings.assets_dir,
        agent_dir=settings.agent_dir,
        **optional,
    )
