"""What is wrong on our side: it explains a machine's silence before anything about the machine does."""

from datetime import timedelta

from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import FETCHING, STARTED, Sign
from boot.diagnosis.surroundings import REMEMBERED

FLAPS = 3
"""So many lost links within REMEMBERED are no pulled cable any more."""


def _under_way(evidence: Evidence) -> bool:
    return evidence.has(Sign.DISCOVER, Sign.IPXE) and not evidence.has(Sign.SCRIPT)


def _no_link(evidence: Evidence, _seconds: float) -> bool:
    network = evidence.site.network
    return network is not None and not network.carrier and _under_way(evidence)


def _flapping(evidence: Evidence, _seconds: float) -> bool:
    since = evidence.now - timedelta(seconds=REMEMBERED.total_seconds())
    return sum(at >= since for at in evidence.site.losses) >= FLAPS and _under_way(evidence)


def _address_gone(evidence: Evidence, _seconds: float) -> bool:
    return evidence.site.advertised_ours and not evidence.site.has_advertised and _under_way(evidence)


def _boot_server_down(evidence: Evidence, _seconds: float) -> bool:
    asked = evidence.has(Sign.REQUEST, Sign.ACK) and not evidence.has_any(FETCHING | STARTED)
    return asked and bool(evidence.site.failed("pxe")) and evidence.late(Sign.OFFER, 15)


def _tftp_down(evidence: Evidence, _seconds: float) -> bool:
    waits = evidence.has(Sign.OFFER) and not evidence.wants_http and not evidence.has_any(STARTED | {Sign.FETCHED})
    return waits and bool(evidence.site.failed("tftp"))


def _http_down(evidence: Evidence, _seconds: float) -> bool:
    wants = evidence.has_any(STARTED) or (evidence.has(Sign.OFFER) and evidence.wants_http)
    return wants and not evidence.has(Sign.SCRIPT) and bool(evidence.site.failed("http"))


SITE = (
    Cause(
        reason="LinkDown",
        ours=True,
        observed="the interface that DHCP is served on has no link while a machine boots",
        when=_no_link,
        says="{interface} has no link, so nothing we send arrives: plug the cable in, or look at the switch port.",
        command="ip link show {interface}",
        rungs=("offer", "request", "tftp", "ipxe", "script"),
    ),
    Cause(
        reason="LinkFlapping",
        ours=True,
        observed=f"that interface lost its link {FLAPS} times within ten minutes",
        when=_flapping,
        says="The link of {interface} comes and goes, and what is on the way is lost: change the cable or the switch port.",
        command="ip monitor link",
        severity=Severity.WARNING,
    ),
    Cause(
        reason="AdvertisedAddressGone",
        ours=True,
        observed="no interface of ours has the address machines are told any more",
        when=_address_gone,
        says="Machines are told to come to {advertise}, which no interface of this machine has any more: "
        "give it back, or start again with the address it has now.",
        command="ip address show {interface}",
        rungs=("tftp", "ipxe", "script"),
    ),
    Cause(
        reason="TftpDown",
        ours=True,
        observed="an offer of ours, and the component tftp has failed",
        when=_tftp_down,
        says="It was offered {file}, and TFTP does not run here: {why}.",
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
        facts={"why": lambda evidence: evidence.site.failed("tftp")},
    ),
    Cause(
        reason="HttpDown",
        ours=True,
        observed="iPXE runs or HTTP boot is wanted, and the component http has failed",
        when=_http_down,
        says="It is to fetch from http://{advertise}:{http_port}, and HTTP does not run here: {why}.",
        command="sudo sidero-tui doctor",
        rungs=("script", "tftp"),
        facts={"why": lambda evidence: evidence.site.failed("http")},
    ),
    Cause(
        reason="BootServerDown",
        ours=True,
        observed="an offer and an address, 15 s without a request for the file, and the component pxe has failed",
        when=_boot_server_down,
        says="It has an address and asks for no file, as firmware does that insists on port {pxe_port}, "
        "where nothing answers here: {why}.",
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
        facts={"why": lambda evidence: evidence.site.failed("pxe")},
    ),
)
