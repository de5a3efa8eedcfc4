"""What Talos' own events say of an installation, as Sidero's manager reads them (facts of cluster-api 2.10, talos 7.6). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.cluster_api.conditions import ERROR, INFO, Condition, is_false, is_true
from boot.talos import machine_pb2 as pb
from boot.talos.event_sink import SunkEvent

LOADED, VALIDATED, INSTALLED = "TalosConfigLoaded", "TalosConfigValidated", "TalosInstalled"
REBOOT = "unix.Reboot"
"""In the error of the install sequence's end: that is how Talos says that it reboots into what it installed."""


@dataclass(frozen=True, slots=True)
class Report:
    """`stage` is installing, installed, failed or booted, "" where the event says nothing of that; `reason` of a failure."""

    conditions: Sequence[Condition] = ()
    addresses: Sequence[str] = ()
    hostname: str = ""
    stage: str = ""
    reason: str = ""


def read_report(event: SunkEvent) -> Report:
    message = event.message
    if isinstance(message, pb.AddressEvent):
        return Report(addresses=tuple(message.addresses), hostname=message.hostname)
    if isinstance(message, pb.ConfigLoadErrorEvent):
        told = is_false(LOADED, ERROR, "TalosConfigLoadFailed", message.error)
        return Report((told,), stage="failed", reason=message.error)
    if isinstance(message, pb.ConfigValidationErrorEvent):
        told = is_false(VALIDATED, ERROR, "TalosConfigValidationFailed", message.error)
        return Report((told,), stage="failed", reason=message.error)
    if isinstance(message, pb.PhaseEvent):
        return _read_phase(message)
    return _read_sequence(message) if isinstance(message, pb.SequenceEvent) else Report()


def _read_phase(message: pb.PhaseEvent) -> Report:
    if message.action != pb.PhaseEvent.START:
        return Report()
    if message.phase == "install":
        told = is_false(INSTALLED, INFO, "TalosInstallationInProgress")
        return Report((is_true(LOADED), is_true(VALIDATED), told), stage="installing")
    return Report((is_true(LOADED), is_true(VALIDATED))) if message.phase == "saveConfig" else Report()


def _read_sequence(message: pb.SequenceEvent) -> Report:
    if message.sequence == "boot" and message.action == pb.SequenceEvent.START:
        return Report((is_true(LOADED), is_true(VALIDATED), is_true(INSTALLED)), stage="booted")
    if message.sequence != "install" or message.action != pb.SequenceEvent.NOOP or not message.error.message:
        return Report()
    if REBOOT in message.error.message:
        return Report((is_true(INSTALLED),), stage="installed")
    told = is_false(INSTALLED, ERROR, "TalosInstallationFailed", message.error.message)
    return Report((told,), stage="failed", reason=message.error.message)
