"""What the console is told, and what its screens ask for."""

from pathlib import Path

from textual.message import Message

from boot.resources.kinds import Kind
from sidero_tui.model.edits import Edit
from sidero_tui.model.members import Member
from sidero_tui.model.snapshot import Snapshot


class SnapshotChanged(Message):
    """The whole picture as of now; a newer one takes the place of one that is still queued."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, SnapshotChanged)


class EditsConfirmed(Message):
    """The operator read the consequences and wants these writes. `title` is what all of them do, such as "Accept"."""

    def __init__(self, title: str, edits: tuple[Edit, ...]) -> None:
        super().__init__()
        self.title = title
        self.edits = edits


class EditsFinished(Message):
    """What came of it: the writes that went through, and a sentence for each that was refused."""

    def __init__(self, title: str, done: tuple[Edit, ...], refused: tuple[str, ...]) -> None:
        super().__init__()
        self.title = title
        self.done = done
        self.refused = refused


class ObjectWanted(Message):
    """Show this object as it is in the plane now."""

    def __init__(self, kind: Kind, name: str, namespace: str = "") -> None:
        super().__init__()
        self.kind = kind
        self.name = name
        self.where = namespace


class ConfigWanted(Message):
    """Show the machine config this member gets, and who put each line there."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member


class LogWanted(Message):
    """Show what this member's node says: its kernel log and Talos' events."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member


class FileWanted(Message):
    """Write this text to a file of the machine the console runs on; one that is there is not overwritten."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__()
        self.path = path
        self.text = text


class ThemeWanted(Message):
    """The next theme, please."""
