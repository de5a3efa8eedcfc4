"""Kea: a whole kea-dhcp4.conf; on an existing server the client classes and the reservations are what to take over. Pure."""

import json

from boot.dhcp.formats.plan import Plan, Row
from boot.resources.base import Object

_LEASE_SECONDS = 86400
_IPXE = "substring(option[77].hex,0,4) == 'iPXE' or substring(option[77].hex,1,4) == 'iPXE'"


def render_kea(plan: Plan) -> str:
    """JSON with comments, as Kea reads it."""
    config = {
        "Dhcp4": {
            "interfaces-config": {"interfaces": ["*"]},
            "lease-database": {"type": "memfile", "persist": True},
            "valid-lifetime": _LEASE_SECONDS,
            "authoritative": True,
            "client-classes": _classes(plan),
            "subnet4": [_subnet(plan)],
        }
    }
    head = "// kea-dhcp4.conf. On an existing server take over client-classes, next-server and reservations.\n"
    return head + json.dumps(config, indent=2) + "\n"


def _classes(plan: Plan) -> list[Object]:
    """In order: a class may name those before it. iPXE is whoever says so, also behind any firmware."""
    script = {"name": "ipxe", "test": _IPXE, "boot-file-name": plan.script_url, "next-server": plan.next_server}
    return [script, *(_class(row, plan) for row in plan.rows)]


def _class(row: Row, plan: Plan) -> Object:
    codes = " or ".join(f"substring(option[93].hex,0,2) == 0x{code:04x}" for code in row.codes)
    found: Object = {
        "name": row.tag,
        "test": f"not member('ipxe') and ({codes})",
        "boot-file-name": row.file,
        "next-server": plan.next_server,
    }
    if row.http:
        # UEFI takes an HTTP offer only when its own class comes back.
        found["option-data"] = [{"name": "vendor-class-identifier", "data": "HTTPClient", "always-send": True}]
    return found


def _subnet(plan: Plan) -> Object:
    options = [{"name": "routers", "data": plan.router}] if plan.router else []
    options += [{"name": "domain-name-servers", "data": plan.dns}] if plan.dns else []
    pools = [{"pool": f"{plan.pool.first} - {plan.pool.last}"}] if plan.pool else []
    return {
        "id": 1,
        "subnet": str(plan.network),
        "pools": pools,
        "option-data": options,
        "reservations": [
            {
                "hw-address": host.mac,
                **({"ip-address": host.address} if host.address else {}),
                **({"hostname": host.hostname} if host.hostname else {}),
            }
            for host in plan.hosts
        ],
    }
