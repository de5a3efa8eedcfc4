"""The guide's network as a plan: its subnet, its router, its `host talos-mgmt-0`."""

import ipaddress

from boot.config import AddressRange, Reservation
from boot.dhcp.formats.plan import Plan, build_rows

US = "192.168.254.1"
BOOT_URL = f"http://{US}:8081"
GUIDES_HOST = Reservation(mac="d0:50:99:d3:33:60", address="192.168.254.2", hostname="talos-mgmt-0")
NAMELESS_HOST = Reservation(mac="52:54:00:aa:00:09", address="")


def guides_plan() -> Plan:
    return Plan(
        next_server=US,
        script_url=f"{BOOT_URL}/boot.ipxe",
        network=ipaddress.IPv4Network("192.168.254.0/24"),
        rows=build_rows(BOOT_URL),
        pool=AddressRange(first="192.168.254.20", last="192.168.254.29"),
        router="192.168.254.254",
        dns="192.168.1.200",
        hosts=(GUIDES_HOST, NAMELESS_HOST),
    )
