"""What an operator sets for a machine by its MAC, seen or not yet: two ConfigMaps of the namespace `sidero-tui`.

`reservations`: MAC with dashes -> "ADDRESS" or "ADDRESS,NAME"; `architectures`: MAC with dashes -> option 93 code to take it
for, whatever it says itself. A console key sets one by a merge patch of one key, kubectl likewise:

    kubectl patch configmap reservations -n sidero-tui --type merge -p '{"data":{"d0-50-99-d3-33-60":"192.168.254.2"}}'

Pure.
"""

import ipaddress
import re
from collections.abc import Mapping

from boot.config import Reservation
from boot.firmware import Architecture, find_architecture

NAMESPACE = "sidero-tui"
RESERVATIONS, ARCHITECTURES = "reservations", "architectures"

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def parse_mac(text: str) -> str:
    """Any usual spelling -> lower case with colons; ValueError."""
    mac = text.strip().lower().replace("-", ":")
    if not _MAC.fullmatch(mac):
        raise ValueError(f"{text!r} is no MAC address such as d0:50:99:d3:33:60")
    return mac


def parse_reservation(mac: str, text: str) -> Reservation:
    """The value "ADDRESS" or "ADDRESS,NAME" for that MAC; ValueError."""
    address, _, hostname = (part.strip() for part in text.partition(","))
    if hostname and not re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9.]{0,61}[A-Za-z0-9])?", hostname):
        raise ValueError(f"{hostname!r} is no host name")
    return Reservation(mac=parse_mac(mac), address=str(ipaddress.IPv4Address(address)), hostname=hostname)


def parse_reservations(data: Mapping[str, str]) -> tuple[dict[str, Reservation], list[str]]:
    """Data of the ConfigMap -> by MAC, and a sentence for each entry that is none."""
    found: dict[str, Reservation] = {}
    owners: dict[str, str] = {}
    complaints: list[str] = []
    for key, text in data.items():
        try:
            reservation = parse_reservation(key, text)
        except ValueError as error:
            complaints.append(f"reservation {key}: {error}")
            continue
        if (owner := owners.setdefault(reservation.address, reservation.mac)) != reservation.mac:
            complaints.append(f"reservation {key}: {reservation.address} is kept for {owner} already")
            continue
        found[reservation.mac] = reservation
    return found, complaints


def parse_architectures(data: Mapping[str, str]) -> tuple[dict[str, Architecture], list[str]]:
    """Data of the ConfigMap -> the architecture to take each MAC for, and a sentence for each entry that is none."""
    found: dict[str, Architecture] = {}
    complaints: list[str] = []
    for key, text in data.items():
        try:
            mac, architecture = parse_mac(key), find_architecture(int(text))
        except ValueError:
            complaints.append(f"architecture {key}: {text!r}: wanted a MAC and an option 93 code, such as 7 for UEFI x86-64")
            continue
        if not architecture.boot_files:
            complaints.append(f"architecture {key}: {architecture.title} cannot be booted")
            continue
        found[mac] = architecture
    return found, complaints
