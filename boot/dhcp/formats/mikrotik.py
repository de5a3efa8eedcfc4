"""RouterOS 7.16 and later: option sets chosen by matchers on the client's class and architecture. Pure.

A matcher compares one option, so iPXE's user class is matched before the architectures; the last line serves everybody else.
"""

from collections.abc import Iterator

from boot.dhcp.formats.plan import Plan, host_label, vendor_classes

_SERVER = "defconf"


def render_mikrotik(plan: Plan) -> str:
    return "\n".join(
        [
            f"# Paste into a terminal of the router; {_SERVER} is the name of its DHCP server (/ip dhcp-server print).",
            "/ip dhcp-server option",
            *_options(plan),
            "/ip dhcp-server option sets",
            *_sets(plan),
            "/ip dhcp-server matcher",
            *_matchers(plan),
            "/ip dhcp-server network",
            f"set [find address={plan.network}] next-server={plan.next_server} boot-file-name={plan.bios_file}{_extras(plan)}",
            *_leases(plan),
            "",
        ]
    )


def _options(plan: Plan) -> Iterator[str]:
    yield f"add name=metal-server code=66 value=\"s'{plan.next_server}'\""
    yield "add name=metal-http code=60 value=\"s'HTTPClient'\""
    yield f"add name=metal-file-ipxe code=67 value=\"s'{plan.script_url}'\""
    for row in plan.rows:
        yield f"add name=metal-file-{row.tag} code=67 value=\"s'{row.file}'\""


def _sets(plan: Plan) -> Iterator[str]:
    yield "add name=metal-ipxe options=metal-server,metal-file-ipxe"
    for row in plan.rows:
        extra = ",metal-http" if row.http else ""
        yield f"add name=metal-{row.tag} options=metal-server,metal-file-{row.tag}{extra}"


def _matchers(plan: Plan) -> Iterator[str]:
    yield f"add name=metal-ipxe server={_SERVER} code=77 matching-type=substring value=iPXE option-set=metal-ipxe"
    for row in plan.rows:
        for number, name in enumerate(vendor_classes(row)):
            title = f"metal-{row.tag}" + (f"-{number + 1}" if number else "")
            yield f"add name={title} server={_SERVER} code=60 matching-type=substring value={name} option-set=metal-{row.tag}"


def _extras(plan: Plan) -> str:
    router = f" gateway={plan.router}" if plan.router else ""
    return router + (f" dns-server={plan.dns}" if plan.dns else "")


def _leases(plan: Plan) -> Iterator[str]:
    addressed = [host for host in plan.hosts if host.address]
    if addressed:
        yield "/ip dhcp-server lease"
    for host in addressed:
        yield f"add server={_SERVER} mac-address={host.mac.upper()} address={host.address} comment={host_label(host)}"
