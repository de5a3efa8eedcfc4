"""`sidero-tui --serve`: the stack without a screen, until SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal
import sys

from boot.clock import SystemClock
from boot.config import StackConfig
from boot.stack import open_stack
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.lines import NoticeLines
from sidero_tui.launch.resolve import resolve_config
from sidero_tui.settings import Settings


def run_serve(settings: Settings) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    return asyncio.run(_serve(resolve_config(settings), NoticeLines(settings.log_format, sys.stdout)))


async def _serve(config: StackConfig, lines: NoticeLines) -> Exit:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_stack(config, SystemClock()) as stack:
        following = asyncio.create_task(lines.follow(stack.notices))
        try:
            await stop.wait()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
    return Exit.DONE
