"""Records about a server's disks, kept as JSON in its annotations (boot.resources.annotations).

They are versioned: a record of a version this program does not know is not read, which the write guard takes for a no.
"""

from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from boot.errors import ConfigError
from boot.resources.base import Int32, Int64, Time, Wire
from boot.resources.metal import Server

DISKS_KEPT = 128
CONTENTS_KEPT = 24
"""Of each disk: annotations of one object may hold 256 KiB together."""
_STRICT = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")


class DiskAction(StrEnum):
    WIPE = "wipe"
    KEEP = "keep"


class WipeMethod(StrEnum):
    """fast: both ends and the known signatures; full: every block discarded or zeroed."""

    FAST = "fast"
    FULL = "full"


class Content(Wire):
    """One thing found on a disk: kind such as partition-table, filesystem, raid, lvm; type such as gpt, ext4; size in bytes."""

    kind: str = ""
    type: str = ""
    label: str = ""
    where: str = ""
    size: Int64 = 0


class Disk(Wire):
    """A disk as an agent reports it; size in bytes. `serial` and `wwid` may be ""."""

    device_name: str
    read_only: bool = False
    removable: bool = False
    rotational: bool = False
    transport: str = ""
    serial: str = ""
    wwid: str = ""
    model: str = ""
    size: Int64 = 0
    contents: list[Content] = Field(default_factory=list)


class DiskContents(Wire):
    """What an agent saw. `boot` is the random id of the boot it looked in, `agent` its version."""

    version: Literal[1] = 1
    at: Time
    boot: str = ""
    agent: str = ""
    disks: list[Disk] = Field(default_factory=list)


class PlannedDisk(Wire):
    """What becomes of one disk. It is known again by wwid, else serial, else device name and size."""

    model_config = _STRICT

    action: DiskAction
    wwid: str = ""
    serial: str = ""
    device_name: str = ""
    model: str = ""
    size: Int64 = 0


class WipePlan(Wire):
    """What a person decided for each disk. A disk that is not in it was not there then, and is kept."""

    model_config = _STRICT

    version: Literal[1] = 1
    method: WipeMethod = WipeMethod.FAST
    disks: list[PlannedDisk]


class Decree(Wire):
    """Who decided that, when and why."""

    by: str = ""
    at: Time | None = None
    reason: str = ""


class WipeRun(Wire):
    """A wipe that was ordered to the agent of one boot; `boot` is "sidero" for an agent that names none."""

    version: Literal[1] = 1
    boot: str
    started_at: Time
    deadline_seconds: Int32


class WipeFailure(Wire):
    """The same `step` on the same `disk` ("" for the whole server) failed `count` times in a row."""

    version: Literal[1] = 1
    step: str
    disk: str = ""
    count: Int32 = 1
    error: str = ""
    at: Time | None = None


class PowerAction(StrEnum):
    """The verbs of the power menu."""

    ON = "on"
    OFF = "off"
    CYCLE = "cycle"
    PXE_ONCE = "pxe-once"
    IDENTIFY_ON = "identify-on"
    IDENTIFY_OFF = "identify-off"


class PowerRequest(Wire):
    """`confirmed`: the person was told what it does to a server that is in use or not accepted, and wants it."""

    action: PowerAction
    by: str = ""
    at: Time | None = None
    confirmed: bool = False


R = TypeVar("R", bound=Wire)


def read_record(server: Server, annotation: str, model: type[R]) -> R | None:
    """The record, None where there is none; ConfigError where it cannot be read."""
    text = server.metadata.annotations.get(annotation)
    if text is None:
        return None
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the record"
        raise ConfigError(f"annotation {annotation} cannot be read: {where}: {first['msg']}") from error


def find_record(server: Server, annotation: str, model: type[R]) -> R | None:
    """The record, None where there is none that can be read: for those that only this program writes."""
    try:
        return read_record(server, annotation, model)
    except ConfigError:
        return None


def encode_record(record: Wire) -> str:
    """As an annotation's value."""
    return record.model_dump_json(by_alias=True, exclude_none=True)
