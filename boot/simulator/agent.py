"""Our agent on a simulated server: its inventory, the orders it asks for and what it does about them, as JSON over HTTP.

Wiping empties a disk's contents here, and the rules are the real one's (docs/agent.md): an order is carried out only where
every disk is exactly the one that was named, the console's no ends it at once, and nothing but an order ends the waiting.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp

from boot.clock import Clock
from boot.simulator.hardware import Disk, Hardware
from boot.simulator.inventory import build_registration
from boot.simulator.script import End

_POLL_SECONDS = 3.0
"""Until a console that did not answer is asked again."""
_LEAVING = {"poweroff": End.POWEROFF, "reboot": End.REBOOT}

Message = dict[str, Any]


class SimulatedAgent:
    """One boot, whose random id is `boot`. `disks`, by device, are the server's own: what is wiped stays wiped."""

    def __init__(
        self,
        hardware: Hardware,
        disks: dict[str, Disk],
        session: aiohttp.ClientSession,
        clock: Clock,
        show: Callable[[str], None],
        boot: str,
        wipe_seconds: float,
    ) -> None:
        self._hardware = hardware
        self._disks = disks
        self._session = session
        self._clock = clock
        self._show = show
        self._who: Message = {"uuid": hardware.uuid, "mac": hardware.mac, "server": "", "boot": boot}
        self._wipe_seconds = wipe_seconds
        self._wiped: list[Message] | None = None
        """The results of a wipe that was ordered in this boot and is done."""
        self._said = ""

    async def run(self) -> End:
        """POWEROFF or REBOOT, as ordered."""
        orders = await self._register()
        while True:
            action = orders.get("action", "")
            self._say(f"{action}: {orders.get('reason', '')}")
            if action in _LEAVING:
                return _LEAVING[action]
            if action == "wipe":
                await self._wipe(orders["disks"])
            await self._clock.sleep(orders.get("pollSeconds", _POLL_SECONDS))
            orders = await self._ask_orders()

    async def _register(self) -> Message:
        body = build_registration(self._hardware, self._disks.values(), self._who["boot"])
        while True:
            status, answer = await self._post("/api.Agent/CreateServer", body)
            if status == 200:
                self._who["server"] = answer["server"]
                self._show(f"Server  {answer['server']}")
                orders: Message = answer["orders"]
                return orders
            await self._clock.sleep(_POLL_SECONDS)

    async def _ask_orders(self) -> Message:
        status, answer = await self._post("/agent/orders", self._who)
        if status == 404:  # its Server was deleted: it is another one from now on
            return await self._register()
        return answer if status == 200 else {}

    async def _wipe(self, rows: list[Message]) -> None:
        """Every disk at once, and told when all of them are done; nothing at all where one is another than was named."""
        if self._wiped is None:
            if not all(self._is_there(row) for row in rows):
                self._say("A disk of the order is not here: nothing is written.")
                return
            done = await asyncio.gather(*(self._wipe_disk(row) for row in rows))
            if not all(done):
                return
            self._wiped = [_build_result(row) for row in rows]
        status, answer = await self._post("/api.Agent/MarkServerAsWiped", self._who | {"disks": self._wiped})
        if status == 409:
            self._wiped = None
            self._say(answer.get("reason", ""))

    def _is_there(self, row: Message) -> bool:
        disk = self._disks.get(row["deviceName"])
        return disk is not None and (disk.serial, disk.wwid) == (row["serial"], row["wwid"])

    async def _wipe_disk(self, row: Message) -> bool:
        """Whether nothing is left to be done with it."""
        if row["action"] != "wipe":
            return True
        disk = self._disks[row["deviceName"]]
        if not await self._may_go_on(disk, 0):
            return False
        await self._clock.sleep(self._wipe_seconds)
        self._disks[disk.device] = replace(disk, contents=())
        return await self._may_go_on(disk, disk.size)

    async def _may_go_on(self, disk: Disk, done: int) -> bool:
        body = self._who | {"disk": disk.device, "step": "wipe", "done": done, "total": disk.size}
        while True:
            status, answer = await self._post("/agent/progress", body)
            if status:
                return status == 200 and answer["continue"] is True
            await self._clock.sleep(_POLL_SECONDS)  # writers wait for a console that does not answer

    async def _post(self, path: str, body: Message) -> tuple[int, Message]:
        """(0, {}) where nobody answered, or no JSON came."""
        try:
            async with self._session.post(path, json=body) as response:
                return response.status, await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._say(f"{path}: {error}")
            return 0, {}

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._show(text)


def _build_result(row: Message) -> Message:
    wiped = row["action"] == "wipe"
    return {"deviceName": row["deviceName"], "result": "wiped" if wiped else "kept", "verified": wiped}
