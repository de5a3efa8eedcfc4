"""What the component and its transfer process say to each other: one JSON object a line."""

import base64
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from boot.faults import TransferFault
from boot.tftp.files import TftpFile


class Kind(StrEnum):
    REQUESTED = "requested"
    ASKED_AGAIN = "asked-again"
    PROGRESSED = "progressed"
    DONE = "done"
    PROBED = "probed"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ask:
    """A client asks for `name` (clean and relative); `mac` is set when its path began with it."""

    number: int
    name: str
    address: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """None: there is no such file."""

    number: int
    file: TftpFile | None


@dataclass(frozen=True, slots=True)
class Told:
    """How a client's transfer goes; of REFUSED only `address` and `reason` are set. The fields are those of the notices."""

    kind: Kind
    address: str
    mac: str = ""
    file: str = ""
    sent: int = 0
    size: int = 0
    repeats: int = 0
    fault: TransferFault = TransferFault.SILENT
    reason: str = ""
    aborted: bool = False
    expected: bool = False


def encode_said(said: Ask | Told) -> bytes:
    """A line of the transfer process."""
    return json.dumps({type(said).__name__: asdict(said)}).encode() + b"\n"


def parse_said(line: bytes) -> Ask | Told:
    """The other end of encode_said."""
    ((name, fields),) = json.loads(line).items()
    if name == Ask.__name__:
        return Ask(**fields)
    return Told(**fields | {"kind": Kind(fields["kind"]), "fault": TransferFault(fields["fault"])})


def encode_answer(answer: Answer) -> bytes:
    """A line of the component."""
    said: dict[str, Any] = {"number": answer.number}
    if answer.file is not None:
        said["name"] = answer.file.name
        if isinstance(answer.file.content, bytes):
            said["bytes"] = base64.b64encode(answer.file.content).decode()
        else:
            said["path"] = str(answer.file.content)
    return json.dumps(said).encode() + b"\n"


def parse_answer(line: bytes) -> Answer:
    """The other end of encode_answer."""
    said = json.loads(line)
    if "name" not in said:
        return Answer(said["number"], None)
    content = Path(said["path"]) if "path" in said else base64.b64decode(said["bytes"])
    return Answer(said["number"], TftpFile(said["name"], content))
