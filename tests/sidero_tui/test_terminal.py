"""The console in a real pseudo-terminal: how it starts, and that it leaves the terminal as it found it."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import asyncio, sys
from boot.clock import SystemClock
from boot.errors import ConfigError
from sidero_tui.app import ConsoleApp, run_console
from sidero_tui.theme import load_themes
from tests.sidero_tui.consoles import StillPlane
from tests.sidero_tui.builders import build_rack
from sidero_tui.messages import SnapshotChanged

class Source(StillPlane):
    async def run(self, post):
        post(SnapshotChanged(build_rack()))
        if "fail" in sys.argv:
            await asyncio.sleep(0.2)
            raise ConfigError("the state directory belongs to another stack")
        await asyncio.Event().wait()

source = Source(build_rack())
try:
    asyncio.run(run_console(ConsoleApp(source, SystemClock(), load_themes(), "dark"), source))
    print("left")
except ConfigError as error:
    print(f"refused: {error}")
"""
ALTERNATE_SCREEN, MAIN_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A child on a pseudo-terminal, and all it has written."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        self._master, child = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=child, stdout=child, stderr=child, cwd=Path(__file__).parents[2],
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environ},
        )  # fmt: skip
        os.close(child)
        self.written = b""

    def read_until(self, wanted: bytes, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while wanted not in self.written:
            ready, _, _ = select.select([self._master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{wanted!r} not within {seconds} s, but {self.written[-300:]!r}"
            self.written += os.read(self._master, 65536)

    def press(self, key: bytes) -> None:
        os.write(self._master, key)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


def test_q_ends_it_and_the_terminal_is_restored() -> None:
    terminal = Terminal()
    try:
        terminal.read_until(b"waiting for acceptance")
        assert ALTERNATE_SCREEN in terminal.written
        terminal.press(b"q")
        terminal.read_until(b"left")
        assert MAIN_SCREEN in terminal.written
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()


def test_a_plane_that_cannot_start_ends_it_with_its_own_words_on_a_restored_terminal() -> None:
    terminal = Terminal("fail")
    try:
        terminal.read_until(b"refused: the state directory belongs to another stack")
        assert terminal.written.index(MAIN_SCREEN) < terminal.written.index(b"refused:")
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()


@pytest.mark.parametrize("glyph", ["◌", "●", "≡", "▲"])
def test_without_colour_states_still_have_their_glyph(glyph: str) -> None:
    terminal = Terminal(NO_COLOR="1")
    try:
        terminal.read_until(b"waiting for acceptance")
        terminal.read_until(glyph.encode())
        terminal.press(b"q")
        terminal.read_until(b"left")
    finally:
        terminal.close()
