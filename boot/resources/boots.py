"""boot.sidero-tui.dev/v1alpha1 Boot: one per MAC, what that machine is doing on the wire right now.

The name is the MAC with dashes (52-54-00-aa-00-01), as in iPXE's :hexhyp.
"""

from pydantic import Field

from boot.resources.base import Int32, Int64, Resource, Time, Wire


class BootSpec(Wire):
    mac: str = Field("", description="Lower-case, with colons")


class Step(Wire):
    """One rung of the ladder: the last time it was reached, how often in this boot, and what went over the wire."""

    name: str
    at: Time | None = None
    count: Int32 = 1
    bytes: Int64 = 0
    detail: str = ""


class Transfer(Wire):
    """The transfer under way or the last one; total 0 when the size is unknown."""

    protocol: str = ""
    file: str = ""
    sent: Int64 = 0
    total: Int64 = 0
    state: str = Field("", description="running, done, failed or probed")


class TimelineEntry(Wire):
    at: Time
    message: str


class Expectation(Wire):
    """What should come next, since when it is awaited, and from when on its absence is worth a hint."""

    step: str = ""
    since: Time | None = None
    late_after: Time | None = None


class Sighting(Wire):
    """One sign of this boot on the wire, the ground of the hints: how often, when first and last, and what came with it."""

    name: str
    count: Int32 = 1
    first: Time
    last: Time
    detail: str = ""
    amount: Int64 = 0


class Hint(Wire):
    """A finding with what to do about it; `reason` is CamelCase and stable. The first of a Boot is the leading one."""

    reason: str
    message: str
    command: str = Field("", description="What mends it, where one command does")
    severity: str = Field("", description="stuck, warning or note")
    step: str = Field("", description="The rung of the ladder it keeps the machine from")
    since: Time | None = None
    kept_until: Time | None = Field(None, description="Its ground is gone, and it goes too unless that comes back by then")


class BootStatus(Wire):
    uuid: str = Field("", description="SMBIOS UUID as reported, even where it is no identity")
    server: str = Field("", description="Name of the Server this machine registered as")
    addresses: list[str] = Field(default_factory=list)
    firmware: str = Field("", description="bios, uefi or other")
    architecture: str = Field("", description="Such as UEFI x86-64")
    architecture_code: Int32 | None = Field(None, description="DHCP option 93")
    stage: str = Field("", description="Name of the furthest step of this boot")
    transfer: Transfer | None = None
    last_seen: Time | None = None
    steps: list[Step] = Field(default_factory=list)
    timeline: list[TimelineEntry] = Field(default_factory=list)
    expected: Expectation | None = None
    seen: list[Sighting] = Field(default_factory=list)
    hints: list[Hint] = Field(default_factory=list)


class Boot(Resource):
    spec: BootSpec = BootSpec()
    status: BootStatus = BootStatus()


def boot_name(mac: str) -> str:
    """52:54:00:aa:00:01 -> 52-54-00-aa-00-01."""
    return mac.replace(":", "-").lower()
