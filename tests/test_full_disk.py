"""The whole program on a disk without a byte left: it comes up, is read, says why it writes nothing, and recovers."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.errors import ServiceUnavailable
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, NAMESPACE
from tests.boot.store.full_disk import fill, needs_root, relieve, small_disk
from tests.support.program import LOOPBACK, PROGRAM, serve

WITHIN = 60.0
POLL = 0.1
T = TypeVar("T")
CREATED: Object = {"metadata": {"name": "after", "namespace": "default"}}


@needs_root
async def test_a_stack_on_a_full_disk_is_read_only_with_its_reason_and_goes_on_by_itself_once_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        with serve(disk) as served:
            port, kubeconfig, state_dir = served.ports["plane"], served.kubeconfig, served.state_dir
        fill(disk)
        command = [str(PROGRAM), "--serve", "--state-dir", str(state_dir), *LOOPBACK, "--plane-port", str(port)]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            async with open_remote_client(kubeconfig) as client:
                namespaces = await _in_time(lambda: client.list(NAMESPACE))
                assert len(namespaces.items) == 4
                assert "free some space" in await _refusal(client)
                relieve(disk)
                await _in_time(lambda: client.create(CONFIG_MAP, CREATED))
        finally:
            process.terminate()
            assert process.wait(20) == 0
        assert "Traceback" not in (tmp_path / "log").read_text()


async def _refusal(client: Client) -> str:
    try:
        await client.create(CONFIG_MAP, CREATED)
    except ServiceUnavailable as error:
        return error.message
    return "it was written"


async def _in_time(call: Callable[[], Awaitable[T]]) -> T:
    """What it answers once the plane does what it asks."""
    async with asyncio.timeout(WITHIN):
        while True:
            try:
                return await call()
            except ServiceUnavailable:
                await asyncio.sleep(POLL)
