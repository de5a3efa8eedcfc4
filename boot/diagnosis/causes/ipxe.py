"""From the boot file to the registration: iPXE does not start, starts over, or does not come back to us."""

from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import STARTED, Sign

LOOPS = 3
CAME_BACK = 2
DISCOVERS = 4
"""Of iPXE. A healthy one is answered to its first two or three."""


def _only_fetched(evidence: Evidence) -> bool:
    return evidence.has(Sign.FETCHED) and not evidence.has_any(STARTED)


def _unmarked(evidence: Evidence, _seconds: float) -> bool:
    return evidence.count(Sign.IPXE_UNMARKED) >= CAME_BACK and not evidence.has(Sign.SCRIPT)


def _came_back(evidence: Evidence) -> bool:
    """It has the whole file, and its firmware asks again."""
    back = evidence.count(Sign.FETCHED) >= CAME_BACK or evidence.newer(Sign.DISCOVER, Sign.FETCHED)
    return _only_fetched(evidence) and back


def _does_not_start(evidence: Evidence, seconds: float) -> bool:
    return _only_fetched(evidence) and evidence.still(Sign.FETCHED, seconds)


def _chain_loop(evidence: Evidence, _seconds: float) -> bool:
    return evidence.count(Sign.FETCHED) >= LOOPS and evidence.has(Sign.IPXE) and not evidence.has(Sign.SCRIPT)


def _no_address(evidence: Evidence, seconds: float) -> bool:
    asks = evidence.count(Sign.IPXE) >= DISCOVERS and evidence.late(Sign.IPXE, seconds)
    return asks and not evidence.has(Sign.IPXE_REQUEST, Sign.SCRIPT)


def _no_script(evidence: Evidence, seconds: float) -> bool:
    asked = evidence.late(Sign.IPXE_REQUEST, seconds) or evidence.late(Sign.IPXE, 2 * seconds)
    return asked and not evidence.has(Sign.SCRIPT)


def _no_report(evidence: Evidence, seconds: float) -> bool:
    return evidence.late(Sign.SCRIPT, seconds) and evidence.detail(Sign.SCRIPT) == "boot.ipxe" and not evidence.server


IPXE = (
    Cause(
        reason="OtherBuild",
        observed=f"{LOOPS} builds fetched in a row, and no script: the next one of its kind is given",
        when=lambda evidence, _seconds: evidence.has(Sign.OTHER_BUILD),
        says="It fetched its iPXE build again and again and never a script: it is given {build} in its place, and its model is "
        "once that works.",
        command="kubectl get configmap quirks -n sidero-tui -o yaml",
        severity=Severity.NOTE,
        facts={"build": lambda evidence: evidence.detail(Sign.OTHER_BUILD)},
    ),
    Cause(
        reason="IpxeUnmarked",
        observed=f"{CAME_BACK} DISCOVERs with iPXE's options and without its user class",
        when=_unmarked,
        says="It runs an iPXE that does not say so (no user class), so it is given iPXE again and again: take a stock build, "
        "or embed `set user-class iPXE` in this one.",
        command="sudo apt-get install --reinstall ipxe",
        rungs=("ipxe", "script"),
    ),
    Cause(
        reason="SecureBootRefused",
        observed="UEFI: the whole file is fetched, no iPXE follows, and the firmware asks again",
        when=lambda evidence, _seconds: evidence.uefi and _came_back(evidence),
        says="It fetches {file} whole and comes back without starting it: Secure Boot refuses what is not signed; switch Secure "
        "Boot off in its setup. If it is off, give this MAC another iPXE build.",
        rungs=("ipxe",),
    ),
    Cause(
        reason="IpxeRestarts",
        observed="BIOS: the whole file is fetched, no iPXE follows, and the firmware asks again",
        when=lambda evidence, _seconds: _came_back(evidence),
        says="It fetches {file} whole and comes back without having started it: this build does not get on with its NIC; "
        "give this MAC another one (undionly.kkpxe, ipxe.pxe).",
        rungs=("ipxe",),
    ),
    Cause(
        reason="IpxeSilent",
        observed="the whole file is fetched, and nothing for 30 s",
        when=_does_not_start,
        seconds=30,
        says="It has {file} and has been silent since: iPXE hangs on its NIC, or the firmware refused it; its screen says which. "
        "Try another build for this MAC.",
        rungs=("ipxe",),
    ),
    Cause(
        reason="IpxeLoop",
        observed=f"{LOOPS} boot files fetched while iPXE runs, and no script",
        when=_chain_loop,
        says="iPXE fetches iPXE over and over: the DHCP server it listens to sends it {file} also when it says that it is iPXE; "
        "let that one answer user class iPXE with http://{advertise}:{http_port}/boot.ipxe.",
        command="sidero-tui dhcp-config --format isc",
        rungs=("script",),
    ),
    Cause(
        reason="IpxeWithoutAddress",
        observed=f"{DISCOVERS} DISCOVERs of iPXE within 20 s, and no REQUEST",
        when=_no_address,
        seconds=20,
        says="iPXE runs and gets no address, though the firmware did: the link went down as iPXE took the NIC over and the "
        "switch port shuts it out for a while; make it an edge port (portfast), with LACP allow fallback.",
        rungs=("script",),
    ),
    Cause(
        reason="ScriptNotFetched",
        observed="iPXE has its address, and no HTTP request for 30 s",
        when=_no_script,
        seconds=30,
        says="iPXE runs and does not come for http://{advertise}:{http_port}/boot.ipxe: open TCP {http_port} in the firewall of "
        "this machine and on the way.",
        command="curl -sS http://{advertise}:{http_port}/boot.ipxe",
        rungs=("script",),
    ),
    Cause(
        reason="NotReported",
        observed="boot.ipxe is fetched, and no report for 30 s",
        when=_no_report,
        seconds=30,
        says="It has our script and does not report: its screen shows the iPXE command that failed; this build may be too old, "
        "or {advertise} not what it reached us by.",
        rungs=("registered",),
    ),
)
