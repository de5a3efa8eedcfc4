"""The embedded plane behind its real API server, with nothing that acts on its objects, for programs that are its clients."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.boot.apiserver.served import served_plane


@contextmanager
def plane_alone(directory: Path) -> Iterator[Path]:
    """Served from a thread until the end of the block; the kubeconfig of its admin."""
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with served_plane(directory):
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30), "the plane was not ready in time"
        yield directory / "kubeconfig"
    finally:
        done.set()
        thread.join()
