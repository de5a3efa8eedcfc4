"""iPXE scripts, executed as iPXE does: a failing line ends the script unless || follows it. Measured on real builds."""

from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from typing import Protocol

from boot.errors import SideroError
from boot.simulator.settings import Settings, parse_value
from boot.simulator.syntax import After, Command, Line, is_script, parse_lines, parse_options

_LONGEST_RUN = 10_000
"""Lines without a pause: a script that spins is a broken one, and would stop the whole rack here."""
_NOT_FOUND, _NOT_A_COMMAND, _NOT_A_SCRIPT, _INVALID = "0x2d02203b", "0x2e022001", "0x2e852001", "0x1c162102"
_NOT_EQUAL, _NO_LABEL, _NO_IMAGE, _NO_LINK = "0x46022001", "0x2d02803b", "0x2d0ae03b", "0x2c16203b"


class ScriptError(SideroError):
    """What iPXE would print before it gives up; `errno` is what ${errno} then holds."""

    def __init__(self, message: str, errno: str) -> None:
        super().__init__(message)
        self.errno = errno


class End(Enum):
    """How a script ends."""

    EXIT = auto()
    """Back to whoever started it: the firmware, which tries its next boot device."""
    REBOOT = auto()
    BOOT = auto()
    """A kernel was started."""
    DISK = auto()
    POWEROFF = auto()


class _Jump(Enum):
    """The rest of the line is not looked at: the next one is elsewhere."""

    ELSEWHERE = auto()


Outcome = End | _Jump | None


class Device(Protocol):
    """What the script acts on: network, screen, time. ScriptError when it cannot."""

    async def fetch(self, url: str, seconds: float | None) -> bytes:
        """`seconds` until it is given up, None for never."""
        ...

    async def configure(self, interface: str) -> None: ...

    def show(self, text: str) -> None: ...

    async def sleep(self, seconds: float) -> None: ...


