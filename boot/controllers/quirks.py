"""Learned quirks: which build, DHCP round and exit a model needs, in the ConfigMap `quirks`, which a person may edit."""

import logging
from collections.abc import Callable
from contextlib import suppress

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists, ApiError, NotFound
from boot.feed import FeedGone
from boot.lifecycle.quirks import QUIRKS, Quirk, Trial, family_of, fetched, key_of, parse_quirks, render_quirk, stand_in
from boot.notices import (
    BootServerAnswered,
    BuildReplaced,
    DhcpDiscovered,
    Notice,
    NoticeFeed,
    Registered,
    ScriptServed,
    TransferProgressed,
)
from boot.resources.kinds import CONFIG_MAP, NAMESPACE, SERVER
from boot.resources.metal import Server

_LOG = logging.getLogger(__name__)

NAMESPACE_NAME, NAME = "sidero-tui", QUIRKS
MOST_MACHINES = 10_000


class Quirks:
    """Runs until cancelled. `has_build` says whether a build of that name is installed.

    Also a boot.runtime Reconciler of ConfigMaps: what kubectl writes holds from then on.
    """

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock, has_build: Callable[[str], bool]) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._has_build = has_build
        self._quirks: dict[str, Quirk] = {}
        self._trials: dict[str, Trial] = {}
        self._models: dict[str, tuple[str, str]] = {}
        """MAC -> manufacturer and product."""
        self._macs: dict[str, str] = {}
        """Address -> MAC."""

    def stand_in(self, asked: str, address: str) -> str:
        """The name of the build to give to the machine at `address`, which asks for `asked`."""
        mac = self._macs.get(address, "")
        quirk = self._quirk_of(mac)
        tried = self._trials.get(mac, Trial()).build
        return stand_in(asked, tried or (quirk.build if quirk else ""))

    def exit_of(self, mac: str) -> str:
        """How this machine's model leaves netboot, "" where nobody said."""
        quirk = self._quirk_of(mac)
        return quirk.exit if quirk else ""

    async def reconcile(self, key: str) -> float | None:
        if key != NAME:
            return None
        try:
            found = await self._client.get(CONFIG_MAP, NAME, NAMESPACE_NAME)
        except NotFound:
            self._quirks = {}
        else:
            self._quirks = parse_quirks(found.get("data") or {})
        return None

    async def run(self) -> None:
        seen = self._notices.floor
        while True:
            await self._notices.wait(seen)
            try:
                fresh = self._notices.after(seen)
            except FeedGone:
                seen = self._notices.floor
                continue
            seen = fresh[-1][0]
            for _, notice in fresh:
                await self._take(notice)

    async def _take(self, notice: Notice) -> None:
        mac = notice.mac or self._macs.get(notice.address, "")
        if not mac or (mac not in self._trials and len(self._trials) >= MOST_MACHINES):
            return
        if notice.mac and notice.address:
            self._macs[notice.address] = mac
        trial = self._trials.get(mac, Trial())
        match notice:
            case DhcpDiscovered() if notice.user_class != "iPXE":
                self._trials[mac] = Trial(trial.build, trial.starts)
            case BootServerAnswered():
                self._trials[mac] = Trial(trial.build, trial.starts, second_round=True)
            case TransferProgressed() if notice.done:
                self._count(mac, trial, notice)
            case ScriptServed():
                self._trials[mac] = Trial(trial.build, 0, trial.second_round)
            case Registered():
                try:
                    await self._learn(mac, trial, notice.server)
                except ApiError as error:
                    _LOG.info("a quirk cannot be kept: %s", error)

    def _count(self, mac: str, trial: Trial, notice: TransferProgressed) -> None:
        available = frozenset(build for build in family_of(notice.file) if self._has_build(build))
        self._trials[mac] = fetched(trial, notice.file, available)
        build = self._trials[mac].build
        if build != trial.build:
            self._notices.publish(
                BuildReplaced(at=self._clock.now(), mac=mac, address=notice.address, build=build, instead_of=notice.file)
            )

    async def _learn(self, mac: str, trial: Trial, name: str) -> None:
        """The machine got its script and is known: what it was given works for its model."""
        server = Server.model_validate(await self._client.get(SERVER, name))
        system = server.spec.hardware.system if server.spec.hardware else None
        if system is None or not key_of(system.manufacturer, system.product_name):
            return
        self._models[mac] = (system.manufacturer, system.product_name)
        old = self._quirk_of(mac)
        build = trial.build or (old.build if old else "")
        quirk = Quirk(*self._models[mac], build, "4011" if trial.second_round else "67", old.exit if old else "")
        if quirk != old:
            self._quirks[key_of(*self._models[mac])] = quirk
            await self._write(key_of(*self._models[mac]), quirk)

    def _quirk_of(self, mac: str) -> Quirk | None:
        model = self._models.get(mac)
        return self._quirks.get(key_of(*model)) if model else None

    async def _write(self, key: str, quirk: Quirk) -> None:
        data = {key: render_quirk(quirk)}
        try:
            await self._client.patch(CONFIG_MAP, NAME, {"data": data}, NAMESPACE_NAME)
        except NotFound:
            with suppress(AlreadyExists):  # the embedded plane has it from the start, a cluster may not
                await self._client.create(NAMESPACE, {"metadata": {"name": NAMESPACE_NAME}})
            await self._client.create(CONFIG_MAP, {"metadata": {"name": NAME, "namespace": NAMESPACE_NAME}, "data": data})
