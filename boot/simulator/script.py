"""iPXE scripts, executed as iPXE does: a failing line ends the script unless || follows it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from boot.errors import SideroError
from boot.simulator.settings import Settings, parse_value

_HEADER = "#!ipxe"
_FLAGS_WITH_VALUE = frozenset({"--timeout", "--name", "--drive", "-t", "-n"})
_LONGEST_RUN = 100_000
"""Commands without a pause: a script that spins is a broken one."""


class ScriptError(SideroError):
    """What iPXE would print before it gives up."""


class FetchError(SideroError):
    """A download failed; `errno` is what ${errno} then holds."""

    def __init__(self, message: str, errno: str) -> None:
        super().__init__(message)
        self.errno = errno


class End(Enum):
    """How a script ends."""

    EXIT = auto()
    """Back to the firmware, which tries its next boot device."""
    REBOOT = auto()
    BOOT = auto()
    """A kernel was started."""
    DISK = auto()


class Device(Protocol):
    """What the script acts on: network, screen, time."""

    async def fetch(self, url: str) -> bytes: ...

    async def configure(self, interface: str) -> None: ...

    def show(self, text: str) -> None: ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(slots=True)
class _Jump:
    """A running script and the line it is at."""

    lines: list[str]
    at: int = 1


def _read_script(data: bytes) -> _Jump:
    lines = data.decode("latin-1").replace("\r\n", "\n").replace("\\\n", "").split("\n")
    if lines[0].rstrip() != _HEADER:
        raise ScriptError("Exec format error")
    return _Jump(lines)


class Interpreter:
    """Runs a script to its end; `kernel_line` is what `kernel` was given, for whoever looks."""

    def __init__(self, device: Device, settings: Settings) -> None:
        self._device = device
        self._settings = settings
        self._script = _Jump([_HEADER])
        self.kernel_line = ""
        self._commands: dict[str, Callable[[list[str]], Awaitable[bool | End]]] = {
            "set": self._set,
            "clear": self._clear,
            "inc": self._inc,
            "echo": self._echo,
            "sleep": self._sleep,
            "goto": self._goto,
            "isset": self._isset,
            "iseq": self._iseq,
            "chain": self._chain,
            "imgfree": self._nothing,
            "imgfetch": self._fetch,
            "initrd": self._fetch,
            "kernel": self._kernel,
            "boot": self._boot,
            "dhcp": self._dhcp,
            "ifconf": self._dhcp,
            "ifopen": self._nothing,
            "iflinkwait": self._link_wait,
            "exit": self._exit,
            "reboot": self._reboot,
            "sanboot": self._sanboot,
        }

    async def run(self, data: bytes) -> End:
        """ScriptError or FetchError when a line fails with nothing after it."""
        self._script = _read_script(data)
        for _ in range(_LONGEST_RUN):
            script = self._script
            if script.at >= len(script.lines):
                return End.EXIT
            line = script.lines[script.at].strip()
            script.at += 1
            if not line or line.startswith(("#", ":")):
                continue
            outcome = await self._run_line(line)
            if isinstance(outcome, End):
                return outcome
        raise ScriptError("the script runs in a circle")

    async def _run_line(self, line: str) -> End | None:
        """Commands joined by || and &&, left to right, each depending on the one that ran before it."""
        parts = re.split(r"\s*(\|\||&&)(?:\s+|$)", line)
        status: bool | End = True
        error: SideroError | None = None
        operator = ""
        for position, part in enumerate(parts):
            if position % 2:
                operator = part
                continue
            if (operator == "||" and status) or (operator == "&&" and not status):
                continue
            try:
                status, error = await self._run_command(part), None
            except SideroError as failure:
                status, error = False, failure
            if isinstance(status, End):
                return status
        if not status:
            raise error or ScriptError(f"{line}: failed")
        return None

    async def _run_command(self, text: str) -> bool | End:
        words = self._settings.expand(text).split()
        if not words:
            return True
        command = self._commands.get(words[0])
        if command is None:
            raise ScriptError(f"{words[0]}: command not found")
        return await command(words[1:])

    async def _set(self, words: list[str]) -> bool:
        name, _, kind = words[0].partition(":")
        try:
            self._settings.set(name, parse_value(" ".join(words[1:]), kind))
        except ValueError as error:
            raise ScriptError(f"set {' '.join(words)}: {error}") from error
        return True

    async def _clear(self, words: list[str]) -> bool:
        self._settings.clear(words[0])
        return True

    async def _inc(self, words: list[str]) -> bool:
        step = int(words[1]) if len(words) > 1 else 1
        self._settings.set(words[0], parse_value(str(self._settings.number(words[0]) + step), "int32"))
        return True

    async def _echo(self, words: list[str]) -> bool:
        self._device.show(" ".join(words))
        return True

    async def _sleep(self, words: list[str]) -> bool:
        await self._device.sleep(float(words[0]))
        return True

    async def _goto(self, words: list[str]) -> bool:
        for number, line in enumerate(self._script.lines):
            if line.split()[:1] == [f":{words[0]}"]:
                self._script.at = number + 1
                return True
        raise ScriptError(f"{words[0]}: no such label")

    async def _isset(self, words: list[str]) -> bool:
        return bool(words)

    async def _iseq(self, words: list[str]) -> bool:
        return len(words) == 2 and words[0] == words[1]

    async def _chain(self, words: list[str]) -> bool:
        """Always as with --replace, which is the only way that returns to nothing."""
        if "--replace" not in words:
            raise ScriptError("chain without --replace would return to a closed network device")
        (url,) = _arguments(words)[:1]
        self._script = _read_script(await self._download(url))
        return True

    async def _fetch(self, words: list[str]) -> bool:
        await self._download(_arguments(words)[0])
        return True

    async def _kernel(self, words: list[str]) -> bool:
        url, *line = _arguments(words)
        await self._download(url)
        self.kernel_line = " ".join(line)
        return True

    async def _download(self, url: str) -> bytes:
        try:
            return await self._device.fetch(url)
        except FetchError as error:
            self._settings.set("errno", parse_value(error.errno, "string"))
            raise

    async def _dhcp(self, words: list[str]) -> bool:
        await self._device.configure(words[0] if words else "net0")
        return True

    async def _link_wait(self, words: list[str]) -> bool:
        return "net0" in words

    async def _nothing(self, _words: list[str]) -> bool:
        return True

    async def _boot(self, _words: list[str]) -> End:
        if not self.kernel_line:
            raise ScriptError("boot: no kernel")
        return End.BOOT

    async def _exit(self, _words: list[str]) -> End:
        return End.EXIT

    async def _reboot(self, _words: list[str]) -> End:
        return End.REBOOT

    async def _sanboot(self, _words: list[str]) -> End:
        return End.DISK


def _arguments(words: list[str]) -> list[str]:
    """Words without leading options and their values."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in _FLAGS_WITH_VALUE and rest:
            rest.pop(0)
    return rest
