"""The console: with the embedded stack, on a plane that already runs, or with the demo's rack."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from boot.client.kubeconfig import ADMIN_KUBECONFIG, READER_KUBECONFIG
from boot.client.protocol import Client
from boot.client.read_only import REASON, ReadOnlyClient
from boot.clock import SystemClock
from boot.config import StackConfig
from boot.errors import ConfigError
from boot.stack import open_stack
from sidero_tui.app import ConsoleApp
from sidero_tui.app import run_console as run_app
from sidero_tui.bridge import Bridge
from sidero_tui.launch.demo import CLUSTERED, PIVOTED, Demo, open_demo, wait_until
from sidero_tui.launch.demo_cluster import keep_power, wait_for_stage
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.resolve import resolve_config
from sidero_tui.settings import Settings
from sidero_tui.theme import load_themes

Connect = Callable[[], AbstractAsyncContextManager[Client]]


def run_console(settings: Settings) -> int:
    """Console and stack in one process; leaving the console stops the stack."""
    config = resolve_config(settings)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Client]:
        async with open_stack(config, SystemClock()) as stack:
            yield stack.client

    _log_to(config.state_dir)
    return _run(settings, connect, _describe_plane(config))


def run_attach(settings: Settings, *, read_only: bool) -> int:
    """Console only: leaving it leaves everything running. With `read_only` it neither offers nor sends any write."""
    from boot.client.remote import open_remote_client

    path = settings.kubeconfig or settings.state_dir / (READER_KUBECONFIG if read_only else ADMIN_KUBECONFIG)
    if not path.is_file():
        raise ConfigError(
            f"{path}: there is no such kubeconfig: is `sidero-tui --serve` running, or is another --kubeconfig meant?"
        )

    @asynccontextmanager
    async def connect() -> AsyncIterator[Client]:
        async with open_remote_client(path) as client:
            yield ReadOnlyClient(client) if read_only else client

    _log_to(settings.state_dir)
    return _run(settings, connect, str(path), REASON if read_only else "")


def run_demo_console(settings: Settings, config: StackConfig, demo: Demo) -> int:
    """The demo on screen; with --until it ends by itself once the stage is reached."""
    config.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _log_to(config.state_dir)
    return asyncio.run(_show_demo(settings, config, demo))


async def _show_demo(settings: Settings, config: StackConfig, demo: Demo) -> Exit:
    clock = SystemClock()
    async with open_demo(config, demo, clock) as running:
        stack = running.stack

        @asynccontextmanager
        async def connect() -> AsyncIterator[Client]:
            yield stack.client

        app, bridge = _build(settings, connect, _describe_plane(config))

        async def watch_stage() -> None:
            async for _ in wait_until(stack.client, demo, clock):
                pass
            if demo.until in CLUSTERED:
                await wait_for_stage(stack.client, clock, pivoted=demo.until == PIVOTED)
            app.exit()

        powering = asyncio.create_task(keep_power(running, clock))
        watching = asyncio.create_task(watch_stage()) if demo.until else None
        try:
            await run_app(app, bridge)
        finally:
            powering.cancel()
            if watching is not None:
                watching.cancel()
        reached = watching is None or (watching.done() and not watching.cancelled())
    return Exit.DONE if reached else Exit.FAILED


def _run(settings: Settings, connect: Connect, plane: str, read_only: str = "") -> int:
    async def run() -> None:
        await run_app(*_build(settings, connect, plane, read_only))

    asyncio.run(run())
    return Exit.DONE


def _build(settings: Settings, connect: Connect, plane: str, read_only: str = "") -> tuple[ConsoleApp, Bridge]:
    clock = SystemClock()
    bridge = Bridge(connect, clock, plane, read_only)
    return ConsoleApp(bridge, clock, load_themes(), settings.theme), bridge


def _describe_plane(config: StackConfig) -> str:
    return str(config.kubeconfig) if config.kubeconfig else "embedded"


def _log_to(directory: Path) -> None:
    """Into a file: on the terminal a log line would tear the screen."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(
        filename=directory / "console.log", level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
