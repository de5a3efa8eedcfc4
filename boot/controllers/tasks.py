"""Task: ticked off when the wire shows that it was done, withdrawn when nobody need do it any more, settled after a person."""

from collections.abc import Iterable

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import NotFound
from boot.power.human_tasks import find_evidence, find_obsolete, settle, tick_off, withdraw
from boot.resources.base import Object
from boot.resources.boots import Boot, boot_name
from boot.resources.kinds import BOOT, SERVER, TASK
from boot.resources.metal import Server
from boot.resources.tasks import OPEN, Task, TaskStatus


class TaskReconciler:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def reconcile(self, key: str) -> float | None:
        """`key` is the task's and the server's name."""
        try:
            obj = await self._client.get(TASK, key)
        except NotFound:
            return None
        task, now = Task.model_validate(obj), self._clock.now()
        if task.status.state != OPEN:
            await self._write(obj, settle(task, now))
            return None
        server = await self._find_server(key)
        why = find_obsolete(server)
        if server is None or why:
            await self._write(obj, withdraw(task, why, now))
            return None
        evidence = find_evidence(task, await self._find_boots(server), now)
        if evidence.done:
            await self._write(obj, tick_off(task, evidence.done, now))
        return evidence.again.total_seconds() if evidence.again else None

    async def _write(self, obj: Object, status: TaskStatus) -> None:
        """Conflict where the task asks for something else by now: what showed the old one is nothing to the new."""
        if status.wire() != obj.get("status"):
            await self._client.update(TASK, obj | {"status": status.wire()})

    async def _find_server(self, name: str) -> Server | None:
        try:
            return Server.model_validate(await self._client.get(SERVER, name))
        except NotFound:
            return None

    async def _find_boots(self, server: Server) -> list[Boot]:
        """By the MACs of its hardware; of a machine that registered under this name, the one it booted from is among them."""
        network = server.spec.hardware.network if server.spec.hardware else None
        boots = []
        macs = [interface.mac for interface in (network.interfaces if network else None) or () if interface.mac]
        for mac in macs:
            try:
                boots.append(Boot.model_validate(await self._client.get(BOOT, boot_name(mac))))
            except NotFound:
                continue
        return boots


def task_of_boot(obj: Object) -> Iterable[str]:
    """The task that a Boot may be evidence for."""
    server = obj.get("status", {}).get("server")
    return (server,) if server else ()
