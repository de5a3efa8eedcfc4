"""Who did what to which Server, as Events on it: from the plane's audit, one Event for each thing done."""

import logging

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.feed import FeedGone
from boot.lifecycle.audit import describe_deeds
from boot.plane.audit import Audit, Write
from boot.resources.kinds import METAL_GROUP, SERVER

_LOG = logging.getLogger(__name__)


class AuditTrail:
    """Runs until cancelled."""

    def __init__(self, client: Client, clock: Clock, audit: Audit) -> None:
        self._events = EventRecorder(client, clock)
        self._writes = audit.writes

    async def run(self) -> None:
        seen = self._writes.floor
        while True:
            await self._writes.wait(seen)
            try:
                fresh = self._writes.after(seen)
            except FeedGone:
                _LOG.warning("the audit trail fell behind: some writes are not in it")
                seen = self._writes.floor
                continue
            for _, write in fresh:
                await self._record(write)
            seen = fresh[-1][0]

    async def _record(self, write: Write) -> None:
        if (write.kind.group, write.kind.plural) != (METAL_GROUP, SERVER.plural):
            return
        server = write.new or write.old or {}
        for deed in describe_deeds(write.old, write.new):
            message = f"{deed.message.removesuffix('.')} (by {write.user})."
            await self._events.record(server, deed.reason, message, user=write.user)
