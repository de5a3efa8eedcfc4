"""ISC dhcpd (4.1 and later): the guide's ipxe-metal.conf, and a subnet to include it in. Pure.

Option 60 goes out to HTTP boot only: from a plain DHCP server it would send UEFI PXE to port 4011 (PXE-E16).
"""

from collections.abc import Iterator

from boot.dhcp.formats.plan import Plan, Row, host_label, vendor_classes

INCLUDED = "/etc/dhcp/ipxe-metal.conf"
_IPXE = 'exists user-class and (option user-class = "iPXE" or substring(option user-class, 1, 4) = "iPXE")'
LEASE_SECONDS = 86400


def render_isc(plan: Plan) -> str:
    """One file that dhcpd loads as it stands."""
    return "\n".join(
        [
            f"# dhcpd.conf for {plan.network}. Where a subnet for it exists already, put what is between the two lines of",
            f'# dashes into {INCLUDED} and write into that subnet:  include "{INCLUDED}";',
            "",
            f"subnet {plan.network.network_address} netmask {plan.network.netmask} {{",
            *(f"  {line}" for line in _subnet_lines(plan)),
            "",
            f"  # ---- {INCLUDED}",
            *(f"  {line}" if line else "" for line in render_include(plan).splitlines()),
            "  # ----",
            "}",
            "",
        ]
    )


def render_include(plan: Plan) -> str:
    """The guide's ipxe-metal.conf: it may stand in a subnet, a shared network or at the top."""
    lines = ["allow bootp;", "allow booting;", "", f"next-server {plan.next_server};", *_choices(plan)]
    for host in plan.hosts:
        lines += ["", f"host {host_label(host)} {{"]
        lines += [f"    fixed-address {host.address};"] if host.address else []
        lines += [f"    hardware ethernet {host.mac};", "}"]
    return "\n".join(lines) + "\n"


def _subnet_lines(plan: Plan) -> Iterator[str]:
    if plan.pool is not None:
        yield "authoritative;"
        yield f"range {plan.pool.first} {plan.pool.last};"
    yield f"default-lease-time {LEASE_SECONDS};"
    if plan.router:
        yield f"option routers {plan.router};"
    if plan.dns:
        yield f"option domain-name-servers {plan.dns};"


def _choices(plan: Plan) -> Iterator[str]:
    yield f"if {_IPXE} {{"
    yield f'  filename "{plan.script_url}";'
    for row in plan.rows:
        yield f"}} elsif {_condition(row)} {{  # {row.title}"
        if row.http:
            yield '  option vendor-class-identifier "HTTPClient";'
        yield f'  filename "{row.file}";'
    yield "} else {"
    yield f'  filename "{plan.bios_file}";'
    yield "}"


def _condition(row: Row) -> str:
    classes = vendor_classes(row)
    length = len(classes[0])
    return " or ".join(f'substring(option vendor-class-identifier, 0, {length}) = "{name}"' for name in classes)
