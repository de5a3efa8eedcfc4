"""What the operator has: `sidero-tui --serve` as a program of its own, and a stock kubectl on its plane."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.rack import LAPTOP, SWITCH, Rack
from tests.support.kubectl import KUBECTL

COMPONENTS = {"plane", "dhcp", "pxe", "tftp", "http", "api", "metadata", "controllers", "wire"}
Record = Mapping[str, Any]


@dataclass
class Laptop:
    """`told` is every line of `--serve` so far."""

    rack: Rack
    state_dir: Path
    told: list[Record] = field(default_factory=list)
    program: asyncio.subprocess.Process | None = None
    killed: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self, lines: asyncio.StreamReader) -> None:
        """Collect the lines until the program ends."""
        async for line in lines:
            async with self._news:
                self.told.append(json.loads(line))
                self._news.notify_all()

    async def until(self, holds: Callable[[Sequence[Record]], bool], within: float) -> None:
        """Return once `holds` of what was told; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: holds(self.told))

    def kill(self) -> None:
        """As the kernel does it: at once, without a word."""
        assert self.program is not None
        self.killed = True
        self.program.kill()

    def notices(self, kind: str, **fields: object) -> list[Record]:
        """Those of that kind with these fields."""
        return [record for record in self.told if record["notice"] == kind and fields.items() <= record.items()]

    async def shell(self, script: str) -> str:
        """Output of a shell line as the guide gives it: PUBLIC_IP and KUBECONFIG are set, kubectl is in the path."""
        assert KUBECTL is not None
        environment = os.environ | {
            "PUBLIC_IP": LAPTOP,
            "KUBECONFIG": str(self.state_dir / "kubeconfig"),
            "PATH": f"{Path(KUBECTL).parent}:{os.environ['PATH']}",
            "HOME": str(self.rack.directory),
        }
        program = await asyncio.create_subprocess_exec(
            "ip",
            "netns",
            "exec",
            self.rack.laptop,
            "bash",
            "-euo",
            "pipefail",
            "-c",
            script,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        output, errors = await program.communicate()
        assert (program.returncode, errors.decode()) == (0, ""), f"{script}: {errors.decode()}"
        return output.decode()

    async def get(self, kind: str, name: str = "") -> Any:
        """An object, or the list of all."""
        return json.loads(await self.shell(f"kubectl get {kind} {name} -o json"))


@asynccontextmanager
async def serve(rack: Rack, *options: str, interface: str = SWITCH, advertise: str = LAPTOP) -> AsyncIterator[Laptop]:
    """`sidero-tui --serve` on the rack's switch, all of it bound; `advertise` "" leaves the address to the interface."""
    laptop = Laptop(rack, rack.directory / "state")
    command = (
        str(Path(sys.executable).with_name("sidero-tui")),
        "--serve",
        "--log-format",
        "json",
        "--state-dir",
        str(laptop.state_dir),
        "--interface",
        interface,
        *(("--advertise", advertise) if advertise else ()),
        *options,
    )
    async with rack.run(command, output=asyncio.subprocess.PIPE) as program:
        assert program.stdout is not None
        laptop.program = program
        listening = asyncio.create_task(laptop.listen(program.stdout))
        wanted = COMPONENTS - {"dhcp", "pxe"} if "off" in options else COMPONENTS
        await laptop.until(lambda told: _serving(told) >= wanted, within=30)
        yield laptop
    await listening
    assert program.returncode == (-signal.SIGKILL if laptop.killed else 0)


def _serving(told: Sequence[Record]) -> set[str]:
    return {record["name"] for record in told if record.get("state") == "serving"}
