"""What the plane holds about a network with a DHCP server and a second proxy on it."""

import json
from dataclasses import replace
from datetime import timedelta

from boot.clock import rfc3339
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.builders import NOW, mac_of

NETWORK = {
    "dhcp-neighbours": {
        "192.168.1.1": json.dumps(
            {
                "kind": "DHCP server",
                "leases": True,
                "offered": "192.168.1.77",
                "network": "192.168.1.0/24",
                "router": "192.168.1.1",
                "mac": "f0:9f:c2:00:00:01",
                "firstSeen": rfc3339(NOW - timedelta(minutes=5)),
                "lastSeen": rfc3339(NOW - timedelta(seconds=12)),
            }
        ),
        "192.168.1.9": json.dumps(
            {
                "kind": "PXE proxy",
                "pxe": True,
                "bootFile": "pxelinux.0",
                "nextServer": "192.168.1.9",
                "program": "dnsmasq",
                "firstSeen": rfc3339(NOW - timedelta(minutes=4)),
                "lastSeen": rfc3339(NOW - timedelta(minutes=2)),
            }
        ),
        "verdict": "192.168.1.9 is a second PXE proxy, with boot file 'pxelinux.0' from 192.168.1.9: machines may boot that; "
        "stop one of the two",
        "self-test": "ok",
    },
    "reservations": {
        mac_of(1).replace(":", "-"): "192.168.1.21,talos-mgmt-0",
        "02-00-00-00-00-99": "192.168.1.22",
        "nonsense": "192.168.1.23",
    },
    "architectures": {mac_of(8).replace(":", "-"): "7"},
    "quirks": {
        "Dell-Inc.PowerEdge-R630": json.dumps(
            {"manufacturer": "Dell Inc.", "product": "PowerEdge R630", "build": "snponly.efi", "dhcp": "4011", "exit": "sanboot"}
        )
    },
}
"""Data of the ConfigMaps about the network: by ConfigMap."""


def with_network(snapshot: Snapshot, **data: dict[str, str]) -> Snapshot:
    """A second proxy, two reservations, one override, one learned quirk; `data` takes the place of some."""
    return replace(snapshot, network=NetworkFacts(NETWORK | {name.replace("_", "-"): entry for name, entry in data.items()}))
