"""The component `controllers`: all of them under one roof."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from random import SystemRandom

from boot.address_probe.probe import AddressProber
from boot.assets.cache import AssetCache
from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.component import Bound
from boot.config import Lifecycle
from boot.controllers.audit_trail import AuditTrail
from boot.controllers.bmc_checks import BmcCheckReconciler
from boot.controllers.boots import BootRecorder
from boot.controllers.cluster_api.controllers import build_controllers as cluster_api
from boot.controllers.components import ComponentPublisher
from boot.controllers.environment import DEFAULT, EnvironmentReconciler
from boot.controllers.presence import Presence
from boot.controllers.quirks import Quirks
from boot.controllers.rejections import Rejections
from boot.controllers.retirement import RetirementReconciler
from boot.controllers.server import ServerReconciler
from boot.controllers.server_class import EVERY_CLASS, ServerClassReconciler
from boot.controllers.sidero.controllers import build_controllers as sidero
from boot.controllers.talos.controllers import build_controllers as talos
from boot.controllers.talos.vip_guard import VipGuard
from boot.controllers.tasks import TaskReconciler, task_of_boot
from boot.controllers.witness import PowerWitness
from boot.diagnosis.surroundings import Network, Surroundings
from boot.lifecycle.guard import Rules
from boot.notices import NoticeFeed
from boot.plane.audit import Audit
from boot.power.book import SpecPowerBook
from boot.resources.base import Object
from boot.resources.kinds import BOOT, CONFIG_MAP, ENVIRONMENT, SERVER, SERVER_BINDING, SERVER_CLASS, TASK
from boot.runtime.controller import Controller, Watched

CLASS_REST = 0.3
"""Seconds a pass over all classes waits for the next: a thousand registrations are a few passes, not a thousand."""
SERVERS_AT_ONCE = 64
"""A BMC that does not answer keeps its server's worker for a minute and more: the others must not wait for it."""


class Controllers:
    """Implements boot.component.Component; it has no port. `site` and `look` are what the diagnosis starts from."""

    name = "controllers"

    def __init__(
        self,
        client: Client,
        notices: NoticeFeed,
        clock: Clock,
        assets: AssetCache,
        facts: Mapping[str, str | float],
        power: SpecPowerBook,
        site: Surroundings,
        look: Callable[[], Network],
        quirks: Quirks,
        *,
        lifecycle: Lifecycle,
        rejections: Rejections,
        audit: Audit | None,
    ) -> None:
        """`audit`: who writes what, where the plane tells it."""
        self._trail = AuditTrail(client, clock, audit) if audit else None
        self._rejections = rejections
        self._quirks = quirks
        self._recorder = BootRecorder(client, notices, clock, site, look)
        self._publisher = ComponentPublisher(client, notices, clock, facts)
        self._witness = PowerWitness(client, notices, clock, power)
        servers = ServerReconciler(client, clock, power, Presence(notices, clock), lifecycle, Rules(lifecycle.grace))
        self._workloads = WorkloadClients(client)
        self._controllers = (
            Controller(
                "server",
                client,
                clock,
                servers,
                [Watched(SERVER, _name), Watched(SERVER_BINDING, _name)],
                workers=SERVERS_AT_ONCE,
            ),
            Controller("retirement", client, clock, RetirementReconciler(client, clock), [Watched(SERVER, _name)]),
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
            *cluster_api(client, clock, self._workloads, SystemRandom()),
            *sidero(client, clock, self._workloads),
            *talos(client, clock, self._workloads, SystemRandom(), VipGuard(AddressProber((site.interface,), clock))),
            Controller(
                "bmc-check", client, clock, BmcCheckReconciler(client, clock, power), [Watched(SERVER, _name)], workers=16
            ),
        )

    async def serve(self, bound: Bound) -> None:
        async with aclosing(self._workloads), asyncio.TaskGroup() as group:
            group.create_task(self._recorder.run())
            group.create_task(self._publisher.run())
            group.create_task(self._witness.run())
            group.create_task(self._quirks.run())
            group.create_task(self._rejections.run())
            if self._trail is not None:
                group.create_task(self._trail.run())
            for controller in self._controllers:
                group.create_task(controller.run())
            bound("", 0)


def _name(obj: Object) -> tuple[str, ...]:
    return (obj["metadata"]["name"],)
