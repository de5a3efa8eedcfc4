"""What a control plane node has done on its way to the node of a cluster, item by item: an annotation of its Machine. Pure.

Whoever talks to the node's Talos API writes it, whole, when something changed; the console shows it instead of "waiting".
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

CHECKLIST_ANNOTATION = "boot.sidero-tui.dev/checklist"


class ItemState(StrEnum):
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"


class Item(BaseModel):
    """`name` such as "address known", "Talos API", "time in sync", "etcd", "bootstrap"; `detail` one clause with what was seen,
    `since` RFC 3339, "" where nobody noted it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    state: ItemState
    detail: str = ""
    since: str = ""


ETCD, NODE = "etcd", "node"
"""Items the console draws into the ladder of a server too: it is a member; its Node is Ready."""


def encode_checklist(items: Sequence[Item]) -> str:
    """The annotation's value; the same items always give the same text, so that an unchanged list is no write."""
    return orjson.dumps([item.model_dump(exclude_defaults=True) for item in items]).decode()


def parse_checklist(annotations: Mapping[str, str]) -> tuple[Item, ...]:
    """() where there is none, or where another version wrote one that cannot be read."""
    try:
        rows: Any = orjson.loads(annotations.get(CHECKLIST_ANNOTATION, "[]"))
        return tuple(Item.model_validate(row) for row in rows) if isinstance(rows, list) else ()
    except (orjson.JSONDecodeError, ValidationError):
        return ()
