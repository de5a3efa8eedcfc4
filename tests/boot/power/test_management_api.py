"""Sidero's managementApi, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from boot.power.management_api import ManagementApiPower
from boot.power.protocol import PowerError, PowerState, PxeMode


@asynccontextmanager
async def _api(status: str = '{"PoweredOn": true}', code: int = 200) -> AsyncIterator[tuple[ManagementApiPower, list[str]]]:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path}")
        return web.Response(text=status if request.path == "/status" else "", status=code)

    runner = web.ServerRunner(web.Server(answer))  # type: ignore[arg-type]
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    try:
        yield ManagementApiPower(f"{host}:{port}"), asked
    finally:
        await runner.cleanup()


async def test_each_verb_is_the_path_that_sidero_posts_to() -> None:
    async with _api() as (power, asked):
        assert await power.state() is PowerState.ON
        await power.on()
        await power.off()
        await power.cycle()
        await power.pxe_once(PxeMode.UEFI)
    assert asked == ["GET /status", "POST /poweron", "POST /poweroff", "GET /status", "POST /reboot", "POST /pxeboot"]


async def test_a_cycle_of_what_is_off_switches_it_on() -> None:
    async with _api('{"PoweredOn": false}') as (power, asked):
        await power.cycle()
    assert asked == ["GET /status", "POST /poweron"]


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        ('{"PoweredOn": true}', 204, "answered 204"),
        ('{"PoweredOn": true}', 500, "answered 500"),
        ("{}", 200, "answers without PoweredOn"),
        ("[]", 200, "answers without PoweredOn"),
        ("<html>", 200, "answers with something that is not JSON"),
    ],
)
async def test_only_200_is_success_and_anything_else_is_told(status: str, code: int, told: str) -> None:
    async with _api(status, code) as (power, _):
        with pytest.raises(PowerError, match=told):
            await power.state()


async def test_nobody_at_the_endpoint_is_an_error_that_names_it() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(PowerError, match=rf"power on: the BMC at 127.0.0.1:{port} \(management-api\)"):
        await ManagementApiPower(f"127.0.0.1:{port}").on()


async def test_it_lights_nothing() -> None:
    with pytest.raises(PowerError, match="offers no locate light"):
        await ManagementApiPower("127.0.0.1:1").identify(on=True)
