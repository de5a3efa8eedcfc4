"""Real BMC emulators: OpenIPMI's ipmi_sim with a QEMU guest behind it, sushy-tools' Redfish, and a relay that misbehaves."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

USER, PASSWORD = "admin", "correct-horse"
SYSTEM = "27946b59-9e44-4fa7-8e91-f3527a1ef094"
PATIENCE = 30.0

_LAN = """name "bmc"
startlan 1
  addr 127.0.0.1 {port}
  priv_limit admin
  allowed_auths_user md5
  allowed_auths_operator md5
  allowed_auths_admin md5
  guid a123456789abcdefa123456789abcdef
endlan
chassis_control "{chassis}"
user 2 true "{user}" "{password}" admin 10 md5
"""
_EMULATION = """mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x2a7c 0xf02
sel_enable 0x20 1000 0x0a
mc_enable 0x20
"""
_CHASSIS = """#!/bin/sh
# ipmi_sim's chassis control protocol: get NAME prints NAME:VALUE, set NAME VALUE does it. Power is a QEMU process.
cd "{directory}" || exit 1
echo "$@" >> calls
running() {{ [ -s pid ] && grep -q '^State:.[^Z]' "/proc/$(cat pid)/status" 2>/dev/null; }}
start() {{
    running || [ -e deaf ] && return
    order=c; [ "$(cat boot 2>/dev/null)" = pxe ] && order=n
    rm -f boot
    echo "$order" >> starts
    qemu-system-x86_64 -m 32 -nodefaults -display none -boot "$order" -daemonize -pidfile "$PWD/pid" </dev/null >/dev/null 2>&1
}}
stop() {{
    [ ! -e deaf ] && running || return
    kill -9 "$(cat pid)"
    while running; do sleep 0.02; done
}}
while [ $# -gt 0 ]; do
    verb=$1; name=$2; shift 2
    case "$verb $name" in
        "get power") running && echo power:1 || echo power:0 ;;
        "get boot") echo "boot:$(cat boot 2>/dev/null || echo default)" ;;
        "set power") [ "$1" = 1 ] && start || stop; shift ;;
        "set reset") stop; start; shift ;;
        "set boot") echo "$1" > boot; shift ;;
        *) shift $# ;;
    esac
done
"""


class Guest:
    """What stands behind the BMC: a QEMU process, and what its BMC did to it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def pid(self) -> int:
        """0 while it is off."""
        with suppress(FileNotFoundError, ValueError):
            pid = int((self._directory / "pid").read_text())
            if "State:\tZ" not in Path(f"/proc/{pid}/status").read_text():
                return pid
        return 0

    def turn_deaf(self) -> None:
        """From now on the BMC acknowledges orders and nothing happens."""
        (self._directory / "deaf").touch()

    @property
    def starts(self) -> list[str]:
        """Boot order of each start: "n" from the network, "c" from disk."""
        return self._lines("starts")

    @property
    def calls(self) -> list[str]:
        return self._lines("calls")

    def _lines(self, name: str) -> list[str]:
        with suppress(FileNotFoundError):
            return (self._directory / name).read_text().splitlines()
        return []


