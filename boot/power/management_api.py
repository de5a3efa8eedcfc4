"""Sidero's managementApi: power by HTTP, as its test racks have it."""

import asyncio
import json
from typing import Any

import aiohttp

from boot.power.faults import Fault, FaultKind, build_error
from boot.power.protocol import PowerError, PowerState, PxeMode

TIMEOUT = 10.0
"""Seconds; Sidero's."""


class ManagementApiPower:
    """Implements boot.power.protocol.Power. `endpoint` is host:port; 200 alone is success."""

    kind = "management-api"

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._lock = asyncio.Lock()

    async def state(self) -> PowerState:
        answer = await self._ask("read power state", "GET", "/status")
        powered = answer.get("PoweredOn") if isinstance(answer, dict) else None
        if not isinstance(powered, bool):
            raise self._error("read power state", FaultKind.REFUSED, "answers without PoweredOn")
        return PowerState.ON if powered else PowerState.OFF

    async def on(self) -> None:
        await self._ask("power on", "POST", "/poweron")

    async def off(self) -> None:
        await self._ask("power off", "POST", "/poweroff")

    async def cycle(self) -> None:
        """Its reboot is for what is on; what is off is switched on, as Sidero does."""
        off = await self.state() is PowerState.OFF
        await self._ask("power cycle", "POST", "/poweron" if off else "/reboot")

    async def pxe_once(self, mode: PxeMode) -> None:  # noqa: ARG002  # the API leaves the firmware as it is
        await self._ask("boot from the network once", "POST", "/pxeboot")

    async def identify(self, on: bool) -> None:  # noqa: ARG002  # nothing it could light
        raise self._error("identify", FaultKind.UNSUPPORTED, "offers no locate light")

    async def _ask(self, verb: str, method: str, path: str) -> Any:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with (
                self._lock,
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(method, f"http://{self._endpoint}{path}") as response,
            ):
                body = await response.read()
                if response.status != 200:
                    raise self._error(verb, FaultKind.REFUSED, f"answered {response.status}")
                return json.loads(body) if method == "GET" else None
        except TimeoutError as error:
            raise self._error(verb, FaultKind.UNREACHABLE, f"no answer within {TIMEOUT:.0f} s") from error
        except aiohttp.ClientError as error:
            raise self._error(verb, FaultKind.UNREACHABLE, str(error) or type(error).__name__) from error
        except ValueError as error:
            raise self._error(verb, FaultKind.REFUSED, "answers with something that is not JSON") from error

    def _error(self, verb: str, kind: FaultKind, cause: str) -> PowerError:
        return build_error(verb, f"{self._endpoint} ({self.kind})", Fault(kind, cause))
