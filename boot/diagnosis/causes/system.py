"""After the hand-over: an operating system that does not speak, or a machine that comes back to us."""

from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.evidence import Evidence
from boot.diagnosis.signs import Sign

RETURNS = 2
LEAVES = 3


def _handed_over(evidence: Evidence) -> bool:
    return evidence.has(Sign.INITRD_FETCHED) and not evidence.has(Sign.ALIVE)


SYSTEM = (
    Cause(
        reason="SystemRestarts",
        observed=f"{RETURNS} times kernel and initramfs whole, and then the firmware again within ten minutes",
        when=lambda evidence, _seconds: _handed_over(evidence) and evidence.count(Sign.INITRD_FETCHED) >= RETURNS,
        says="It starts what we send and comes back to the firmware: the system panics or resets; its screen or serial console "
        "says why (wrong architecture, Secure Boot, kernel arguments).",
        rungs=("handed-over",),
    ),
    Cause(
        reason="DiskBootNotHonoured",
        observed=f"sent to its own disk {LEAVES} times within ten minutes",
        when=lambda evidence, _seconds: evidence.count(Sign.LEFT) >= LEAVES,
        says="It is sent to its own disk and comes back to the network each time: its firmware does not go on after iPXE, or its "
        "network boot is set for ever; try another way to leave, and clear the override in its BMC.",
        command='kubectl patch server {server} --type=merge -p \'{{"spec":{{"bootFromDiskMethod":"ipxe-sanboot"}}}}\'',
        severity=Severity.WARNING,
    ),
)
