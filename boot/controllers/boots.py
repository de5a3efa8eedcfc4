"""Boot: the recorder folds what the stack tells into one object per machine, paced, and marks the accepted ones."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from boot.client.protocol import ChangeType, Client, PatchType
from boot.clock import Clock
from boot.controllers.diagnosis import Diagnosis
from boot.diagnosis.sightings import fold_seen
from boot.diagnosis.surroundings import Network, Surroundings
from boot.errors import AlreadyExists, ApiError, Expired, NotFound
from boot.feed import FeedGone
from boot.lifecycle.ladder import accept_boot, fold_boot
from boot.notices import Notice, NoticeFeed, Registered
from boot.resources.base import Object
from boot.resources.boots import Boot, BootStatus, Hint, boot_name
from boot.resources.kinds import BOOT, ENVIRONMENT, SERVER

_LOG = logging.getLogger(__name__)

PACE = 0.1
"""Seconds between two rounds of writes: a machine's burst of packets is one write."""
UNREACHABLE_RETRY = 2.0
MOST_MACHINES = 10_000
"""Boots kept: a flood of made-up MACs must not fill the disk."""


class BootRecorder:
    """Runs until cancelled; goes on from the stored Boots after a restart. `site` and `look` are what Diagnosis takes."""

    def __init__(
        self, client: Client, notices: NoticeFeed, clock: Clock, site: Surroundings, look: Callable[[], Network]
    ) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._boots: dict[str, BootStatus] = {}
        self._stored: set[str] = set()
        self._macs: dict[str, str] = {}
        """Address -> MAC: TFTP and HTTP know only where a request came from."""
        self._accepted: set[str] = set()
        self._changed: set[str] = set()
        self._full = False
        self._news = asyncio.Event()
        self._diagnosis = Diagnosis(self._boots, self._set_hints, site, look, clock)

    async def run(self) -> None:
        await self._load()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_notices())
            group.create_task(self._follow_servers())
            group.create_task(self._follow_environments())
            group.create_task(self._diagnosis.run())
            group.create_task(self._write_changes())

    async def _load(self) -> None:
        for obj in (await self._client.list(BOOT)).items:
            boot = Boot.model_validate(obj)
            self._boots[boot.spec.mac] = boot.status
            self._stored.add(boot.spec.mac)
            self._diagnosis.hear(boot.spec.mac)
            for address in boot.status.addresses[:1]:
                self._macs[address] = boot.spec.mac

    async def _follow_notices(self) -> None:
        seen = self._notices.floor
        while True:
            await self._notices.wait(seen)
            try:
                fresh = self._notices.after(seen)
            except FeedGone:
                _LOG.warning("the boot recorder fell behind: some steps are not on the ladders")
                seen = self._notices.floor
                continue
            for _, notice in fresh:
                self._fold(notice)
            seen = fresh[-1][0]
            await self._clock.sleep(PACE)

    def _fold(self, notice: Notice) -> None:
        self._diagnosis.see_notice(notice)
        mac = notice.mac or self._macs.get(notice.address, "")
        if not mac:
            return
        if notice.mac and notice.address:
            self._macs[notice.address] = notice.mac
        if mac not in self._boots and len(self._boots) >= MOST_MACHINES:
            self._tell_full()
            return
        old = self._boots.get(mac, BootStatus())
        new = fold_boot(old, notice, notice.at)
        if new is not old:
            new = new.model_copy(update={"seen": fold_seen(old.seen, notice)})
            self._diagnosis.hear(mac)
        if isinstance(notice, Registered) and notice.server in self._accepted:
            new = accept_boot(new, notice.at)
        self._set(mac, old, new)

    def _tell_full(self) -> None:
        if not self._full:
            self._full = True
            _LOG.warning("more than %d machines were heard: new ones get no Boot; is somebody making up MACs?", MOST_MACHINES)

    def _set(self, mac: str, old: BootStatus, new: BootStatus) -> None:
        if new is old:
            return
        self._boots[mac] = new
        self._changed.add(mac)
        self._news.set()

    def _set_hints(self, mac: str, hints: list[Hint]) -> None:
        old = self._boots[mac]
        self._set(mac, old, old.model_copy(update={"hints": hints}))

    async def _follow_environments(self) -> None:
        while True:
            try:
                listing = await self._client.list(ENVIRONMENT)
                self._diagnosis.see_environments(listing.items)
                # They are few, and seldom change: all of them again is simpler than to keep track of each.
                async for _ in self._client.watch(ENVIRONMENT, after=listing.revision):
                    self._diagnosis.see_environments((await self._client.list(ENVIRONMENT)).items)
            except Expired:
                continue
            except ApiError as error:
                _LOG.warning("the boot recorder cannot watch environments: %s", error)
                await self._clock.sleep(UNREACHABLE_RETRY)

    async def _follow_servers(self) -> None:
        while True:
            try:
                listing = await self._client.list(SERVER)
                self._see_servers(listing.items)
                async for change in self._client.watch(SERVER, after=listing.revision):
                    self._see_servers([change.object], gone=change.type is ChangeType.DELETED)
            except Expired:
                continue
            except ApiError as error:
                _LOG.warning("the boot recorder cannot watch servers: %s", error)
                await self._clock.sleep(UNREACHABLE_RETRY)

    def _see_servers(self, objects: Sequence[Object], *, gone: bool = False) -> None:
        self._diagnosis.see_servers(objects, gone=gone)
        fresh = set()
        for obj in objects:
            name = obj["metadata"]["name"]
            if not obj.get("spec", {}).get("accepted"):
                self._accepted.discard(name)
            elif name not in self._accepted:
                fresh.add(name)
        self._accepted |= fresh
        if fresh:
            now = self._clock.now()
            for mac, status in list(self._boots.items()):
                if status.server in fresh and all(step.name != "accepted" for step in status.steps):
                    self._set(mac, status, accept_boot(status, now))

    async def _write_changes(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            macs, self._changed = self._changed, set()
            try:
                await asyncio.gather(*(self._write(mac) for mac in macs))
            except ApiError as error:
                _LOG.warning("boots cannot be written: %s", error)
                self._changed |= macs
                self._news.set()
                await self._clock.sleep(UNREACHABLE_RETRY)
            await self._clock.sleep(PACE)

    async def _write(self, mac: str) -> None:
        name = boot_name(mac)
        if mac not in self._stored:
            with suppress(AlreadyExists):
                await self._client.create(BOOT, {"metadata": {"name": name}, "spec": {"mac": mac}})
            self._stored.add(mac)
        try:
            # The whole status: what is gone from it (an expectation met, a hint that no longer holds) must go there too.
            operation = {"op": "add", "path": "/status", "value": self._boots[mac].wire()}
            await self._client.patch(BOOT, name, [operation], patch_type=PatchType.JSON, subresource="status")
        except NotFound:  # somebody deleted it: its next fact brings it back
            self._stored.discard(mac)
