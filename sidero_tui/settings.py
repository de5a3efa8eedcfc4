"""Settings: one model; each field is a flag, a SIDERO_TUI_ variable and a key of the config file, in that order.

This is the only place that reads the environment.
"""

import argparse
import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from boot.config import AddressRange, DhcpMode, Reservation
from boot.errors import ConfigError
from boot.resources.overrides import parse_reservation

PREFIX = "SIDERO_TUI_"


def _ipv4(text: str) -> str:
    return str(ipaddress.IPv4Address(text))


def _range(text: str) -> str:
    parse_range(text)
    return text


def _list(value: Any) -> Any:
    """An environment variable or a flag says with spaces what a config file says as a list."""
    return value.split() if isinstance(value, str) else value


def _reservation(text: str) -> str:
    read_reservation(text)
    return text


Reservations = Annotated[tuple[Annotated[str, AfterValidator(_reservation)], ...], BeforeValidator(_list)]
Ranges = Annotated[tuple[Annotated[str, AfterValidator(_range)], ...], BeforeValidator(_list)]
IPv4 = Annotated[str, AfterValidator(_ipv4)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseModel):
    """What the operator set. None means: choose for me."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_state_dir("sidero-tui")),
        description="where the plane, its kubeconfig and downloaded assets are kept",
        json_schema_extra={"metavar": "DIR"},
    )
    advertise: IPv4 | None = Field(
        None,
        description="address machines are told (default: PUBLIC_IP, then the interface's)",
        json_schema_extra={"metavar": "IP"},
    )
    interface: str | None = Field(
        None,
        description="interface the rack is plugged into, or several (default: chosen, and doctor says why)",
        json_schema_extra={"metavar": "IF[,IF]"},
    )
    listen: IPv4 = Field("0.0.0.0", description="address to bind", json_schema_extra={"metavar": "IP"})
    dhcp: DhcpMode = Field(DhcpMode.PROXY, description="beside the site's DHCP server, as the server, or not at all")
    dhcp_range: Ranges = Field(
        (),
        description="addresses to lease with --dhcp server; again, with its prefix, for each network behind a relay",
        json_schema_extra={"metavar": "A-B[/PREFIX]"},
    )
    reservation: Reservations = Field(
        (),
        description="keep an address for a server with --dhcp server; may be given again",
        json_schema_extra={"metavar": "MAC=IP[,NAME]"},
    )
    dhcp_port: Port = Field(67, description="DHCP (UDP)")
    pxe_port: Port = Field(4011, description="PXE boot server (UDP)")
    tftp_port: Port = Field(69, description="TFTP (UDP)")
    tftp_single_port: bool = Field(False, description="send all TFTP from its one port, for firewalls that drop other ports")
    http_port: Port = Field(8081, description="iPXE scripts and boot assets (TCP)")
    metadata_port: Port = Field(9091, description="machine metadata (TCP)")
    api_port: Port = Field(50100, description="registration API (TCP)")
    plane_port: Port = Field(16443, description="Kubernetes API of the embedded plane (TCP)")
    plane_listen: IPv4 = Field(
        "127.0.0.1",
        description="address the embedded plane binds (default: loopback, so that no network reaches it)",
        json_schema_extra={"metavar": "IP"},
    )
    kubeconfig: Path | None = Field(None, description="use that cluster as the plane", json_schema_extra={"metavar": "F"})
    auto_accept: bool = Field(False, description="accept every server that registers: their disks may be wiped")
    grace: float = Field(
        10.0,
        ge=0,
        description="how long an acceptance can be taken back before anything is wiped",
        json_schema_extra={"metavar": "SECONDS"},
    )
    reboot_timeout: float = Field(
        1200.0,
        gt=0,
        description="how long a server may take to its agent, and an agent be silent, before it is started once more",
        json_schema_extra={"metavar": "SECONDS"},
    )
    ipxe_dir: Path | None = Field(
        None,
        description="iPXE binaries (default: those of the system's ipxe package)",
        json_schema_extra={"metavar": "DIR"},
    )
    assets_dir: Path | None = Field(
        None, description="kernels and initramfs files to use instead of downloading", json_schema_extra={"metavar": "DIR"}
    )
    agent_dir: Path | None = Field(
        None,
        description="agent's vmlinuz and initramfs.xz, ours or Sidero's (default: what agent build made)",
        json_schema_extra={"metavar": "DIR"},
    )
    theme: str = Field("dark", description="dark, light, high-contrast or colour-blind", json_schema_extra={"metavar": "NAME"})
    log_format: Literal["text", "json"] = Field("text", description="lines of --serve")


def parse_range(text: str) -> AddressRange:
    """`A-B` or `A-B/PREFIX` -> inclusive range; ValueError when it is none."""
    addresses, slash, prefix = text.partition("/")
    first, separator, last = addresses.partition("-")
    if not separator or (slash and not prefix.isdigit()):
        raise ValueError("should look like 192.168.1.10-192.168.1.99 or 10.1.0.10-10.1.0.99/24")
    low, high = ipaddress.IPv4Address(first.strip()), ipaddress.IPv4Address(last.strip())
    if low > high:
        raise ValueError(f"{low} is above {high}")
    if slash and high not in ipaddress.IPv4Network(f"{low}/{prefix}", strict=False):
        raise ValueError(f"{low} and {high} are not of one /{prefix}")
    return AddressRange(first=str(low), last=str(high), prefix=int(prefix or 0))


def read_reservation(text: str) -> Reservation:
    """`MAC=ADDRESS[,NAME]`; ValueError when it is none."""
    mac, separator, rest = text.partition("=")
    if not separator:
        raise ValueError("should look like d0:50:99:d3:33:60=192.168.254.2,talos-mgmt-0")
    return parse_reservation(mac, rest)


def add_options(parser: argparse._ActionsContainer) -> None:
    """A flag for each field; an absent flag leaves no trace, so that the layers below show through."""
    for name, field in Settings.model_fields.items():
        flag = "--" + name.replace("_", "-")
        text = (field.description or "").replace("%", "%%")
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if field.annotation is bool:
            parser.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=text)
        elif field.default == ():
            parser.add_argument(flag, action="append", default=argparse.SUPPRESS, metavar=str(extra["metavar"]), help=text)
        else:
            metavar = str(extra.get("metavar") or _choices(field.annotation))
            parser.add_argument(flag, default=argparse.SUPPRESS, metavar=metavar, help=text)


def _choices(annotation: Any) -> str:
    if annotation is DhcpMode:
        return "|".join(DhcpMode)
    if annotation is int:
        return "PORT"
    return "|".join(getattr(annotation, "__args__", ("VALUE",)))


def load_settings(flags: Mapping[str, Any], environ: Mapping[str, str], config_file: Path | None = None) -> Settings:
    """Flags over environment over config file over defaults; ConfigError names the setting and where it came from."""
    path = config_file or Path(platformdirs.user_config_dir("sidero-tui")) / "config.yaml"
    names = Settings.model_fields.keys()
    layers: dict[str, tuple[str, Any]] = {}
    for key, value in _read_config_file(path, required=config_file is not None).items():
        layers[key.replace("-", "_")] = (f"{path}: {key}", value)
    if "PUBLIC_IP" in environ:
        layers["advertise"] = ("PUBLIC_IP", environ["PUBLIC_IP"])
    for name in names:
        if value := environ.get(PREFIX + name.upper()):
            layers[name] = (PREFIX + name.upper(), value)
    for name in names & flags.keys():
        layers[name] = ("--" + name.replace("_", "-"), flags[name])
    try:
        settings = Settings.model_validate({name: value for name, (_, value) in layers.items()})
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(problem, layers) for problem in error.errors())) from error
    if settings.dhcp is DhcpMode.SERVER and not settings.dhcp_range:
        raise ConfigError("--dhcp server needs --dhcp-range A-B: the addresses it may lease")
    return settings


def _explain(problem: Any, layers: Mapping[str, tuple[str, Any]]) -> str:
    name = str(problem["loc"][0])
    source, value = layers.get(name, (name, None))
    if problem["type"] == "extra_forbidden":
        return f"{source}: there is no such setting"
    return f"{source}: {value!r}: {problem['msg']}"


def _read_config_file(path: Path, *, required: bool) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{path}: there is no such config file") from None
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict | None):
        raise ConfigError(f"{path}: should be a mapping of settings")
    return content or {}
