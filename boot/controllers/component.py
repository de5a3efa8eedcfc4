"""The component `controllers`: all of them under one roof."""

import asyncio
from collections.abc import Callable, Mapping

from boot.assets.cache import AssetCache
from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Bound
from boot.controllers.bmc_checks import BmcCheckReconciler
from boot.controllers.boots import BootRecorder
from boot.controllers.components import ComponentPublisher
from boot.controllers.environment import DEFAULT, EnvironmentReconciler
from boot.controllers.quirks import Quirks
from boot.controllers.server import ServerReconciler
from boot.controllers.server_class import EVERY_CLASS, ServerClassReconciler
from boot.controllers.tasks import TaskReconciler, task_of_boot
from boot.controllers.witness import PowerWitness
from boot.diagnosis.surroundings import Network, Surroundings
from boot.notices import NoticeFeed
from boot.power.book import SpecPowerBook
from boot.resources.base import Object
from boot.resources.kinds import BOOT, CONFIG_MAP, ENVIRONMENT, SERVER, SERVER_CLASS, TASK
from boot.runtime.controller import Controller, Watched

CLASS_REST = 0.3
"""Seconds a pass over all classes waits for the next: a thousand registrations are a few passes, not a thousand."""


class Controllers:
    """Implements boot.component.Component; it has no port. `site` and `look` are what the diagnosis starts from."""

    name = "controllers"

    def __init__(
        self,
        client: Client,
        notices: NoticeFeed,
        clock: Clock,
        assets: AssetCache,
        facts: Mapping[str, str],
        power: SpecPowerBook,
        site: Surroundings,
        look: Callable[[], Network],
        quirks: Quirks,
    ) -> None:
        self._quirks = quirks
        self._recorder = BootRecorder(client, notices, clock, site, look)
        self._publisher = ComponentPublisher(client, notices, clock, facts)
        self._witness = PowerWitness(client, notices, clock, power)
        self._controllers = (
            Controller("server", client, clock, ServerReconciler(client), [Watched(SERVER, _name)], workers=16),
            Controller(
                "serverclass",
                client,
                clock,
                ServerClassReconciler(client),
                [Watched(SERVER, lambda _: (EVERY_CLASS,)), Watched(SERVER_CLASS, _name)],
                workers=2,
                rest=CLASS_REST,
                first_keys=(EVERY_CLASS,),
            ),
            Controller("quirks", client, clock, quirks, [Watched(CONFIG_MAP, _name)]),
            Controller(
                "environment",
                client,
                clock,
                EnvironmentReconciler(client, assets),
                [Watched(ENVIRONMENT, _name)],
                first_keys=(DEFAULT,),
            ),
            Controller(
                "task",
                client,
                clock,
                TaskReconciler(client, clock),
                [Watched(TASK, _name), Watched(SERVER, _name), Watched(BOOT, task_of_boot)],
            ),
            Controller(
                "bmc-check", client, clock, BmcCheckReconciler(client, clock, power), [Watched(SERVER, _name)], workers=16
            ),
        )

    async def serve(self, bound: Bound) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._recorder.run())
            group.create_task(self._publisher.run())
            group.create_task(self._witness.run())
            group.create_task(self._quirks.run())
            for controller in self._controllers:
                group.create_task(controller.run())
            bound("", 0)


def _name(obj: Object) -> tuple[str, ...]:
    return (obj["metadata"]["name"],)