@contextmanager
def ipmi_bmc(directory: Path) -> Iterator[tuple[int, Guest]]:
    """UDP port of an ipmi_sim on loopback, and the QEMU guest it switches; off at first."""
    for program, package in (("ipmi_sim", "openipmi"), ("qemu-system-x86_64", "qemu-system-x86")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian package {package})")
    port = _free_port(socket.SOCK_DGRAM)
    chassis = directory / "chassis"
    chassis.write_text(_CHASSIS.format(directory=directory))
    chassis.chmod(0o755)
    lan, emulation = directory / "lan.conf", directory / "bmc.emu"
    lan.write_text(_LAN.format(port=port, chassis=chassis, user=USER, password=PASSWORD))
    emulation.write_text(_EMULATION)
    command = ["ipmi_sim", "-c", str(lan), "-f", str(emulation), "-s", str(directory), "-n"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _await_listener(port, "udp")
        yield port, Guest(directory)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the chassis script, which may be starting a guest just now
        process.wait()
        while guests := _find_processes(f"{directory}/pid"):
            for pid in guests:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


@contextmanager
def redfish_bmc(directory: Path, systems: tuple[str, ...] = (SYSTEM,)) -> Iterator[int]:
    """TCP port of sushy-tools' emulator with its fake driver: TLS with a certificate of its own, Basic login, slow to act."""
    port = _free_port(socket.SOCK_STREAM)
    certificate, key, passwords = directory / "bmc.crt", directory / "bmc.key", directory / "passwords"
    ask = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bmc", "-keyout", str(key)]
    subprocess.run([*ask, "-out", str(certificate)], check=True, capture_output=True)
    passwords.write_text(f"{USER}:{_bcrypt(PASSWORD)}\n")
    fakes = [{"uuid": uuid, "name": f"fake{index}", "power_state": "Off", "nics": []} for index, uuid in enumerate(systems)]
    config = directory / "emulator.conf"
    settings = {
        "SUSHY_EMULATOR_LISTEN_IP": "127.0.0.1",
        "SUSHY_EMULATOR_LISTEN_PORT": port,
        "SUSHY_EMULATOR_SSL_CERT": str(certificate),
        "SUSHY_EMULATOR_SSL_KEY": str(key),
        "SUSHY_EMULATOR_AUTH_FILE": str(passwords),
        "SUSHY_EMULATOR_STATE_DIR": str(directory),
        "SUSHY_EMULATOR_FAKE_SYSTEMS": fakes,
    }
    config.write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    program = Path(sys.executable).with_name("sushy-emulator")
    with (directory / "emulator.log").open("wb") as log:
        process = subprocess.Popen([program, "--config", str(config), "--fake"], stdout=log, stderr=log)
        try:
            _await_listener(port, "tcp")
            yield port
        finally:
            process.kill()
            process.wait()


@asynccontextmanager
async def tcp_relay(port: int, delay: float) -> AsyncIterator[int]:
    """Port of a relay to `port` that holds each answer back for `delay` seconds; infinite: it never answers."""

    open_tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float) -> None:
        try:
            while data := await reader.read(65536):
                await asyncio.sleep(pause)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        for one, other, pause in ((reader, behind_writer, 0.0), (behind_reader, writer, delay)):
            open_tasks.add(asyncio.create_task(pump(one, other, pause)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in open_tasks:
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)
        await asyncio.sleep(0)


class _UdpRelay(asyncio.DatagramProtocol):
    """To one BMC and back; `edit` sees each answer and returns what is passed on, and after how many seconds; None drops it."""

    def __init__(self, port: int, edit: Callable[[bytes], tuple[bytes, float] | None]) -> None:
        self._port = port
        self._edit = edit
        self._client: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        assert self._transport is not None
        if address[1] != self._port:
            self._client = address
            self._transport.sendto(data, ("127.0.0.1", self._port))
        elif self._client is not None and (passed := self._edit(data)) is not None:
            asyncio.get_running_loop().call_later(passed[1], self._transport.sendto, passed[0], self._client)


@asynccontextmanager
async def udp_relay(port: int, edit: Callable[[bytes], tuple[bytes, float] | None]) -> AsyncIterator[int]:
    """Port of a relay to the BMC at `port`."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _UdpRelay(port, edit), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def _bcrypt(password: str) -> str:
    import bcrypt

    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=4)).decode()


def _find_processes(argument: str) -> list[int]:
    """Those that were given this argument and live."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if argument.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_listener(port: int, protocol: str) -> None:
    """Until somebody is bound to that port."""
    deadline = time.monotonic() + PATIENCE
    wanted = f":{port:04X}"
    while time.monotonic() < deadline:
        rows = Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]
        states = {"tcp": "0A", "udp": "07", "udp6": "07"}
        if any(row.split()[1].endswith(wanted) and row.split()[3] == states[protocol] for row in rows):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {protocol} port {port}")


@contextmanager
def fake_bmc() -> Iterator[int]:
    """UDP port of pyghmi's own BMC, user admin, password "password"."""
    port = _free_port(socket.SOCK_DGRAM)
    program = Path(sys.executable).with_name("fakebmc")
    process = subprocess.Popen([program, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_listener(port, "udp6")
        yield port
    finally:
        process.kill()
        process.wait()
