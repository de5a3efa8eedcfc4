"""What the stack tells about a machine or about itself: one typed fact each, with no opinion in it.

The boot recorder folds them into `Boot` resources, `--serve` prints them as lines, tests read them. `at` is wall time;
`mac` is lower-case with colons or "" when only the address is known; `address` is the machine's IPv4 address or "".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from boot.component import ComponentStatus
from boot.faults import TransferFault as TransferFault
from boot.feed import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Common to all: when, and which machine as far as the protocol knew."""

    at: datetime
    mac: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpDiscovered(Notice):
    """A DISCOVER from firmware or iPXE. `uuid` is option 97 in SMBIOS order or ""; `relay` is giaddr or "".

    `ipxe_features` says that option 175 was there, which only iPXE sends, whatever its user class.
    """

    architecture: int | None
    user_class: str = ""
    vendor_class: str = ""
    uuid: str = ""
    seconds: int = 0
    relay: str = ""
    ipxe_features: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpOffered(Notice):
    """Our OFFER. `address` is "" from a proxy; `boot_file` is a TFTP name or a URL, "" for a plain lease."""

    mode: str
    boot_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpRequested(Notice):
    """A REQUEST on port 67. `server` is the one it chose (option 54), which may not be us."""

    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpAcknowledged(Notice):
    """Our ACK on port 67: the lease in `address` is committed."""

    boot_file: str = ""


class Refusal(StrEnum):
    """Why a DHCP message got a NAK, no boot file or no answer."""

    POOL_EXHAUSTED = "pool-exhausted"
    NOT_ITS_ADDRESS = "not-its-address"
    DECLINED = "declined"
    ADDRESS_IN_USE = "address-in-use"
    NO_RANGE = "no-range"
    UNSAVED = "unsaved"
    NO_ARCHITECTURE = "no-architecture"
    NO_BOOT_FILE = "no-boot-file"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpRefused(Notice):
    """Our NAK, or a message we deliberately did not answer; `reason` is one sentence."""

    cause: Refusal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BootServerAnswered(Notice):
    """The second PXE round: a REQUEST on port 4011 and our ACK."""

    boot_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpServerSeen(Notice):
    """Somebody else answers DHCP on this network: who (its server identifier), what kind it is, what it says to boot."""

    server: str
    kind: str
    boot_file: str = ""
    next_server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(Notice):
    """A TFTP read request for a file we have; `again` when the client repeats it from the same port, unanswered to its mind."""

    file: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProbed(Notice):
    """A TFTP size probe: RRQ, OACK, then the client's ERROR, or silence where `aborted` is not set. Not a failure."""

    file: str
    size: int
    aborted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProgressed(Notice):
    """Bytes sent so far of `size` (0 when unknown); the first has sent 0, the last has `done`.

    `repeats` counts what went out again because nothing came back in time (TFTP).
    """

    protocol: str
    file: str
    sent: int
    size: int
    done: bool = False
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFailed(Notice):
    """A transfer that ended early, or a file we do not have; `expected` marks the harmless ones (autoexec.ipxe)."""

    protocol: str
    file: str
    fault: TransferFault
    reason: str
    sent: int = 0
    size: int = 0
    repeats: int = 0
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReplaced(Notice):
    """It fetched an iPXE build several times and never its script: from now on it is given `build` in place of that."""

    build: str
    instead_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptServed(Notice):
    """An iPXE script: `script` is its name (boot.ipxe, register, wait, environment, exit), `reason` why this one.

    `environment` is the one it boots, or waits for; "" when it waits for something else.
    """

    script: str
    uuid: str = ""
    server: str = ""
    reason: str = ""
    environment: str = ""
    agent: str = ""
    """The User-Agent, which names the iPXE build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Notice):
    """A Server exists for this machine. `created` when it was this report that made it."""

    uuid: str
    server: str
    created: bool
    remark: str = ""
    """Why the identity is not the SMBIOS UUID, one sentence, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHeard(Notice):
    """An agent asked what to do: `action` is its answer (wait, wipe, reboot, poweroff, stop), `boot` the id of its boot."""

    server: str
    boot: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeProgressed(Notice):
    """`done` of `total` bytes of a step on a disk, or the `error` that ended it; `go_on` is what the agent was answered."""

    server: str
    disk: str
    step: str
    done: int = 0
    total: int = 0
    error: str = ""
    go_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerWiped(Notice):
    """Every disk of it that was to be wiped is: it is clean. `disks` are their device names, () where the agent names none."""

    server: str
    disks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRefused(Notice):
    """A call of the agent API that was not taken; `reason` is one sentence."""

    method: str
    reason: str
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigServed(Notice):
    """Its machine config went to a server; `machine` is namespace/name of its Machine."""

    server: str
    machine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRefused(Notice):
    """A request for a machine config that was not served; `reason` is one sentence, `server` "" for an unknown one."""

    reason: str
    uuid: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalosReported(Notice):
    """What Talos says of its installation on a server: `stage` is installing, installed, booted or failed, with the reason."""

    server: str
    stage: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRefused(Notice):
    """Malformed or hostile input. `cause` is short and bounded in variety: one line per cause, with a count."""

    protocol: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentChanged(Notice):
    """A component of the stack has a new state."""

    status: ComponentStatus


NoticeFeed = Feed[Notice]
