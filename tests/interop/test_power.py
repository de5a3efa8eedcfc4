"""Power against emulators others wrote: OpenIPMI's ipmi_sim with a QEMU guest behind it, and sushy-tools' Redfish."""

import asyncio
import base64
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.config import Lifecycle, PowerConfig
from boot.power.bmc_check import check_bmc
from boot.power.book import SpecPowerBook
from boot.power.protocol import Power, PowerError, PowerState, PxeMode
from boot.power.targets import list_targets
from boot.resources.annotations import POWER_REQUEST
from boot.resources.bmc_checks import Outcome
from boot.resources.kinds import SECRET, SERVER
from boot.resources.metal import Server
from boot.resources.wiping import PowerAction, PowerRequest
from boot.stack import open_stack
from sidero_tui.launch.demo import build_demo_config
from sidero_tui.settings import Settings
from tests.support.bmc import PASSWORD, SYSTEM, USER, fake_bmc, ipmi_bmc, redfish_bmc, tcp_relay, udp_relay
from tests.support.plane import local_client

pytestmark = pytest.mark.interop

QUICK = PowerConfig(spacing=0, request_timeout=20, state_max_age=0, confirm_within=60)


def _server(name: str = "s1", **bmc: object) -> Server:
    fields = {"endpoint": "127.0.0.1", "user": USER, "pass": PASSWORD} | bmc
    return Server.model_validate({"metadata": {"name": name}, "spec": {"bmc": fields}})


@asynccontextmanager
async def _book(tmp_path: Path, config: PowerConfig = QUICK) -> AsyncIterator[tuple[SpecPowerBook, LocalClient]]:
    async with local_client(tmp_path) as client:
        book = SpecPowerBook(client, SystemClock(), config)
        try:
            yield book, client
        finally:
            await book.forget("s1")


async def _until(power: Power, state: PowerState) -> None:
    async with asyncio.timeout(30):
        while await power.state() is not state:
            await asyncio.sleep(0.2)


async def _refusal(order: Callable[[], Awaitable[object]]) -> str:
    with pytest.raises(PowerError) as caught:
        await order()
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def _ipmitool(port: int, *arguments: str) -> str:
    """What the field's own client sees there."""
    if shutil.which("ipmitool") is None:
        pytest.skip("ipmitool is not installed (Debian package ipmitool)")
    connection = ["-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", str(port), "-U", USER, "-P", PASSWORD]
    return subprocess.run(["ipmitool", *connection, *arguments], check=True, capture_output=True, text=True).stdout


async def test_a_guest_is_switched_by_ipmi_and_starts_from_the_network_once(tmp_path: Path) -> None:
    with ipmi_bmc(tmp_path) as (port, guest):
        async with _book(tmp_path) as (book, client):
            data = {key: base64.b64encode(value.encode()).decode() for key, value in (("user", USER), ("pass", PASSWORD))}
            await client.create(SECRET, {"metadata": {"name": "s1-bmc", "namespace": "default"}, "data": data})
            sources = {key: {"secretKeyRef": {"name": "s1-bmc", "key": key}} for key in ("user", "pass")}
            server = _server(port=port, user="", **{"pass": ""}, userFrom=sources["user"], passFrom=sources["pass"])
            power = await book.for_server(server)
            assert (power.kind, await power.state(), guest.pid) == ("ipmi", PowerState.OFF, 0)
            await power.pxe_once(PxeMode.UEFI)
            assert "Boot Device Selector : Force PXE" in _ipmitool(port, "chassis", "bootparam", "get", "5")
            await power.on()
            await _until(power, PowerState.ON)
            assert "Chassis Power is on" in _ipmitool(port, "chassis", "power", "status")
            first = guest.pid
            assert first
            await power.cycle()
            async with asyncio.timeout(30):
                while guest.pid in (0, first):
                    await asyncio.sleep(0.1)
            await _until(power, PowerState.ON)
            assert guest.starts == ["n", "c"]
            await power.identify(on=True)
            await power.off()
            await _until(power, PowerState.OFF)
            assert guest.pid == 0
            assert await book.for_server(server) is power


async def test_an_ipmi_login_that_was_refused_is_not_tried_again_at_once(tmp_path: Path) -> None:
    with ipmi_bmc(tmp_path) as (port, _):
        async with _book(tmp_path, QUICK.model_copy(update={"spacing": 60})) as (book, client):
            wrong = _server(port=port, interface="lanplus", **{"pass": "guessed"})
            assert "IPMI login refused: Incorrect password" in await _refusal(lambda: book.for_server(wrong))
            assert "asked again in" in await _refusal(lambda: book.for_server(wrong))
            right = SpecPowerBook(client, SystemClock(), QUICK)
            assert await (await right.for_server(_server(port=port, interface="lanplus"))).state() is PowerState.OFF
            await right.forget("s1")


async def test_an_ipmi_bmc_that_answers_late_is_waited_for_and_one_that_is_silent_is_told(tmp_path: Path) -> None:
    with ipmi_bmc(tmp_path) as (port, guest):
        async with _book(tmp_path) as (book, _):
            async with udp_relay(port, lambda data: (data, 0.3)) as late:
                power = await book.for_server(_server(port=late, interface="lanplus"))
                await power.on()
                assert guest.pid
            async with udp_relay(port, lambda _: None) as silent:
                told = await _refusal(lambda: book.for_server(_server(port=silent, interface="lanplus")))
                assert "no answer by IPMI" in told


async def test_a_bmc_that_acknowledges_and_does_nothing_is_told_once(tmp_path: Path) -> None:
    with ipmi_bmc(tmp_path) as (port, guest):
        async with _book(tmp_path, QUICK.model_copy(update={"confirm_within": 0.001})) as (book, _):
            power = await book.for_server(_server(port=port, interface="lanplus"))
            guest.turn_deaf()
            await power.on()
            assert "acknowledged power on" in await _refusal(power.state)
            assert await power.state() is PowerState.OFF
            assert guest.pid == 0


