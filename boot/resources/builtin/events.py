"""events.k8s.io/v1: Event, which is the core Event in newer words."""

from boot.resources.base import Object
from boot.resources.builtin.defining import define
from boot.resources.kinds import Column
from boot.resources.messages.events import MESSAGES

_TIME: Object = {"type": "string", "format": "date-time", "nullable": True}

KINDS = (
    define(
        "events.k8s.io/v1",
        MESSAGES["Event"],
        "Something that happened to an object.",
        (
            Column("Last Seen", ".", "event-last-seen"),
            Column("Type", ".type"),
            Column("Reason", ".reason"),
            Column("Object", ".regarding", "reference"),
            Column("Message", ".note"),
            Column("Name", ".metadata.name", priority=1),
        ),
        fields={"eventTime": _TIME, "deprecatedFirstTimestamp": _TIME, "deprecatedLastTimestamp": _TIME},
        namespaced=True,
        short_names=("ev",),
        stored_group="",
    ),
)