class Interpreter:
    """Runs a script to its end; `lacks` names the commands that this build of iPXE does not have."""

    def __init__(self, device: Device, settings: Settings, lacks: AbstractSet[str] = frozenset()) -> None:
        self._device = device
        self._settings = settings
        self._lines: tuple[Line, ...] = ()
        self._next = 0
        self._images: set[str] = set()
        self._kernel = ""
        self.command_line: tuple[str, ...] = ()
        """What the kernel that was loaded last is started with."""
        self._exit_code = 0
        self._run_since_pause = 0
        commands: dict[str, Callable[[list[str]], Awaitable[Outcome]]] = {
            "set": self._set,
            "clear": self._clear,
            "inc": self._inc,
            "echo": self._echo,
            "sleep": self._sleep,
            "goto": self._goto,
            "isset": self._isset,
            "iseq": self._iseq,
            "chain": self._chain,
            "imgfetch": self._imgfetch,
            "initrd": self._imgfetch,
            "kernel": self._load_kernel,
            "imgfree": self._imgfree,
            "boot": self._boot,
            "dhcp": self._dhcp,
            "ifconf": self._dhcp,
            "ifopen": self._ifopen,
            "iflinkwait": self._ifopen,
            "exit": self._exit,
            "reboot": self._reboot,
            "poweroff": self._poweroff,
            "sanboot": self._sanboot,
        }
        self._commands = {name: command for name, command in commands.items() if name not in lacks}

    async def run(self, data: bytes) -> End:
        """ScriptError when a line fails with nothing after it."""
        outer = self._lines, self._next
        self._replace(data)
        try:
            while self._next < len(self._lines):
                line = self._lines[self._next]
                self._next += 1
                self._run_since_pause += 1
                if self._run_since_pause > _LONGEST_RUN:
                    raise ScriptError("the script runs in a circle", _INVALID)
                outcome = await self._run_line(line)
                if isinstance(outcome, End):
                    return outcome
            self._exit_code = 0
            return End.EXIT
        finally:
            self._lines, self._next = outer

    def _replace(self, data: bytes) -> None:
        if not is_script(data):
            raise ScriptError("Exec format error", _NOT_A_SCRIPT)
        self._lines, self._next = parse_lines(data), 0

    async def _run_line(self, line: Line) -> Outcome:
        """Left to right, each command depending on the one that ran before it."""
        failure: ScriptError | None = None
        for command in line.commands:
            if (command.after is After.SUCCESS and failure) or (command.after is After.FAILURE and not failure):
                continue
            try:
                outcome, failure = await self._run_command(command), None
            except ScriptError as error:
                self._settings.set("errno", parse_value(error.errno, "uint32"))
                failure = error
                continue
            if outcome is not None:
                return outcome
        if failure:
            raise failure
        return None

    async def _run_command(self, command: Command) -> Outcome:
        if not command.words:
            return None
        name, *arguments = map(self._settings.expand, command.words)
        if name not in self._commands:
            raise ScriptError(f"{name}: command not found", _NOT_A_COMMAND)
        try:
            return await self._commands[name](arguments)
        except ValueError as error:  # too few or too many arguments, or one that is no number
            raise ScriptError(f"{name}: {error}", _INVALID) from error

    async def _set(self, words: list[str]) -> None:
        setting, *text = words
        name, _, kind = setting.partition(":")
        self._settings.set(name, parse_value(" ".join(text), kind))

    async def _clear(self, words: list[str]) -> None:
        (name,) = words
        self._settings.clear(name)

    async def _inc(self, words: list[str]) -> None:
        name, step = words if len(words) > 1 else (*words, "1")
        self._settings.set(name, parse_value(str(self._settings.number(name) + int(step, 0)), "int32"))

    async def _echo(self, words: list[str]) -> None:
        self._device.show(" ".join(words))

    async def _sleep(self, words: list[str]) -> None:
        (seconds,) = words
        self._run_since_pause = 0
        await self._device.sleep(int(seconds, 0))

    async def _goto(self, words: list[str]) -> _Jump:
        (label,) = words
        for number, line in enumerate(self._lines):
            if label and line.label == label:
                self._next = number
                return _Jump.ELSEWHERE
        raise ScriptError(f"{label}: no such label", _NO_LABEL)

    async def _isset(self, words: list[str]) -> None:
        (value,) = words
        if not value:
            raise ScriptError("not set", _NOT_FOUND)

    async def _iseq(self, words: list[str]) -> None:
        one, other = words
        if one != other:
            raise ScriptError(f"{one} is not {other}", _NOT_EQUAL)

    async def _chain(self, words: list[str]) -> Outcome:
        """With --replace the running script is gone; else it goes on once the chained one has ended."""
        options, (url, *_) = parse_options(words, ("--replace", "--autofree"), ("--name", "--timeout"))
        data = await self._download(url, options)
        if "--replace" in options:
            self._replace(data)
            return _Jump.ELSEWHERE
        end = await self.run(data)
        if end is End.EXIT and self._exit_code:
            raise ScriptError(f"{url}: exit {self._exit_code}", hex(self._exit_code))
        return None if end is End.EXIT else end

    async def _imgfetch(self, words: list[str]) -> None:
        await self._load(words)

    async def _load_kernel(self, words: list[str]) -> None:
        self._kernel, self.command_line = await self._load(words)

    async def _load(self, words: list[str]) -> tuple[str, tuple[str, ...]]:
        """The name it is kept under, its own unless another is given, and its arguments."""
        options, (url, *arguments) = parse_options(words, ("--autofree",), ("--name", "--timeout"))
        await self._download(url, options)
        name = options.get("--name", url.partition("?")[0].rpartition("/")[2])
        self._images.add(name)
        return name, tuple(arguments)

    async def _download(self, url: str, options: dict[str, str]) -> bytes:
        self._run_since_pause = 0
        return await self._device.fetch(url, int(options["--timeout"], 0) / 1000 if "--timeout" in options else None)

    async def _imgfree(self, words: list[str]) -> None:
        gone = set(words) or set(self._images)
        if not gone <= self._images:
            raise ScriptError(f"{' '.join(words)}: no such image", _NO_IMAGE)
        self._images -= gone

    async def _dhcp(self, words: list[str]) -> None:
        _, interfaces = parse_options(words, (), ("--configurator", "--timeout"))
        self._run_since_pause = 0
        for interface in interfaces or ["net0"]:
            await self._device.configure(interface)

    async def _ifopen(self, words: list[str]) -> None:
        """One NIC, its link always up."""
        _, interfaces = parse_options(words, (), ("--timeout",))
        if not set(interfaces) <= {"net0"}:
            raise ScriptError(f"{' '.join(interfaces)}: no such interface", _NO_LINK)

    async def _boot(self, _words: list[str]) -> End:
        if self._kernel not in self._images:
            raise ScriptError("boot: no kernel", _NO_IMAGE)
        return End.BOOT

    async def _exit(self, words: list[str]) -> End:
        self._exit_code = int(words[0], 0) if words else 0
        return End.EXIT

    async def _reboot(self, _words: list[str]) -> End:
        return End.REBOOT

    async def _poweroff(self, _words: list[str]) -> End:
        return End.POWEROFF

    async def _sanboot(self, _words: list[str]) -> End:
        return End.DISK
