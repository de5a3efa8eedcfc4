"""Every port, address, path and timeout of the stack, as frozen values that are passed down."""

import ipaddress
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class DhcpMode(StrEnum):
    """How we take part in DHCP: beside the site's server, as the server, or not at all."""

    PROXY = "proxy"
    SERVER = "server"
    OFF = "off"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AddressRange(Frozen):
    """Inclusive IPv4 range of the DHCP server's pool. `prefix` is its network's, 0 for that of the interface."""

    first: str
    last: str
    prefix: int = Field(0, ge=0, le=32)


class Reservation(Frozen):
    """An address kept for one MAC (lower-case with colons), as a `host` of the guide's ipxe-metal.conf."""

    mac: str
    address: str
    hostname: str = ""


class Ports(Frozen):
    """0 means any free port; what was chosen is in ready.json."""

    dhcp: int = Field(67, ge=0, le=65535)
    pxe: int = Field(4011, ge=0, le=65535)
    tftp: int = Field(69, ge=0, le=65535)
    http: int = Field(8081, ge=0, le=65535)
    metadata: int = Field(9091, ge=0, le=65535)
    api: int = Field(50100, ge=0, le=65535)
    plane: int = Field(16443, ge=0, le=65535)


class Lifecycle(Frozen):
    """What becomes of servers once they are accepted; seconds."""

    grace: float = Field(10.0, ge=0)
    """How long an acceptance can be taken back before anything is wiped."""
    reboot_timeout: float = Field(1200.0, gt=0)
    """How long a server may take from power-on to its agent, and an agent be silent, before it is power-cycled again."""
    setup_bmc: bool = True
    """Let an agent make itself a user of the BMC where the Server names none."""


class PowerConfig(Frozen):
    """How BMCs are asked; all in seconds."""

    spacing: float = Field(5.0, ge=0)
    """Between two conversations with one BMC: bursts freeze some."""
    request_timeout: float = Field(30.0, gt=0)
    """Of one Redfish request: controllers answer slowly while the server starts."""
    deadline: float = Field(90.0, gt=0)
    """Of one conversation, whatever the protocol."""
    state_max_age: float = Field(10.0, ge=0)
    """A state read within that time is not read again."""
    confirm_within: float = Field(60.0, gt=0)
    """A state that was acknowledged and has not come by then is told as a fault."""
    last_rest: float = Field(300.0, gt=0)
    """Longest rest of a BMC that does not answer or refuses the login; the first is `spacing`."""
    verify_tls: bool = False
    """BMCs come with self-signed certificates; true where the site gave them its own."""


class StackConfig(Frozen):
    """What `sidero-tui` and `sidero-tui --serve` build their components from."""

    state_dir: Path
    advertise: str
    """IPv4 address that machines are told (the guide's PUBLIC_IP)."""
    interface: str
    """Name of the network interface DHCP is served on."""
    more_interfaces: tuple[str, ...] = ()
    """Others that it is served on, each with its own address."""
    follow: bool = False
    """Whether `advertise` is only what the interface has now: machines are then told what it has when they ask."""
    listen: str = "0.0.0.0"
    plane_listen: str = "127.0.0.1"
    """IPv4 address of the embedded plane; anything but loopback lets the network reach it."""
    dhcp: DhcpMode = DhcpMode.PROXY
    tests_only: bool = False
    """Answer the DHCP of nobody but our own test: doctor's stack is gone before a machine would have booted off it."""
    dhcp_ranges: tuple[AddressRange, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    netmask: str = "255.255.255.0"
    """Of the interface; what leases carry."""
    ports: Ports = Ports()
    kubeconfig: Path | None = None
    """Use that cluster as the plane instead of the embedded one."""
    tftp_single_port: bool = False
    """Send every transfer from the TFTP port itself."""
    auto_accept: bool = False
    lifecycle: Lifecycle = Lifecycle()
    ipxe_dirs: tuple[Path, ...] = (Path("/usr/lib/ipxe"), Path("/boot"))
    assets_dir: Path | None = None
    agent_dir: Path | None = None
    power: PowerConfig = PowerConfig()

    @property
    def agent_files_dir(self) -> Path:
        """Where the agent's kernel and initramfs lie: the directory that was named, else where `agent build` puts them."""
        return self.agent_dir or self.state_dir / "agent"

    @property
    def boot_url(self) -> str:
        """Root of what we serve to firmware over HTTP; never derived from a request's Host header.

        OVMF leaves the port out of it (measured), and behind NAT it names somebody else.
        """
        return f"http://{self.advertise}:{self.ports.http}"

    def boot_url_at(self, address: str) -> str:
        """The same for a machine that reached us at this address of ours: that one, where what we advertise is elsewhere."""
        network = ipaddress.IPv4Network(f"{self.advertise}/{self.netmask}", strict=False)
        elsewhere = bool(self.more_interfaces) and address and ipaddress.IPv4Address(address) not in network
        return f"http://{address}:{self.ports.http}" if address and (self.follow or elsewhere) else self.boot_url
