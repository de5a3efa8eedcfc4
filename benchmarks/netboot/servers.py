"""The servers side by side: ours, and the Debian packages that serve the same protocols."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.program import serve

HTTP_PORT = 8081
_DNSMASQ = ("--enable-tftp", "--tftp-max=500", "--user=root", "--pid-file", "--log-facility=/dev/null")
_NGINX = """
daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{
  sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000;
  client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
  uwsgi_temp_path {directory}; scgi_temp_path {directory};
  server {{ listen 127.0.0.1:8081; root {directory}/root; }}
}}
"""


@contextmanager
def sidero_tui(directory: Path) -> Iterator[None]:
    """`--serve` as it runs on a rack, with the files of `directory`/root as its iPXE binaries."""
    options = ("--dhcp", "off", "--tftp-port", "69", "--http-port", str(HTTP_PORT), "--ipxe-dir", str(directory / "root"))
    with serve(directory, *options):
        yield


@contextmanager
def foreign(name: str, directory: Path) -> Iterator[None]:
    """dnsmasq, in.tftpd, atftpd or nginx, serving `directory`/root."""
    root = str(directory / "root")
    if name == "nginx":
        (directory / "nginx.conf").write_text(_NGINX.format(directory=directory))
    command = {
        "dnsmasq": ["dnsmasq", "-k", "-C", "/dev/null", "-p", "0", *_DNSMASQ, f"--tftp-root={root}"],
        "in.tftpd": ["in.tftpd", "-L", "-4", "-a", "127.0.0.1:69", "-u", "root", "-s", root],
        "atftpd": [
            "atftpd",
            "--daemon",
            "--no-fork",
            "--user",
            "root",
            "--group",
            "root",
            "--maxthread",
            "500",
            "--bind-address",
            "127.0.0.1",
            root,
        ],
        "nginx": ["nginx", "-c", str(directory / "nginx.conf")],
    }[name]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_bound(8081 if name == "nginx" else 69, socket.SOCK_STREAM if name == "nginx" else socket.SOCK_DGRAM)
            yield
        finally:
            process.terminate()


def installed(name: str) -> bool:
    return shutil.which(name) is not None


def _wait_bound(port: int, kind: socket.SocketKind) -> None:
    table = Path("/proc/net/tcp" if kind is socket.SOCK_STREAM else "/proc/net/udp")
    deadline = time.monotonic() + 10
    while f":{port:04X} " not in table.read_text():
        assert time.monotonic() < deadline, f"nobody took port {port}"
        time.sleep(0.05)
