"""An address, and no request for the boot file: what was offered does not lead to us."""

from boot.config import DhcpMode
from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import FETCHING, STARTED, Sign

ASKED_AGAIN = 3


def _asks_nothing(evidence: Evidence, seconds: float) -> bool:
    """It has an address for that long, and has not come for a file."""
    since = min(evidence.since(Sign.REQUEST), evidence.since(Sign.ACK))
    return seconds <= since < float("inf") and not evidence.has_any(FETCHING | STARTED)


def _unanswered(evidence: Evidence, seconds: float) -> bool:
    again = evidence.count(Sign.BOOT_SERVER) >= ASKED_AGAIN and evidence.late(Sign.BOOT_SERVER, seconds)
    return again and not evidence.has_any(FETCHING | STARTED)


def _elsewhere(evidence: Evidence, seconds: float) -> bool:
    return _asks_nothing(evidence, seconds) and bool(evidence.address) and not evidence.site.on_our_wire(evidence.address)


def _foreign(evidence: Evidence, seconds: float) -> bool:
    site = evidence.site
    return _asks_nothing(evidence, seconds) and not site.has_advertised and not site.advertised_ours


def _chose_another(evidence: Evidence) -> bool:
    chosen = evidence.detail(Sign.REQUEST)
    return bool(chosen) and chosen != evidence.site.advertise


def _rivals(evidence: Evidence, _seconds: float) -> bool:
    servers = {*evidence.site.rivals(evidence.now)}
    if evidence.site.mode is DhcpMode.SERVER:
        servers.add(evidence.site.advertise)
    return len(servers) > 1 and evidence.has(Sign.DISCOVER) and not evidence.has(Sign.SCRIPT)


REACH = (
    Cause(
        reason="BootServerUnanswered",
        observed=f"it asks port 4011 {ASKED_AGAIN} times though we answer, and for no file",
        when=_unanswered,
        seconds=5,
        says="It asks port {pxe_port} again and again and does not hear our answers: a firewall drops them, or they leave by "
        "another interface than {interface}; open UDP {pxe_port}.",
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
    ),
    Cause(
        reason="AdvertisedAddressElsewhere",
        observed="its address is of another network than the one machines are told, and no file is asked for",
        when=_elsewhere,
        seconds=15,
        says="It has {address} and is told to come to {advertise}, which is in another network: advertise an address it can "
        "reach, or route between the two.",
        command="sudo sidero-tui --advertise ADDRESS",
        rungs=("tftp",),
    ),
    Cause(
        reason="AdvertisedAddressForeign",
        observed="no interface of ours has ever had the address machines are told, and no file is asked for",
        when=_foreign,
        seconds=15,
        says="It is told to come to {advertise}, which no interface of this machine has: advertise one that it has, or have "
        "UDP {tftp_port} and TCP {http_port} forwarded from there.",
        command="sudo sidero-tui --advertise ADDRESS",
        rungs=("tftp",),
    ),
    Cause(
        reason="HttpBootNotFetched",
        observed="HTTP boot: an address and our URL, and no request for 15 s",
        when=lambda evidence, seconds: evidence.wants_http and _asks_nothing(evidence, seconds),
        seconds=15,
        says="It was given {file} for HTTP boot and does not fetch it: its firmware allows only https (look for "
        '"allow HTTP connections" in its setup), or TCP {http_port} is shut; PXE works without either.',
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
    ),
    Cause(
        reason="OtherServerWon",
        observed="as the server: it requests another server's offer, and no file from us for 15 s",
        when=lambda evidence, seconds: (
            evidence.site.mode is DhcpMode.SERVER and _chose_another(evidence) and _asks_nothing(evidence, seconds)
        ),
        seconds=15,
        says="The DHCP server {chosen} answered it first and sends it elsewhere: switch that one off, or run ours as a proxy "
        "beside it.",
        command="sudo sidero-tui --dhcp proxy",
        rungs=("tftp",),
    ),
    Cause(
        reason="ProxyIgnored",
        observed="as a proxy: an address from the site's server, and no file from us for 15 s",
        when=lambda evidence, seconds: evidence.proxy and _asks_nothing(evidence, seconds),
        seconds=15,
        says="It took its address from {chosen} and passes our offer by: that server names another boot file, or this firmware "
        "ignores a proxy; enter ours there, or take over DHCP.",
        command="sidero-tui dhcp-config --format isc",
        rungs=("tftp",),
    ),
    Cause(
        reason="TftpUnreachable",
        observed="our lease and our file name, and no TFTP request for 15 s",
        when=_asks_nothing,
        seconds=15,
        says="It has its address and {file} from us, and its TFTP request does not arrive: open UDP {tftp_port} in the firewall "
        "of this machine and on the way to {advertise}.",
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
    ),
    Cause(
        reason="TwoDhcpServers",
        ours=True,
        observed="within ten minutes machines took addresses from different DHCP servers",
        when=_rivals,
        says="More than one DHCP server gives out addresses here ({servers}): which one a machine gets is chance; keep one.",
        severity=Severity.WARNING,
        facts={"servers": lambda evidence: ", ".join(evidence.site.rivals(evidence.now))},
    ),
)
