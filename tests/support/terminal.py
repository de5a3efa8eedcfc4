"""A real program in a pseudo-terminal, and the screen it draws."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

_READ = 65536


class Terminal:
    """`screen` holds what a person would see; `raw` everything that was written."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, columns: int, rows: int) -> None:
        self.process = process
        self.raw = b""
        self._master = master
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, words: str, within: float = 30) -> None:
        """Until the words are on the screen; AssertionError with the screen when they do not come."""
        deadline = time.monotonic() + within
        while words not in self.text:
            assert time.monotonic() < deadline, f"{words!r} did not come:\n{self.text}"
            self._read(0.1)

    def wait_end(self, within: float = 30) -> int:
        """The exit code, with everything read that was still written."""
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it did not end:\n{self.text}"
            self._read(0.1)
        self._read(0.1)
        return self.process.returncode

    def _read(self, within: float) -> None:
        if select.select([self._master], [], [], within)[0]:
            try:
                data = os.read(self._master, _READ)
            except OSError:  # Linux answers EIO once the last writer is gone
                return
            self.raw += data
            self._stream.feed(data)


@contextmanager
def terminal(command: Sequence[str | Path], environ: dict[str, str], columns: int = 160, rows: int = 45) -> Iterator[Terminal]:
    """Run it with the pseudo-terminal as its own; ended by force if it is still there at the end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", **environ},
    )
    try:
        yield Terminal(process, master, columns, rows)
        assert termios.tcgetattr(slave) == before, "the terminal was left in another mode"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)
        os.close(slave)
