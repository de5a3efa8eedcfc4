"""The component `controllers`: all of them under one roof."""

import asyncio
from collections.abc import Mapping

from boot.assets.cache import AssetCache
from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Bound
from boot.controllers.boots import BootRecorder
from boot.controllers.components import ComponentPublisher
from boot.controllers.environment import DEFAULT, EnvironmentReconciler
from boot.controllers.server import ServerReconciler
from boot.controllers.server_class import EVERY_CLASS, ServerClassReconciler
from boot.notices import NoticeFeed
from boot.resources.base import Object
from boot.resources.kinds import ENVIRONMENT, SERVER, SERVER_CLASS
from boot.runtime.controller import Controller, Watched

CLASS_REST = 0.3
"""Seconds a pass over all classes waits for the next: a thousand registrations are a few passes, not a thousand."""


class Controllers:
    """Implements boot.component.Component; it has no port."""

    name = "controllers"

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock, assets: AssetCache, facts: Mapping[str, str]) -> None:
        self._recorder = BootRecorder(client, notices, clock)
        self._publisher = ComponentPublisher(client, notices, clock, facts)
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
            Controller(
                "environment",
                client,
                clock,
                EnvironmentReconciler(client, assets),
                [Watched(ENVIRONMENT, _name)],
                first_keys=(DEFAULT,),
            ),
        )

    async def serve(self, bound: Bound) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._recorder.run())
            group.create_task(self._publisher.run())
            for controller in self._controllers:
                group.create_task(controller.run())
            bound("", 0)


def _name(obj: Object) -> tuple[str, ...]:
    return (obj["metadata"]["name"],)
