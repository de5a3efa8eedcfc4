"""dnsmasq as the site's DHCP server: a file for /etc/dnsmasq.d. Pure."""

from collections.abc import Iterator

from boot.dhcp.formats.plan import Plan

_LEASE = "24h"


def render_dnsmasq(plan: Plan) -> str:
    return "\n".join(
        [
            "# /etc/dnsmasq.d/ipxe-metal.conf",
            *_network(plan),
            "",
            "# iPXE first, or it would load iPXE for ever.",
            "dhcp-match=set:ipxe,175",
            "dhcp-userclass=set:ipxe,iPXE",
            *(f"dhcp-match=set:{row.tag},option:client-arch,{code}" for row in plan.rows for code in row.codes),
            "",
            f"dhcp-boot=tag:ipxe,{plan.script_url}",
            *_boots(plan),
            "",
            *_hosts(plan),
        ]
    )


def _network(plan: Plan) -> Iterator[str]:
    if plan.pool is not None:
        yield f"dhcp-range={plan.pool.first},{plan.pool.last},{plan.network.netmask},{_LEASE}"
        yield "dhcp-authoritative"
    if plan.router:
        yield f"dhcp-option=option:router,{plan.router}"
    if plan.dns:
        yield f"dhcp-option=option:dns-server,{plan.dns}"


def _boots(plan: Plan) -> Iterator[str]:
    for row in plan.rows:
        yield f"# {row.title}"
        if row.http:
            # UEFI takes an HTTP offer only when its own class comes back, asked for or not.
            yield f"dhcp-option-force=tag:{row.tag},tag:!ipxe,60,HTTPClient"
            yield f"dhcp-boot=tag:!ipxe,tag:{row.tag},{row.file}"
        else:
            yield f"dhcp-boot=tag:!ipxe,tag:{row.tag},{row.file},,{plan.next_server}"


def _hosts(plan: Plan) -> Iterator[str]:
    for host in plan.hosts:
        yield "dhcp-host=" + ",".join(part for part in (host.mac, host.address, host.hostname) if part)
    yield ""
