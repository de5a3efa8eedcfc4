"""Where a BMC may answer and in what: from spec.bmc to the protocols to try, in order. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from boot.resources.metal import BMC

REDFISH, IPMI = "redfish", "ipmi"
IPMI_PORT, HTTPS_PORT = 623, 443


@dataclass(frozen=True, slots=True)
class Target:
    """One protocol at one place. `url` is the root of Redfish, "" for IPMI."""

    protocol: str
    host: str
    port: int
    url: str = ""

    def __str__(self) -> str:
        return self.url or f"{self.host} udp {self.port}"


def list_targets(bmc: BMC) -> tuple[Target, ...]:
    """Redfish before IPMI, unless the spec says which.

    `endpoint` with a scheme is Redfish there, and the only way to plain HTTP: a password never goes out unencrypted unasked.
    `interface` redfish, or lan and lanplus (ipmitool's names), settles it; empty means: ask. `port` 623 and 0 are IPMI's own,
    so Redfish is then looked for at 443.
    """
    if "://" in bmc.endpoint:
        url = urlsplit(bmc.endpoint)
        port = url.port or (HTTPS_PORT if url.scheme == "https" else 80)
        return (Target(REDFISH, url.hostname or "", port, f"{url.scheme}://{url.netloc}"),)
    host, interface = bmc.endpoint, bmc.interface.lower()
    redfish_port = bmc.port if bmc.port not in (0, IPMI_PORT) else HTTPS_PORT
    redfish = Target(
        REDFISH, host, redfish_port, f"https://{_bracket(host)}{'' if redfish_port == HTTPS_PORT else f':{redfish_port}'}"
    )
    ipmi = Target(IPMI, host, bmc.port or IPMI_PORT)
    if interface.startswith(REDFISH):
        return (redfish,)
    if interface:
        return (ipmi,)
    return (redfish, ipmi)


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host
