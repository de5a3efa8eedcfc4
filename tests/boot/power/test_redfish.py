"""The Redfish driver over real sockets, against a service that answers as one vendor or another does."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from boot.power.credentials import Credentials
from boot.power.driver import BootOverride, Switch, run_blocking
from boot.power.faults import Fault, FaultKind
from boot.power.protocol import PowerState, PxeMode
from boot.power.redfish import RedfishDriver
from boot.power.targets import Target

ROOT = "/redfish/v1"
SYSTEM = f"{ROOT}/Systems/1"
SETTINGS = f"{SYSTEM}/SD"
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"
USER, PASSWORD = "admin", "correct-horse"
_GOOD = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class _Service:
    """One system. `refuse` looks at each PATCH and POST: (status, message id), or None to take it."""

    manufacturer: str = "Contoso"
    resets: tuple[str, ...] = ("On", "ForceOff", "ForceRestart")
    refuse: Callable[[web.Request, dict[str, Any]], tuple[int, str] | None] = lambda _request, _body: None
    basic: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    pending: dict[str, Any] | None = None
    """Boot of a Settings resource, where what is to be at the next start is written; None: there is none."""
    power: str = "Off"
    boot: dict[str, Any] = field(
        default_factory=lambda: {"BootSourceOverrideEnabled": "Disabled", "BootSourceOverrideTarget": "None"}
    )
    written: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sessions: int = 0

    async def answer(self, request: web.BaseRequest) -> web.Response:
        path, body = request.path.rstrip("/"), await request.json() if request.can_read_body else {}
        if path == ROOT:
            return web.json_response(_root())
        if path == f"{ROOT}/SessionService/Sessions" and request.method == "POST":
            self.sessions += 1
            headers = {"X-Auth-Token": "token", "Location": f"{path}/1"}
            return web.json_response({}, headers=headers) if body["Password"] == PASSWORD else web.json_response({}, status=401)
        if request.method == "DELETE":
            self.sessions -= 1
            return web.Response(status=204)
        by_basic = self.basic and request.headers.get("Authorization") == _GOOD
        if not by_basic and request.headers.get("X-Auth-Token") != "token":
            return web.json_response({}, status=401)
        return self._resource(request, path, body)

    def _resource(self, request: web.BaseRequest, path: str, body: dict[str, Any]) -> web.Response:
        if request.method == "GET":
            resources = {f"{ROOT}/Systems": _members(f"{ROOT}/Systems", SYSTEM), SYSTEM: self._system()}
            if path == f"{ROOT}/SessionService":
                return web.json_response(_session_service())
            if path == SETTINGS:
                return web.json_response({"@odata.id": SETTINGS, "Boot": self.pending})
            return web.json_response(resources[path], headers={"ETag": '"7"'})
        refusal = self.refuse(request, body)  # type: ignore[arg-type]  # the bare server's request has all that is read
        if refusal is not None:
            error = {"code": refusal[1], "message": "refused", "@Message.ExtendedInfo": [{"MessageId": refusal[1]}]}
            return web.json_response({"error": error}, status=refusal[0])
        self.written.append((request.method, body))
        section = self.boot if self.pending is None else self.pending
        section |= body.get("Boot", {})
        self.power = {"On": "On", "ForceOff": "Off", "ForceRestart": "On"}.get(body.get("ResetType", ""), self.power)
        return web.Response(status=204)

    def _system(self) -> dict[str, Any]:
        allowed = {"target": RESET, "ResetType@Redfish.AllowableValues": list(self.resets)}
        actions = {"Actions": {"#ComputerSystem.Reset": allowed}} if self.resets else {}
        links: dict[str, Any] = {
            "@odata.id": SYSTEM,
            "@odata.type": "#ComputerSystem.v1_13_0.ComputerSystem",
            "Id": "1",
            "Name": "one",
        }
        links |= {} if self.pending is None else {"@Redfish.Settings": {"SettingsObject": {"@odata.id": SETTINGS}}}
        return links | {"Manufacturer": self.manufacturer, "PowerState": self.power, "Boot": self.boot} | actions | self.extra


def _root() -> dict[str, Any]:
    systems, sessions = {"@odata.id": f"{ROOT}/Systems"}, {"@odata.id": f"{ROOT}/SessionService/Sessions"}
    service = {"SessionService": {"@odata.id": f"{ROOT}/SessionService"}, "Links": {"Sessions": sessions}}
    return {"@odata.id": ROOT, "Id": "root", "Name": "root", "RedfishVersion": "1.13.0", "Systems": systems} | service


def _session_service() -> dict[str, Any]:
    path = f"{ROOT}/SessionService"
    return {"@odata.id": path, "Id": "s", "Name": "s", "Sessions": {"@odata.id": f"{path}/Sessions"}}


def _members(path: str, *members: str) -> dict[str, Any]:
    listed = [{"@odata.id": member} for member in members]
    return {"@odata.id": path, "Name": "all", "Members@odata.count": len(members), "Members": listed}


@asynccontextmanager
async def _driver(service: _Service, password: str = PASSWORD) -> AsyncIterator[RedfishDriver]:
    runner = web.ServerRunner(web.Server(service.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    target = Target("redfish", host, port, f"http://{host}:{port}")
    driver = RedfishDriver(target, Credentials(USER, password), [], 5.0, verify_tls=False)
    try:
        yield driver
    finally:
        await run_blocking(driver.close)
        await runner.cleanup()


async def _fault(function: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        await run_blocking(function)
    return caught.value


async def test_what_answered_is_told_and_its_power_read() -> None:
    async with _driver(_Service()) as driver:
        assert await run_blocking(driver.connect) == "Contoso, Redfish 1.13.0"
        assert await run_blocking(driver.read_state) is PowerState.OFF


async def test_a_cycle_of_what_is_off_is_a_start_and_what_is_on_is_left_on() -> None:
    service = _Service()
    async with _driver(service) as driver:
        for order in (Switch.CYCLE, Switch.ON, Switch.CYCLE, Switch.OFF, Switch.OFF):
            await run_blocking(lambda order=order: driver.switch(order))  # type: ignore[misc]
    assert [body["ResetType"] for _, body in service.written] == ["On", "ForceRestart", "ForceOff"]


async def test_one_that_lets_no_mode_be_written_gets_none() -> None:
    service = _Service(
        "HPE", refuse=lambda _, body: (400, "PropertyNotWritable") if "BootSourceOverrideMode" in str(body) else None
    )
    async with _driver(service) as driver:
        assert await run_blocking(lambda: driver.set_pxe_once(PxeMode.UEFI)) == BootOverride("pxe", once=True)
    assert service.written == [("PATCH", {"Boot": {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}})]


async def test_an_unknown_vendor_that_refuses_the_mode_is_asked_without() -> None:
    service = _Service(
        "Fabrikam", refuse=lambda _, body: (400, "PropertyNotWritable") if "BootSourceOverrideMode" in str(body) else None
    )
    async with _driver(service) as driver:
        assert (await run_blocking(lambda: driver.set_pxe_once(PxeMode.BIOS))).device == "pxe"


async def test_one_that_wants_if_match_gets_the_etag() -> None:
    service = _Service(
        "AMI", refuse=lambda request, _: None if request.headers.get("If-Match") == '"7"' else (412, "PreconditionFailed")
    )
    async with _driver(service) as driver:
        await run_blocking(lambda: driver.set_pxe_once(PxeMode.UEFI))
    assert service.boot["BootSourceOverrideMode"] == "UEFI"


async def test_what_is_set_for_the_next_start_is_read_back_from_where_it_is_pending() -> None:
    service = _Service("AMI")
    service.pending = dict(service.boot) | {"BootSourceOverrideMode": "Legacy"}
    async with _driver(service) as driver:
        assert await run_blocking(lambda: driver.set_pxe_once(PxeMode.UEFI)) == BootOverride("pxe", once=True, mode=PxeMode.UEFI)
    assert service.boot["BootSourceOverrideTarget"] == "None"


async def test_a_refusal_during_post_is_for_later() -> None:
    async with _driver(_Service("HPE", refuse=lambda *_: (400, "iLO.2.14.UnableToModifyDuringSystemPOST"))) as driver:
        fault = await _fault(lambda: driver.set_pxe_once(PxeMode.UEFI))
    assert (fault.kind, fault.cause) == (FaultKind.BUSY, "refuses while the server is in POST")


async def test_an_override_that_is_taken_and_not_there_is_a_refusal() -> None:
    service = _Service("Supermicro")
    service.boot = {"BootSourceOverrideEnabled": "Disabled"}
    async with _driver(service) as driver:
        await run_blocking(driver.connect)
        service.refuse = lambda _, body: body.clear()  # takes it, and does nothing
        fault = await _fault(lambda: driver.set_pxe_once(PxeMode.UEFI))
    assert fault.cause == "acknowledged a start from the network, but reads back: no override"


async def test_a_session_is_opened_where_basic_is_off_and_closed_again() -> None:
    service = _Service(basic=False)
    async with _driver(service) as driver:
        assert await run_blocking(driver.read_state) is PowerState.OFF
        assert service.sessions == 1
    assert service.sessions == 0


async def test_a_wrong_password_is_a_refused_login() -> None:
    async with _driver(_Service(), password="guessed") as driver:
        fault = await _fault(driver.connect)
    assert (fault.kind, fault.cause) == (FaultKind.LOGIN, "Redfish login refused")


async def test_a_system_that_cannot_be_switched_leaves_it_to_ipmi() -> None:
    async with _driver(_Service(resets=())) as driver:
        assert (await _fault(driver.connect)).kind is FaultKind.ABSENT


async def test_an_order_that_is_not_offered_says_what_is() -> None:
    async with _driver(_Service(resets=("On", "ForceOff"), power="On")) as driver:
        fault = await _fault(lambda: driver.switch(Switch.CYCLE))
    assert fault.cause == "offers no cycle (it has ForceOff, On)"


@pytest.mark.parametrize(
    ("extra", "written"),
    [
        ({"LocationIndicatorActive": False}, {"LocationIndicatorActive": True}),
        ({"IndicatorLED": "Off"}, {"IndicatorLED": "Blinking"}),
    ],
)
async def test_the_locate_light_is_the_property_that_is_there(extra: dict[str, Any], written: dict[str, Any]) -> None:
    service = _Service(extra=extra)
    async with _driver(service) as driver:
        await run_blocking(lambda: driver.identify(on=True))
    assert service.written == [("PATCH", written)]


async def test_without_a_locate_light_it_is_said() -> None:
    async with _driver(_Service()) as driver:
        assert (await _fault(lambda: driver.identify(on=True))).cause == "offers no locate light"
