"""One row of the table of causes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import STARTED, Sign


class Severity(StrEnum):
    """Whether the machine stands still for it, may go on in spite of it, or is only described by it."""

    STUCK = "stuck"
    WARNING = "warning"
    NOTE = "note"


REACHED: Mapping[str, frozenset[Sign]] = {
    "discover": frozenset({Sign.DISCOVER, Sign.IPXE}),
    "offer": frozenset({Sign.OFFER}),
    "request": frozenset({Sign.REQUEST, Sign.ACK}),
    "tftp": frozenset({Sign.FETCHED}) | STARTED,
    "ipxe": STARTED,
    "script": frozenset({Sign.SCRIPT}),
    "registered": frozenset({Sign.REGISTERED}),
    "kernel": frozenset({Sign.KERNEL}),
    "initrd": frozenset({Sign.INITRD_FETCHED}),
    "handed-over": frozenset({Sign.ALIVE}),
}
"""Rung of the ladder -> the signs that show a machine got there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`when` is given the evidence and `seconds`, the silence that makes it late. `says` and `command` are templates over
    the facts of `describe` and its own `facts`. `rungs` are those it keeps a machine from: the first row that explains a
    rung is the one shown for it. `ours`: its ground is not what the machine did but how things are here, which says by itself
    when it is over. `observed` is `when` in words, for the reference."""

    reason: str
    observed: str
    when: Callable[[Evidence, float], bool]
    says: str
    command: str = ""
    rungs: tuple[str, ...] = ()
    severity: Severity = Severity.STUCK
    seconds: float = 0
    ours: bool = False
    facts: Mapping[str, Callable[[Evidence], str]] = field(default_factory=dict)


def describe(evidence: Evidence) -> Mapping[str, str]:
    """What every sentence may name."""
    site, architecture = evidence.site, evidence.architecture
    return {
        "mac": evidence.mac,
        "address": evidence.address or "no address",
        "machine": evidence.server or evidence.mac,
        "server": evidence.server,
        "architecture": architecture.title if architecture else "an unnamed architecture",
        "code": str(architecture.code) if architecture else "",
        "file": evidence.boot_file or "its boot file",
        "advertise": site.advertise,
        "interface": site.interface or "this machine's interface",
        "pxe_port": str(site.ports.pxe),
        "tftp_port": str(site.ports.tftp),
        "http_port": str(site.ports.http),
        "chosen": evidence.detail(Sign.REQUEST) or "another server",
        "relay": evidence.detail(Sign.RELAYED),
    }
