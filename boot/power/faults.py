"""What goes wrong at a BMC, and the one sentence a person is told. Pure."""

from enum import StrEnum

from boot.power.protocol import PowerError


class FaultKind(StrEnum):
    """How to go on decides the kind: rest and try again, ask for other credentials, wait for POST, or give up the verb."""

    UNREACHABLE = "unreachable"
    ABSENT = "absent"
    """This protocol is not spoken there; another may be."""
    LOGIN = "login"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"


_CURES = {
    FaultKind.UNREACHABLE: "check spec.bmc.endpoint, the management network and that the BMC is up",
    FaultKind.ABSENT: "switch on Redfish or IPMI over LAN in the BMC, or set spec.bmc.interface and port to what it speaks",
    FaultKind.LOGIN: "correct the user and password in spec.bmc or its Secret",
    FaultKind.FORBIDDEN: "give that user the operator role in the BMC",
    FaultKind.BUSY: "it is tried again; if that lasts, restart the BMC",
    FaultKind.UNSUPPORTED: "do it by hand, or update the BMC's firmware",
    FaultKind.REFUSED: "look at the BMC's own log",
}


class Fault(Exception):
    """Raised by drivers: its kind and the cause in a few words, without any credential."""

    def __init__(self, kind: FaultKind, cause: str) -> None:
        super().__init__(cause)
        self.kind = kind
        self.cause = cause


def build_error(verb: str, where: str, fault: Fault) -> PowerError:
    """power on: the BMC at https://10.0.0.5 (redfish): connection refused; check ..."""
    return PowerError(f"{verb}: the BMC at {where}: {fault.cause}; {_CURES[fault.kind]}")
