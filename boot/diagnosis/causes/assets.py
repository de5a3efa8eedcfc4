"""Kernel and initramfs: not here, damaged, not fetched to the end."""

from collections.abc import Callable

from boot.diagnosis.cause import Cause
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import Sign
from boot.resources.metal import AssetCondition, AssetFault


def _lacking(evidence: Evidence) -> tuple[AssetCondition, ...]:
    """Of the Environment that it waits for; nothing when it does not wait for one."""
    waits = evidence.newer(Sign.WAITING, Sign.BOOTING)
    return evidence.site.environments.get(evidence.detail(Sign.WAITING), ()) if waits else ()


def _lacks_by(fault: AssetFault) -> Callable[[Evidence, float], bool]:
    return lambda evidence, _seconds: any(condition.reason == fault for condition in _lacking(evidence))


def _why(evidence: Evidence) -> str:
    """A download's progress is left out: it changes by the second, and the Environment tells it."""
    return "; ".join(
        f"{condition.url} is being fetched" if condition.reason in ("", AssetFault.FETCHING) else condition.message
        for condition in _lacking(evidence)
    )


def _missing(evidence: Evidence, _seconds: float) -> bool:
    waits_for = evidence.detail(Sign.WAITING)
    return evidence.newer(Sign.WAITING, Sign.BOOTING) and bool(waits_for) and waits_for not in evidence.site.environments


def _running(evidence: Evidence) -> Sign:
    return Sign.INITRD if evidence.has(Sign.INITRD) else Sign.KERNEL


def _whole(evidence: Evidence) -> bool:
    return evidence.has(Sign.INITRD_FETCHED) if evidence.has(Sign.INITRD) else evidence.has(Sign.KERNEL_FETCHED)


def _stands_still(evidence: Evidence, seconds: float) -> bool:
    return evidence.still(_running(evidence), seconds) and not _whole(evidence)


_COMMAND = "kubectl get environment {environment} -o yaml"
_FACTS: dict[str, Callable[[Evidence], str]] = {"environment": lambda evidence: evidence.detail(Sign.WAITING), "why": _why}

ASSETS = (
    Cause(
        reason="EnvironmentMissing",
        ours=True,
        observed="it waits for an Environment that does not exist",
        when=_missing,
        says="It is to boot the Environment {environment}, which does not exist: create it, or name another in its Server or "
        "ServerClass.",
        command="kubectl get environments",
        rungs=("kernel",),
        facts=_FACTS,
    ),
    Cause(
        reason="AssetCorrupt",
        ours=True,
        observed="it waits for an Environment one of whose files has the wrong sha512",
        when=_lacks_by(AssetFault.CORRUPT),
        says="It waits for the Environment {environment}, a file of which is damaged or not the one that was meant: {why}",
        command=_COMMAND,
        rungs=("kernel",),
        facts=_FACTS,
    ),
    Cause(
        reason="ClockSkew",
        ours=True,
        observed="it waits for an Environment one of whose servers has a certificate that is not valid now",
        when=_lacks_by(AssetFault.CERTIFICATE_TIME),
        says="It waits for the Environment {environment}, whose server's certificate is not valid at this hour: the clock of "
        "this machine is wrong, or that certificate has run out.",
        command="timedatectl",
        rungs=("kernel",),
        facts=_FACTS,
    ),
    Cause(
        reason="AssetMissing",
        ours=True,
        observed="it waits for an Environment whose files are not here yet",
        when=lambda evidence, _seconds: bool(_lacking(evidence)),
        says="It waits for the Environment {environment}, whose files are not all here: {why}",
        command=_COMMAND,
        rungs=("kernel",),
        facts=_FACTS,
    ),
    Cause(
        reason="KernelNotFetched",
        observed="it has the script that boots, and does not fetch the kernel for 30 s",
        when=lambda evidence, seconds: (
            evidence.still(Sign.BOOTING, seconds) and not evidence.has(Sign.KERNEL, Sign.KERNEL_FETCHED, Sign.INITRD)
        ),
        seconds=30,
        says="It was told to boot and does not fetch the kernel: its screen shows what iPXE says; is TCP {http_port} still open?",
        rungs=("kernel",),
    ),
    Cause(
        reason="InitrdNotFetched",
        observed="the kernel is fetched, and the initramfs not asked for within 30 s",
        when=lambda evidence, seconds: (
            evidence.still(Sign.KERNEL_FETCHED, seconds) and not evidence.has(Sign.INITRD, Sign.INITRD_FETCHED, Sign.BROKEN_OFF)
        ),
        seconds=30,
        says="It has the kernel and does not fetch the initramfs: it has too little memory (2 GiB at the least), or iPXE "
        "stopped; its screen says which.",
        rungs=("initrd",),
    ),
    Cause(
        reason="DownloadBroken",
        observed="it stopped fetching the kernel or initramfs midway, and has neither begun anew nor ended",
        when=lambda evidence, _seconds: (
            evidence.newer(Sign.BROKEN_OFF, Sign.KERNEL)
            and evidence.newer(Sign.BROKEN_OFF, Sign.INITRD)
            and evidence.newer(Sign.BROKEN_OFF, Sign.INITRD_FETCHED)
        ),
        says="It did not get {broken} whole: too little memory (2 GiB at the least), a reset, a lost link, or a file that "
        "was taken away here; look at its screen.",
        rungs=("kernel", "initrd"),
        facts={"broken": lambda evidence: evidence.detail(Sign.BROKEN_OFF)},
    ),
    Cause(
        reason="DownloadStalled",
        observed="a kernel or initramfs under way, and no byte acknowledged for 30 s",
        when=_stands_still,
        seconds=30,
        says="The download of {file_now} has stood still for 30 s: the cable, the switch port, or a machine that hangs.",
        command="ip -statistics link show {interface}",
        rungs=("kernel", "initrd"),
        facts={"file_now": lambda evidence: evidence.detail(_running(evidence))},
    ),
)
