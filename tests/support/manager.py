"""Cluster API's own controller manager, as tests/interop/build.sh leaves it, on a kube-apiserver of a test."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from boot.apiserver.pki import open_authority


@contextmanager
def running_manager(program: str, kubeconfig: Path, directory: Path) -> Iterator[Path]:
    """Until the end of the block; nobody calls its webhooks, for which it wants a certificate all the same. Its log."""
    authority = open_authority(directory / "webhooks", datetime.now(UTC), ["127.0.0.1"])
    certificates = directory / "certificates"
    certificates.mkdir()
    for name, kept in (("tls.crt", "server.crt"), ("tls.key", "server.key")):
        shutil.copy(authority.directory / kept, certificates / name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [
        f"--kubeconfig={kubeconfig}",
        "--leader-elect=false",
        "--diagnostics-address=0",
        "--health-addr=0",
        f"--webhook-port={port}",
        f"--webhook-cert-dir={certificates}",
        "--v=4",
    ]
    file = directory / "manager.log"
    with file.open("wb") as log:
        process = subprocess.Popen(
            [program, *options], stdout=log, stderr=log, cwd=directory, env={**os.environ, "KUBECONFIG": str(kubeconfig)}
        )
        try:
            yield file
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
