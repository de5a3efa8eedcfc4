"""The formats by their names on the command line. Pure."""

from collections.abc import Callable, Mapping

from boot.dhcp.formats.dnsmasq import render_dnsmasq
from boot.dhcp.formats.isc import render_isc
from boot.dhcp.formats.kea import render_kea
from boot.dhcp.formats.mikrotik import render_mikrotik
from boot.dhcp.formats.plan import Plan
from boot.dhcp.formats.vyatta import render_vyatta

RENDERERS: Mapping[str, Callable[[Plan], str]] = {
    "isc": render_isc,
    "vyatta": render_vyatta,
    "dnsmasq": render_dnsmasq,
    "kea": render_kea,
    "mikrotik": render_mikrotik,
}
