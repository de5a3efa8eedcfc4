"""Up to the address: nothing answered, nothing taken."""

from collections.abc import Callable

from boot.config import DhcpMode
from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import FETCHING, STARTED, Sign
from boot.firmware import ARCHITECTURES

PORTFAST = 30
"""Spanning tree keeps a port shut for 30 s at the least: a first DISCOVER that old came through at last."""
NAKS = 3
ASKED_AGAIN = 2
_ONE_MOMENT = 0.5
_UNPACKED = frozenset({"i386", "arm"})
"""CPUs that no distribution packs an EFI iPXE for."""


def _refused(sign: Sign) -> Callable[[Evidence, float], bool]:
    """Refused for that reason, and nothing granted since."""
    return lambda evidence, _seconds: evidence.newer(sign, Sign.OFFER) and evidence.newer(sign, Sign.ACK)


def _unsent(evidence: Evidence, _seconds: float) -> bool:
    """The reply that was not sent is told as such, and as a reply in the same moment."""
    last_reply = min(evidence.ago(Sign.OFFER), evidence.ago(Sign.ACK))
    return evidence.has(Sign.UNSENT) and evidence.ago(Sign.UNSENT) - last_reply < _ONE_MOMENT


def _without_file(evidence: Evidence) -> bool:
    """The full server still offers an address."""
    return evidence.has(Sign.NO_BOOT_FILE) and not evidence.detail(Sign.OFFER) and not evidence.has_any(FETCHING | STARTED)


def _unknown(evidence: Evidence) -> bool:
    return evidence.architecture is not None and evidence.architecture.code not in ARCHITECTURES


def _unpacked(evidence: Evidence) -> bool:
    return evidence.architecture is not None and evidence.architecture.cpu in _UNPACKED


def _nameless(evidence: Evidence, _seconds: float) -> bool:
    return evidence.has(Sign.NO_ARCHITECTURE) and not evidence.has_any(FETCHING | STARTED)


def _slow_port(evidence: Evidence, seconds: float) -> bool:
    if evidence.has(Sign.SCRIPT):
        return False
    since = evidence.site.listening_since
    for sign in (Sign.IPXE, Sign.DISCOVER):
        asked = evidence.amount(sign)
        # Nobody was deaf meanwhile: we, or our own link, may have come later than the machine.
        if asked >= seconds and since is not None and (evidence.now - since).total_seconds() >= asked + evidence.since(sign):
            return True
    return False


def _not_taken(evidence: Evidence, seconds: float) -> bool:
    taken = evidence.has(Sign.REQUEST, Sign.ACK) or evidence.has_any(FETCHING | STARTED)
    return evidence.late(Sign.OFFER, seconds) and evidence.count(Sign.DISCOVER) >= ASKED_AGAIN and not taken


def _behind_router(evidence: Evidence) -> bool:
    return evidence.has(Sign.RELAYED) and not evidence.site.on_our_wire(evidence.detail(Sign.RELAYED))


