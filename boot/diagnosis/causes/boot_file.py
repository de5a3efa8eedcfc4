"""The wrong file: not one of ours, not one for this machine, not by this protocol."""

from boot.diagnosis.cause import Cause
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import STARTED, Sign
from boot.firmware import cpus_of_boot_file


def _asked_for(evidence: Evidence) -> str:
    signs = (Sign.FETCHED, Sign.TRANSFER, Sign.READ_REQUEST, Sign.NOT_SERVED)
    return next((evidence.detail(sign) for sign in signs if evidence.detail(sign)), "")


def _of_another_kind(evidence: Evidence, _seconds: float) -> bool:
    architecture = evidence.architecture
    if architecture is None or not evidence.has(Sign.DISCOVER) or evidence.has_any(STARTED):
        return False
    fits = cpus_of_boot_file(_asked_for(evidence))
    return bool(fits) and (architecture.firmware, architecture.cpu) not in fits


def _not_served(evidence: Evidence, _seconds: float) -> bool:
    got_on = evidence.has(Sign.TRANSFER, Sign.FETCHED) or evidence.has_any(STARTED)
    return evidence.has(Sign.NOT_SERVED) and not got_on


def _http_by_tftp(evidence: Evidence, _seconds: float) -> bool:
    return evidence.wants_http and evidence.has(Sign.READ_REQUEST, Sign.NOT_SERVED) and not evidence.has_any(STARTED)


BOOT_FILE = (
    Cause(
        reason="HttpBootGotTftp",
        observed="its DISCOVER is of UEFI HTTP boot, and it asks for a file by TFTP",
        when=_http_by_tftp,
        says="It asked for HTTP boot and was sent to TFTP: another DHCP server answers it with a file name; "
        "let that one answer HTTPClient with a URL, or choose PXE in its boot menu.",
        command="sidero-tui dhcp-config --format isc",
        rungs=("tftp", "ipxe"),
    ),
    Cause(
        reason="WrongArchitecture",
        observed="the file it asks for is of another firmware or CPU than option 93 says",
        when=_of_another_kind,
        says="It is {architecture} and fetches {asked}, which it cannot start: a DHCP server names one file for all; "
        "let that one choose by option 93, or leave the file to us.",
        command="sidero-tui dhcp-config --format isc",
        rungs=("tftp", "ipxe"),
        facts={"asked": _asked_for},
    ),
    Cause(
        reason="FileNotServed",
        observed="it asks for a file we do not have, and for none that we have",
        when=_not_served,
        says="It asks for {asked}, which is not here: the name comes from another DHCP server's settings, or the file is "
        "missing; name one of ours there.",
        command="sidero-tui dhcp-config --format isc",
        rungs=("tftp",),
        facts={"asked": lambda evidence: evidence.detail(Sign.NOT_SERVED)},
    ),
    Cause(
        reason="FileUnreadable",
        observed="a file we offer cannot be read from the disk",
        when=lambda evidence, _seconds: evidence.newer(Sign.UNREADABLE, Sign.TRANSFER),
        says="{asked} is here and cannot be read: install the iPXE files anew.",
        command="sudo apt-get install --reinstall ipxe",
        rungs=("tftp",),
        facts={"asked": lambda evidence: evidence.detail(Sign.UNREADABLE)},
    ),
)
