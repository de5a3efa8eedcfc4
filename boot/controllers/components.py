"""Each component's state in the ConfigMap `components`: an attached console and kubectl see what the local screen sees."""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress

from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import ComponentStatus
from boot.errors import AlreadyExists, NotFound, ServiceUnavailable
from boot.feed import FeedGone
from boot.notices import ComponentChanged, NoticeFeed
from boot.resources.kinds import CONFIG_MAP, NAMESPACE

_LOG = logging.getLogger(__name__)

NAMESPACE_NAME, NAME = "sidero-tui", "components"
UNWRITABLE_RETRY = 2.0
"""Seconds until a plane that takes no writes (a full disk) is tried again."""


class ComponentPublisher:
    """Runs until cancelled. `facts` are said once under the key `stack`: advertise, interface, dhcp, grace."""

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock, facts: Mapping[str, str | float]) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._facts = facts

    async def run(self) -> None:
        seen = self._notices.floor
        await self._publish({"stack": json.dumps(dict(self._facts))})
        while True:
            await self._notices.wait(seen)
            try:
                fresh = self._notices.after(seen)
            except FeedGone:
                seen = self._notices.floor
                continue
            seen = fresh[-1][0]
            changed = [notice.status for _, notice in fresh if isinstance(notice, ComponentChanged)]
            if changed:
                await self._publish({status.name: _render(status) for status in changed})

    async def _publish(self, data: Mapping[str, str]) -> None:
        while True:
            try:
                return await self._write(data)
            except ServiceUnavailable as error:
                _LOG.info("the components' states cannot be written: %s", error)
            await self._clock.sleep(UNWRITABLE_RETRY)

    async def _write(self, data: Mapping[str, str]) -> None:
        try:
            await self._client.patch(CONFIG_MAP, NAME, {"data": dict(data)}, NAMESPACE_NAME)
        except NotFound:
            await self._create(data)

    async def _create(self, data: Mapping[str, str]) -> None:
        with suppress(AlreadyExists):  # the embedded plane has it from the start, a cluster may not
            await self._client.create(NAMESPACE, {"metadata": {"name": NAMESPACE_NAME}})
        obj = {"metadata": {"name": NAME, "namespace": NAMESPACE_NAME}, "data": dict(data)}
        await self._client.create(CONFIG_MAP, obj)


def _render(status: ComponentStatus) -> str:
    return json.dumps({"state": status.state, "address": status.address, "port": status.port, "reason": status.reason})
