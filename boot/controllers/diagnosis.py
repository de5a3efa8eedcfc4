"""Hints. Looks at a machine when it was heard and when time makes something late, at all of them when the surroundings change."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from boot.clock import Clock
from boot.diagnosis.decide import diagnose, next_look
from boot.diagnosis.evidence import gather_evidence
from boot.diagnosis.surroundings import Network, Surroundings, fold_surroundings, see_network
from boot.lifecycle.identity import DUPLICATE_ANNOTATION
from boot.notices import Notice
from boot.resources.base import Object
from boot.resources.boots import BootStatus, Hint
from boot.resources.metal import AssetCondition, Environment

ROUND = 1.0
"""Seconds between two rounds: nobody reads faster, and a storm of packets is one look per machine and second."""
_AT_ONCE = 50
"""Machines looked at before the loop gets a turn."""


class Diagnosis:
    """Keeps the hints of `boots` (by MAC) right, and writes them with `write(mac, hints)`; `look` reads our interfaces."""

    def __init__(
        self,
        boots: Mapping[str, BootStatus],
        write: Callable[[str, list[Hint]], None],
        site: Surroundings,
        look: Callable[[], Network],
        clock: Clock,
    ) -> None:
        self._boots = boots
        self._write = write
        self._site = site
        self._look = look
        self._clock = clock
        self._heard: set[str] = set()
        self._due: dict[str, datetime] = {}

    def hear(self, mac: str) -> None:
        """This machine was on the wire, or was stored by an earlier run."""
        self._heard.add(mac)

    def see_notice(self, notice: Notice) -> None:
        before = self._site
        self._change(fold_surroundings(before, notice))

    def see_servers(self, objects: Iterable[Object], *, gone: bool) -> None:
        """Servers as they are now, all or some, or as they were."""
        twins = dict(self._site.twins)
        for obj in objects:
            name = obj["metadata"]["name"]
            other = (obj["metadata"].get("annotations") or {}).get(DUPLICATE_ANNOTATION)
            if other and not gone:
                twins[name] = other
            else:
                twins.pop(name, None)
        if twins != self._site.twins:
            self._change(replace(self._site, twins=twins))

    def see_environments(self, objects: Iterable[Object]) -> None:
        """All Environments as they are now."""
        lacking = {obj["metadata"]["name"]: _lacking(Environment.model_validate(obj)) for obj in objects}
        if lacking != self._site.environments:
            self._change(replace(self._site, environments=lacking))

    async def run(self) -> None:
        while True:
            network = await asyncio.to_thread(self._look)
            self._change(see_network(self._site, network, self._clock.now()))
            now = self._clock.now()
            heard, self._heard = self._heard, set()
            due = {mac for mac, at in self._due.items() if at <= now}
            for number, mac in enumerate(heard | due):
                self._examine(mac)
                if number % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)
            await self._clock.sleep(ROUND)

    def _change(self, site: Surroundings) -> None:
        old, self._site = self._site, site
        # A server that was chosen again is no news, one that was not seen before is.
        if replace(old, servers={}) != replace(site, servers={}) or old.servers.keys() != site.servers.keys():
            self._heard |= self._boots.keys()

    def _examine(self, mac: str) -> None:
        self._due.pop(mac, None)
        status = self._boots.get(mac)
        if status is None:
            return
        evidence = gather_evidence(mac, status, self._site, self._clock.now())
        hints = diagnose(evidence, status.hints)
        if hints != status.hints:
            self._write(mac, hints)
        due = next_look(evidence, hints)
        if due is not None:
            self._due[mac] = due


def _lacking(environment: Environment) -> tuple[AssetCondition, ...]:
    known = {condition.url: condition for condition in environment.status.conditions or ()}
    urls = (environment.spec.kernel.url, environment.spec.initrd.url)
    conditions = (known.get(url) or AssetCondition(url=url) for url in urls)
    return tuple(condition for condition in conditions if condition.status != "True")
