"""What a request may ask beyond its object (meta/v1 ListOptions, CreateOptions, UpdateOptions, PatchOptions, DeleteOptions)."""

from dataclasses import dataclass, field
from enum import StrEnum


class FieldValidation(StrEnum):
    """What happens to fields the schema does not know."""

    IGNORE = "Ignore"
    WARN = "Warn"
    STRICT = "Strict"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """`warnings` is filled with one sentence each, for Warning headers."""

    dry_run: bool = False
    user: str = ""
    """Who asks, for the audit trail; "" is the program itself."""
    manager: str = ""
    """The fieldManager, whose name managedFields carry for this write; "" takes the one of `user_agent`."""
    user_agent: str = "sidero-tui"
    force: bool = False
    """Server-side apply takes fields over from their managers instead of failing with Conflict."""
    field_validation: FieldValidation = FieldValidation.WARN
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """Empty `uid` and `resource_version` are no precondition; propagation is Background, Foreground or Orphan."""

    dry_run: bool = False
    user: str = ""
    propagation: str = "Background"
    uid: str = ""
    resource_version: str = ""


@dataclass(frozen=True, slots=True)
class ListOptions:
    """`resource_version` "" is the newest, "0" any; `match` is "", Exact or NotOlderThan."""

    label_selector: str = ""
    field_selector: str = ""
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """`after` None means: begin with every object there is, as ADDED.

    `initial_end` asks for the bookmark that ends those (streaming list); `bookmarks` for one every minute.
    """

    after: int | None = None
    label_selector: str = ""
    field_selector: str = ""
    bookmarks: bool = False
    initial_end: bool = False