async def test_a_bmc_that_lies_is_overruled_by_the_wire(tmp_path: Path) -> None:
    with ipmi_bmc(tmp_path) as (port, guest):
        config = QUICK.model_copy(update={"confirm_within": 0.1, "state_max_age": 60})
        async with _book(tmp_path, config) as (book, _):
            power = await book.for_server(_server(port=port, interface="lanplus"))
            guest.turn_deaf()
            await power.on()
            book.heard("s1")
            assert await power.state() is PowerState.ON


async def test_pyghmis_own_bmc_is_let_in_although_it_says_one_hash_and_uses_another(tmp_path: Path) -> None:
    with fake_bmc() as port:
        async with _book(tmp_path) as (book, _):
            power = await book.for_server(_server(port=port, interface="lanplus", **{"pass": "password"}))
            await power.on()
            assert await power.state() is PowerState.ON


async def test_a_server_is_switched_by_redfish_with_a_self_signed_certificate(tmp_path: Path) -> None:
    other = "11111111-2222-3333-4444-555555555555"
    with redfish_bmc(tmp_path, (other, SYSTEM)) as port:
        async with _book(tmp_path) as (book, _):
            server = _server(SYSTEM, port=port)
            power = await book.for_server(server)
            assert (power.kind, await power.state()) == ("redfish", PowerState.OFF)
            await power.pxe_once(PxeMode.BIOS)
            await power.on()
            await _until(power, PowerState.ON)
            await power.cycle()
            await power.off()
            await _until(power, PowerState.OFF)
            bmc = await book.bmc_of(server)
            assert bmc is not None
            override = await bmc.read_override()
            assert (override.device, override.mode) == ("pxe", PxeMode.BIOS)
            stranger = await _refusal(lambda: book.for_server(_server("elsewhere", port=port, interface="redfish")))
            assert f"none of its 2 systems is this server (it has {other}, {SYSTEM})" in stranger
            await book.forget(SYSTEM)


async def test_redfish_that_refuses_delays_or_does_not_answer_is_told_in_one_sentence(tmp_path: Path) -> None:
    with redfish_bmc(tmp_path) as port:
        async with _book(tmp_path) as (book, client):
            wrong = _server(port=port, interface="redfish", **{"pass": "guessed"})
            assert "Redfish login refused; correct the user" in await _refusal(lambda: book.for_server(wrong))
            async with tcp_relay(port, 0.1) as late:
                power = await book.for_server(_server(port=late, interface="redfish"))
                await power.on()
                assert await power.state() is not PowerState.UNKNOWN
            hasty = QUICK.model_copy(update={"request_timeout": 0.3})
            async with tcp_relay(port, 3600) as silent:
                other = SpecPowerBook(client, SystemClock(), hasty)
                told = await _refusal(lambda: other.for_server(_server(port=silent, interface="redfish")))
                assert "no answer in time; check spec.bmc.endpoint" in told


async def test_each_verb_of_a_bmc_is_tested_and_the_power_left_alone(tmp_path: Path) -> None:
    with redfish_bmc(tmp_path) as port, ipmi_bmc(tmp_path) as (udp, guest):
        async with _book(tmp_path) as (book, _):
            redfish = await _check(book, _server(port=port))
            assert [row for row in redfish if row[1] is not Outcome.OK] == []
            assert [row[0] for row in redfish][:3] == ["reachable", "TLS", "login"]
            assert "self-signed, valid until" in redfish[1][2]
            ipmi = await _check(book, _server(port=udp, interface="lanplus"))
            assert [row[1] for row in ipmi] == [Outcome.OK] * 4
            assert "taken back: no override" in ipmi[2][2]
            assert (guest.pid, guest.starts) == (0, [])
            closed = await _check(book, _server(endpoint="https://127.0.0.1:1"))
            assert [row[1] for row in closed] == [Outcome.FAILED, Outcome.FAILED, *[Outcome.NOT_RUN] * 3]


async def _check(book: SpecPowerBook, server: Server) -> list[tuple[str, Outcome, str]]:
    bmc = await book.bmc_of(server)
    assert bmc is not None
    assert server.spec.bmc is not None
    rows = await check_bmc(bmc, list_targets(server.spec.bmc), PxeMode.UEFI, SystemClock())
    return [(row.verb, row.outcome, row.detail) for row in rows]


async def test_an_accepted_server_is_started_from_the_network_by_the_whole_stack_and_switched_on_request(tmp_path: Path) -> None:
    for name in ("bmc", "state"):
        (tmp_path / name).mkdir()
    with ipmi_bmc(tmp_path / "bmc") as (port, guest):
        config = build_demo_config(Settings(), tmp_path / "state")
        config = config.model_copy(update={"power": QUICK, "lifecycle": Lifecycle(grace=0)})
        async with open_stack(config, SystemClock()) as stack:
            bmc = {"endpoint": "127.0.0.1", "port": port, "interface": "lanplus", "user": USER, "pass": PASSWORD}
            await stack.client.create(SERVER, {"metadata": {"name": "s1"}, "spec": {"accepted": True, "bmc": bmc}})
            async with asyncio.timeout(60):
                while not guest.pid:
                    await asyncio.sleep(0.1)
            assert guest.starts == ["n"]
            request = PowerRequest(action=PowerAction.OFF, confirmed=True).model_dump_json(by_alias=True)
            await stack.client.patch(SERVER, "s1", {"metadata": {"annotations": {POWER_REQUEST: request}}})
            async with asyncio.timeout(60):
                while guest.pid:
                    await asyncio.sleep(0.1)