DHCP = (
    Cause(
        reason="ArchitectureUnknown",
        observed="option 93 holds a code we do not know",
        when=lambda evidence, _seconds: _without_file(evidence) and _unknown(evidence),
        says="Its firmware calls itself architecture {code}, which has no boot file here: "
        "name one for this MAC if you know what it can start.",
        rungs=("offer", "tftp"),
    ),
    Cause(
        reason="ArchitectureUnsupported",
        observed="option 93 names a CPU for which distributions pack no iPXE, and no file of that name is here",
        when=lambda evidence, _seconds: _without_file(evidence) and _unpacked(evidence),
        says="There is no iPXE here for {architecture}, nor does a distribution pack one: switch its firmware to 64 bits, or "
        "build one and name its directory with --ipxe-dir.",
        rungs=("offer", "tftp"),
    ),
    Cause(
        reason="BootFileMissing",
        observed="a known architecture, and none of its boot files is here",
        when=lambda evidence, _seconds: _without_file(evidence),
        says="There is no iPXE here for {architecture}, so it is offered nothing to boot: install it.",
        command="sudo apt-get install ipxe",
        rungs=("offer", "tftp"),
    ),
    Cause(
        reason="ArchitectureNotTold",
        observed="it asks for a boot file without option 93",
        when=_nameless,
        says="Its firmware asks for a boot file and does not say what it is (no option 93): update it, "
        "or name a boot file for this MAC.",
        rungs=("offer", "tftp"),
    ),
    Cause(
        reason="PoolExhausted",
        observed="our pool has no address left, and it asks for one",
        when=_refused(Sign.POOL_EXHAUSTED),
        says="Every address of the pool is taken, so it gets none: widen the range.",
        command="sudo sidero-tui --dhcp server --dhcp-range FIRST-LAST",
        rungs=("offer", "request", "tftp"),
    ),
    Cause(
        reason="AddressConflict",
        observed="a DECLINE, and no ACK since",
        when=_refused(Sign.DECLINED),
        says="It found the address we gave it in use and gave it back: somebody on this network has it by hand or from another "
        "DHCP server; take it out of --dhcp-range.",
        command="ip neighbour show dev {interface}",
        rungs=("request", "tftp"),
    ),
    Cause(
        reason="AddressRefused",
        observed=f"{NAKS} NAKs of ours, and no ACK since",
        when=lambda evidence, seconds: (
            evidence.count(Sign.NOT_ITS_ADDRESS) >= NAKS and _refused(Sign.NOT_ITS_ADDRESS)(evidence, seconds)
        ),
        says="It asks again and again for an address that is not its own here: another DHCP server gives it that address; "
        "switch that one off, or run ours as a proxy beside it.",
        command="sudo sidero-tui --dhcp proxy",
        rungs=("request", "tftp"),
    ),
    Cause(
        reason="ReplyUnsent",
        observed="the kernel did not send our reply",
        when=_unsent,
        says="Our answer could not be sent: {why}. Is {interface} up, and is there a route to the relay?",
        command="ip route",
        rungs=("offer", "request", "tftp"),
        facts={"why": lambda evidence: evidence.detail(Sign.UNSENT)},
    ),
    Cause(
        reason="RelayOneWay",
        observed="DISCOVERs by a relay of another network, offered, and no REQUEST for 15 s",
        when=lambda evidence, seconds: _not_taken(evidence, seconds) and _behind_router(evidence),
        seconds=15,
        says="It asks by the relay {relay} and does not take our offers: the router must let UDP 67 from {advertise} "
        "back to the relay, and this machine needs a route to it.",
        command="ip route get {relay}",
        rungs=("request",),
    ),
    Cause(
        reason="NoAddressGiven",
        observed="as a proxy: it asks again after our offer, and no REQUEST for 15 s",
        when=lambda evidence, seconds: evidence.proxy and _not_taken(evidence, seconds),
        seconds=15,
        says="It hears where to boot from and nobody gives it an address: the site's DHCP server is silent or out of "
        "addresses; mend it, or let this machine be the server.",
        command="sudo sidero-tui --dhcp server --dhcp-range FIRST-LAST",
        rungs=("request",),
    ),
    Cause(
        reason="OfferNotTaken",
        observed="as the server: it asks again after our offer, and no REQUEST for 15 s",
        when=lambda evidence, seconds: evidence.site.mode is DhcpMode.SERVER and _not_taken(evidence, seconds),
        seconds=15,
        says="It asks again and again and does not take our offers: they do not reach it (a filter or the VLAN on the way back "
        "from {interface}), or it prefers another server's.",
        rungs=("request",),
    ),
    Cause(
        reason="SwitchPortSlow",
        observed="its first DISCOVER we hear is 30 s old by its own account, and we were listening",
        when=_slow_port,
        seconds=PORTFAST,
        says="Its first request came through 30 s late or more: the switch port waits for spanning tree; "
        "make it an edge port (portfast), and with LACP allow fallback.",
        severity=Severity.WARNING,
    ),
)
