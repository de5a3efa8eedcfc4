"""EdgeOS and Vyatta (ISC dhcpd behind a configuration tree): the guide's two files, as a paste for the router's shell. Pure.

VyOS 1.4 and later run Kea without raw text: there only one boot file for all fits, so use --dhcp proxy beside it.
"""

from collections.abc import Iterator

from boot.dhcp.formats.isc import INCLUDED, LEASE_SECONDS, render_include
from boot.dhcp.formats.plan import Plan

_NETWORK = "MetalDHCP"


def render_vyatta(plan: Plan) -> str:
    return "\n".join(
        [
            "# Paste into a shell of the router. VyOS 1.4 and later cannot do this: run sidero-tui --dhcp proxy beside it.",
            "",
            f"sudo tee {INCLUDED} >/dev/null <<'IPXE_METAL'",
            render_include(plan).rstrip("\n"),
            "IPXE_METAL",
            "",
            "configure",
            *_settings(plan),
            "commit",
            "save",
            "exit",
            "",
        ]
    )


def _settings(plan: Plan) -> Iterator[str]:
    shared = f"set service dhcp-server shared-network-name {_NETWORK}"
    subnet = f"{shared} subnet {plan.network}"
    yield f"{shared} authoritative enable"
    if plan.router:
        yield f"{subnet} default-router {plan.router}"
    if plan.dns:
        yield f"{subnet} dns-server {plan.dns}"
    yield f"{subnet} lease {LEASE_SECONDS}"
    if plan.pool is not None:
        yield f"{subnet} start {plan.pool.first} stop {plan.pool.last}"
    yield f'{subnet} subnet-parameters "include &quot;{INCLUDED}&quot;;"'
