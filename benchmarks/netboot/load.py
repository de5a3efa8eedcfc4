"""The load clients: small C programs, so that the client is never what is measured; the same for every server."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SERVER_CPU, CLIENT_CPU = 0, 1
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class TftpResult:
    mib_per_second: float
    failures: int
    repeats: int
    """Packets the clients sent again after a second of silence."""


@dataclass(frozen=True, slots=True)
class HttpResult:
    mib_per_second: float
    answers: int
    failures: int
    median_ms: float
    p99_ms: float


class Clients:
    """Built once, into `directory`; every run is on a core of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for name in ("tftpload", "httpload"):
            source = Path(__file__).with_name(f"{name}.c")
            subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", directory / name, source], check=True)

    def tftp(self, file: str, clients: int, rounds: int, block_size: int, window: int, delay_us: int = 0) -> TftpResult:
        numbers = map(str, (clients, rounds, block_size, window, delay_us))
        found = json.loads(self._run("tftpload", "127.0.0.1", "69", file, *numbers))
        return TftpResult(found["bytes"] / MIB / found["seconds"], found["failures"], found["repeats"])

    def http(self, port: int, path: str, clients: int, seconds: float, pause_ms: int = 0) -> HttpResult:
        return self.collect_http(self.start_http(port, path, clients, seconds, pause_ms))

    def start_http(self, port: int, path: str, clients: int, seconds: float, pause_ms: int = 0) -> subprocess.Popen[str]:
        numbers = map(str, (clients, seconds, pause_ms))
        command = self._command("httpload", "127.0.0.1", str(port), path, *numbers)
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def collect_http(self, process: "subprocess.Popen[str]") -> HttpResult:
        found = json.loads(process.communicate()[0])
        rate = found["bytes"] / MIB / found["seconds"]
        return HttpResult(rate, found["answers"], found["failures"], found["median_ms"], found["p99_ms"])

    def _run(self, program: str, *arguments: str) -> str:
        return subprocess.run(self._command(program, *arguments), check=True, capture_output=True, text=True).stdout

    def _command(self, program: str, *arguments: str) -> Sequence[str]:
        return ("taskset", "-c", str(CLIENT_CPU), str(self._directory / program), *arguments)
