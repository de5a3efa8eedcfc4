"""Component `tftp`: binds the port, says which file a name is, and tells how transfers go; a process of its own moves them.

In lock-step a rack at 1 Gbit/s is 80,000 datagrams a second, each of them Python: in this process they would hold the
interpreter, and plane and console would wait. So this process sees a request and a few reports of each transfer only.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from boot.clock import Clock
from boot.component import Bound
from boot.notices import NoticeFeed
from boot.tftp.__main__ import SEPARATE, SINGLE
from boot.tftp.files import TftpFile
from boot.tftp.messages import Answer, Ask, encode_answer, parse_said
from boot.tftp.ports import open_requests
from boot.tftp.reports import build_notice


class TftpServer:
    """Serves `files(name, address)` read-only; `name` is clean and relative, None means there is no such file.

    `single_port`: all transfers leave from the well-known port, which firewalls let pass more easily.
    """

    name = "tftp"

    def __init__(
        self,
        listen: str,
        port: int,
        files: Callable[[str, str], TftpFile | None],
        notices: NoticeFeed,
        clock: Clock,
        *,
        single_port: bool = False,
    ) -> None:
        self._listen = listen
        self._port = port
        self._files = files
        self._notices = notices
        self._clock = clock
        self._single_port = single_port

    async def serve(self, bound: Bound) -> None:
        """Serve until cancelled; OSError when the port cannot be had, or the process has ended."""
        with open_requests(self._listen, self._port) as requests:
            async with self._transfer_process(requests) as (lines, answers):
                bound(*requests.getsockname())
                async for line in lines:
                    said = parse_said(line)
                    if isinstance(said, Ask):
                        answers.write(encode_answer(Answer(said.number, self._files(said.name, said.address))))
                    else:
                        self._notices.publish(build_notice(said, self._clock.now()))
        raise OSError("the transfer process ended")

    @asynccontextmanager
    async def _transfer_process(
        self, requests: socket.socket
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """What it says, and where it is answered. It ends by itself when this process does, however that ends."""
        ours, theirs = socket.socketpair()
        ports = SINGLE if self._single_port else SEPARATE
        with ours, theirs, _start(requests.fileno(), theirs.fileno(), ports) as process:
            theirs.close()
            try:
                lines, answers = await asyncio.open_connection(sock=ours)
                try:
                    yield lines, answers
                finally:
                    answers.close()
            finally:
                process.kill()  # it has nothing to lose


def _start(requests: int, control: int, ports: str) -> subprocess.Popen[bytes]:
    # -P: nothing is imported from whatever directory the operator stands in. A session of its own: the terminal's
    # interrupt is for the console.
    command = (sys.executable, "-P", "-m", "boot.tftp", str(requests), str(control), ports)
    return subprocess.Popen(command, pass_fds=(requests, control), start_new_session=True)  # noqa: S603
