"""The boot file by TFTP: asked for and not begun, begun and not ended, ended and the wrong one."""

from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import STARTED, Sign

AGAIN = 2
PROBES = 3
REPEATS = 3
LOSSES = 5
STALLS = 2


def _ended(evidence: Evidence) -> bool:
    return evidence.has(Sign.FETCHED) or evidence.has_any(STARTED)


def _answer_lost(evidence: Evidence, _seconds: float) -> bool:
    unheard = evidence.count(Sign.READ_AGAIN) >= AGAIN or evidence.count(Sign.PROBE_UNANSWERED) >= AGAIN
    return unheard and not evidence.has(Sign.TRANSFER) and not _ended(evidence)


def _probes_only(evidence: Evidence, _seconds: float) -> bool:
    return evidence.count(Sign.PROBE) >= PROBES and not evidence.has(Sign.TRANSFER) and not _ended(evidence)


def _options_refused(evidence: Evidence, _seconds: float) -> bool:
    return evidence.newer(Sign.OPTIONS_REFUSED, Sign.TRANSFER) and not _ended(evidence)


def _no_block_arrives(evidence: Evidence, _seconds: float) -> bool:
    """Small packets pass, for it acknowledged our options; full blocks do not."""
    sent_nothing = evidence.has(Sign.TRANSFER, Sign.STALLED) and evidence.amount(Sign.TRANSFER) == 0
    repeated = evidence.amount(Sign.REPEATS) >= REPEATS or evidence.has(Sign.STALLED)
    return sent_nothing and repeated and not _ended(evidence)


def _same_place(evidence: Evidence, _seconds: float) -> bool:
    places = (sign for sign in (Sign.BEGUN_ANEW, Sign.STALLED) if evidence.count(sign) >= STALLS)
    return any(evidence.amount(sign) > 0 for sign in places) and not _ended(evidence)


def _stalled(evidence: Evidence, seconds: float) -> bool:
    standing = evidence.still(Sign.TRANSFER, seconds) and evidence.amount(Sign.REPEATS) >= REPEATS
    return (standing or evidence.newer(Sign.STALLED, Sign.TRANSFER)) and not _ended(evidence)


def _stopped(evidence: Evidence, seconds: float) -> bool:
    return evidence.still(Sign.STOPPED, seconds) and evidence.newer(Sign.STOPPED, Sign.TRANSFER) and not _ended(evidence)


def _lossy(evidence: Evidence, _seconds: float) -> bool:
    moves = evidence.amount(Sign.TRANSFER) > 0 or evidence.has(Sign.FETCHED)
    return moves and evidence.amount(Sign.REPEATS) >= LOSSES and not evidence.has(Sign.SCRIPT)


TFTP = (
    Cause(
        reason="TftpAnswerLost",
        observed=f"a read request is repeated or its answer left alone {AGAIN} times, and no data flows",
        when=_answer_lost,
        says="It asks for {file} and does not hear the answer, which comes from another port than {tftp_port} (that is TFTP): "
        "open UDP from {advertise}, all ports, in the firewall here and on the way.",
        command="sudo sidero-tui doctor",
        rungs=("tftp",),
    ),
    Cause(
        reason="SizeProbeLoop",
        observed=f"{PROBES} size probes of one file, and no download",
        when=_probes_only,
        says="It asks for the size of {file} and never for the file: the file is too big for this firmware (PXE-E79) or it does "
        "not like our options; give this MAC a smaller boot file.",
        rungs=("tftp",),
    ),
    Cause(
        reason="TftpOptionsRefused",
        observed="the machine's ERROR 4 or 8 to our OACK, and no download since",
        when=_options_refused,
        says="Its firmware refuses the TFTP options it asked for itself: update it, or let it boot by HTTP.",
        rungs=("tftp",),
    ),
    Cause(
        reason="LargePacketsLost",
        observed=f"the options are acknowledged, and the first block is sent {REPEATS} times without an answer",
        when=_no_block_arrives,
        says="Small packets reach it and full-sized ones do not: the MTU of {interface} ({mtu}) is larger than a switch or "
        "tunnel on the way carries; make them equal.",
        command="sudo ip link set {interface} mtu 1500",
        rungs=("tftp",),
        facts={"mtu": lambda evidence: str(evidence.site.network.mtu) if evidence.site.network else "unknown"},
    ),
    Cause(
        reason="TftpStopsAtSameByte",
        observed=f"{STALLS} downloads of one file fell silent, or were begun anew, at the same byte",
        when=_same_place,
        says="{file} stops at the same byte ({byte}) every time: something on the way drops that very packet (an MTU, a filter, "
        "a bad cable), or its firmware has no room for more; try another cable and port, then a smaller boot file.",
        rungs=("tftp",),
        facts={"byte": lambda evidence: str(evidence.amount(Sign.BEGUN_ANEW) or evidence.amount(Sign.STALLED))},
    ),
    Cause(
        reason="TftpStalled",
        observed="no block is acknowledged for 8 s though it was sent again, or a download fell silent",
        when=_stalled,
        seconds=8,
        says="The download of {file} has come to a standstill: it no longer answers; look at its screen, the cable and the port.",
        rungs=("tftp",),
    ),
    Cause(
        reason="TftpStopped",
        observed="the machine ended the download, and none followed for 10 s",
        when=_stopped,
        seconds=10,
        says="Its firmware broke off the download of {file} itself: too little memory for it, or the wrong kind of file; "
        "its screen says which.",
        rungs=("tftp",),
    ),
    Cause(
        reason="PacketsLost",
        observed=f"{LOSSES} repetitions in a download that goes on",
        when=_lossy,
        says="Packets are lost on the way: {file} had to be sent again in part; look for a bad cable, a duplex mismatch or an "
        "overloaded port.",
        command="ip -statistics link show {interface}",
        severity=Severity.WARNING,
    ),
)
