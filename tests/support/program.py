"""The installed program, run as a user runs it: `sidero-tui --serve` in a process of its own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).parent / "sidero-tui"
LOOPBACK = (
    "--interface",
    "lo",
    "--advertise",
    "127.0.0.1",
    "--listen",
    "127.0.0.1",
    "--dhcp",
    "server",
    "--dhcp-range",
    "127.0.2.1-127.0.2.250",
    "--dhcp-port",
    "0",
    "--pxe-port",
    "0",
    "--tftp-port",
    "0",
    "--api-port",
    "0",
    "--http-port",
    "0",
    "--plane-port",
    "0",
    "--metadata-port",
    "0",
    "--log-format",
    "json",
)
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Served:
    """A running `--serve`: its ports by component, and how long it took to bind them all."""

    process: subprocess.Popen[bytes]
    state_dir: Path
    ports: Mapping[str, int]
    seconds: float

    @property
    def kubeconfig(self) -> Path:
        return self.state_dir / "kubeconfig"

    @property
    def reader_kubeconfig(self) -> Path:
        return self.state_dir / "kubeconfig-read-only"

    def log(self) -> list[dict[str, Any]]:
        """Its JSON lines so far."""
        return [json.loads(line) for line in (self.state_dir.parent / "serve.log").read_text().splitlines()]

    def kill(self) -> None:
        """As the kernel does it: at once, without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def serve(directory: Path, *options: str, within: float = 60) -> Iterator[Served]:
    """Run it on loopback with any free ports until the end of the block; its exit code is 0 then, unless it was killed."""
    state_dir = directory / "state"
    (state_dir / "ready.json").unlink(missing_ok=True)
    (state_dir / "assets-offline").mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (directory / "serve.log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "--serve", "--state-dir", state_dir, *LOOPBACK, *options], stdout=log, stderr=log)
        try:
            ports = _wait_ready(process, state_dir / "ready.json", began + within)
            yield Served(process, state_dir, ports, time.monotonic() - began)
        finally:
            if process.poll() is None:
                process.terminate()
                assert process.wait(20) == 0


def _wait_ready(process: subprocess.Popen[bytes], ready: Path, deadline: float) -> dict[str, int]:
    while not ready.exists():
        assert process.poll() is None, "it ended before it was ready"
        assert time.monotonic() < deadline, "it was not ready in time"
        time.sleep(_POLL)
    return {name: component["port"] for name, component in json.loads(ready.read_text()).items()}
