"""`sidero-tui doctor`: everything that can be known before the rack is switched on, each with what mends it."""

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from boot.client.protocol import Client
from boot.clock import Clock, SystemClock
from boot.config import StackConfig
from boot.errors import ConfigError, NotFound, SideroError
from boot.preflight.checks.wire import judge_wire
from boot.preflight.doctor import run_checks
from boot.preflight.result import CheckResult, Verdict, render_checks
from boot.resources.kinds import CONFIG_MAP
from boot.resources.neighbours import NAME, SELF_TEST, UNDER_WAY
from boot.resources.overrides import NAMESPACE
from boot.stack import DHCP_PORT, LOOPBACK_INTERFACE, open_stack
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.resolve import build_config, choose
from sidero_tui.settings import Settings

_PATIENCE = 30.0
_SERVED = frozenset({"dhcp", "pxe", "tftp", "http", "wire"})


def run_doctor(settings: Settings) -> int:
    chosen, clock = choose(settings), SystemClock()
    config = build_config(settings, chosen)
    results = list(run_checks(config, chosen.reason, clock.now(), chosen.others))
    results += asyncio.run(check_wire(config, clock, ports_free=_are_free(results)))
    print(render_checks(results))
    return Exit.FAILED if any(result.verdict is Verdict.FAIL for result in results) else Exit.DONE


def _are_free(results: Sequence[CheckResult]) -> bool:
    """Whether a stack of our own could serve for a moment."""
    wanted = {"port dhcp", "port pxe", "port tftp", "port http"}
    return all(result.verdict is Verdict.OK for result in results if result.name in wanted)


async def check_wire(config: StackConfig, clock: Clock, *, ports_free: bool) -> list[CheckResult]:
    """Our own DHCP on the wire, and who else is there: of the stack that runs, else of one that runs for the test alone."""
    if config.interface == LOOPBACK_INTERFACE or config.ports.dhcp != DHCP_PORT:
        return []
    try:
        if ports_free:
            return judge_wire(await _ask_own(config, clock))
        return judge_wire(await _ask_running(config, clock))
    except (SideroError, OSError, TimeoutError) as error:
        told = f"nothing was sent: {error}" if str(error) else "nobody told in time how the test went"
        return [CheckResult("self-test", Verdict.WARN, told, "free the ports named above, or ask again once the stack runs")]


async def _ask_own(config: StackConfig, clock: Clock) -> Mapping[str, str]:
    with tempfile.TemporaryDirectory() as directory:
        alone = config.model_copy(update={"state_dir": Path(directory), "kubeconfig": None, "tests_only": True})
        async with open_stack(alone, clock, _SERVED) as stack:
            return await _read(stack.client, clock)


async def _ask_running(config: StackConfig, clock: Clock) -> Mapping[str, str]:
    from boot.client.remote import open_remote_client

    kubeconfig = config.kubeconfig or config.state_dir / "kubeconfig"
    if not _runs(config.state_dir / "ready.json"):
        raise ConfigError(f"ports are taken, and no stack of {config.state_dir} is what holds them")
    async with open_remote_client(kubeconfig) as client:
        return await _read(client, clock)


def _runs(ready: Path) -> bool:
    with suppress(OSError, ValueError):
        return bool(json.loads(ready.read_text()))
    return False


async def _read(client: Client, clock: Clock) -> Mapping[str, str]:
    """What the component `wire` published, once its test is over."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            with suppress(NotFound):
                data: Mapping[str, str] = (await client.get(CONFIG_MAP, NAME, NAMESPACE)).get("data") or {}
                if data.get(SELF_TEST, UNDER_WAY) != UNDER_WAY:
                    return data
            await clock.sleep(0.2)
