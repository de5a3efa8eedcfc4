"""What was written by somebody who said who they are, for whoever keeps the trail of it."""

from dataclasses import dataclass

from boot.feed import Feed
from boot.resources.base import Object
from boot.resources.kinds import Kind

WRITES_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Write:
    """`old` None: created; `new` None: deleted, or on its way to be. Both are the plane's own: read them, change nothing."""

    user: str
    kind: Kind
    old: Object | None
    new: Object | None


class Audit:
    """A feed of writes; those of the program itself, which name no user, are not in it."""

    def __init__(self) -> None:
        self.writes: Feed[Write] = Feed(WRITES_KEPT)

    def record(self, user: str, kind: Kind, old: Object | None, new: Object | None) -> None:
        if user:
            self.writes.publish(Write(user, kind, old, new))
