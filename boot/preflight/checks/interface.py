"""Is the rack behind this interface?"""

from collections.abc import Sequence

from boot.config import StackConfig
from boot.interfaces import Interface
from boot.preflight.result import CheckResult, Verdict

NAME = "interface"


def check_interface(config: StackConfig, interfaces: Sequence[Interface], reason: str) -> CheckResult:
    """The one that was chosen: there, up, with link and the advertised address."""
    found = next((interface for interface in interfaces if interface.name == config.interface), None)
    told = f"{config.interface}: machines are told {config.advertise} ({reason})"
    if found is None:
        return CheckResult(NAME, Verdict.FAIL, f"there is no interface {config.interface}", "name another with --interface")
    if not found.up:
        return CheckResult(NAME, Verdict.FAIL, f"{told}; it is down", f"ip link set {found.name} up")
    if not found.carrier:
        return CheckResult(NAME, Verdict.FAIL, f"{told}; it has no link", "plug the cable in, or name another with --interface")
    if config.advertise not in {interface.address for interface in interfaces}:
        return CheckResult(
            NAME,
            Verdict.WARN,
            f"{told}; no interface of this machine has that address",
            "right behind NAT or a VIP only: else use --advertise with the interface's own address",
        )
    if found.loopback or found.wireless or found.virtual:
        kind = "the loopback" if found.loopback else "wireless" if found.wireless else "virtual"
        return CheckResult(NAME, Verdict.WARN, f"{told}; it is {kind}", "if the rack is elsewhere, name it with --interface")
    return CheckResult(NAME, Verdict.OK, told)
