"""The whole way as a person goes it: the program in a terminal, servers register, one is marked and accepted."""

from pathlib import Path

import aiohttp
import pytest

from boot.client.remote import open_remote_client
from boot.errors import Forbidden
from boot.resources.kinds import SERVER
from tests.support.program import PROGRAM, serve
from tests.support.registration import register
from tests.support.terminal import terminal

ENTER, ESCAPE = "\r", "\x1b"
LEAVES_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


def test_register_mark_accept_see_available_and_quit(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with terminal([PROGRAM, "demo", "--servers", "3"], environ) as screen:
        screen.wait_for("3 waiting for acceptance")
        screen.type(" ")
        screen.wait_for("1 marked")
        screen.type("a")
        screen.wait_for("Accept 1 server?")
        screen.wait_for("/dev/sda")
        screen.type(ENTER)
        screen.wait_for("1 available", within=60)
        screen.type(ENTER)
        screen.wait_for("LADDER")
        screen.type(ESCAPE)
        screen.wait_for("PXE boots")
        screen.type("q")
        assert screen.wait_end() == 0
        assert LEAVES_SCREEN in screen.raw
        assert SHOWS_CURSOR in screen.raw


def test_until_a_stage_the_demo_ends_by_itself(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with terminal([PROGRAM, "demo", "--servers", "2", "--until", "registered"], environ, 80, 24) as screen:
        assert screen.wait_end() == 0


def test_attach_shows_a_running_plane_and_leaves_it_running(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        with terminal([PROGRAM, "attach", "--kubeconfig", served.kubeconfig], environ) as screen:
            screen.wait_for("live")
            screen.wait_for(str(served.ports["http"]))
            screen.type("q")
            assert screen.wait_end() == 0
        assert served.process.poll() is None


async def test_attach_read_only_shows_everything_and_accepts_nothing(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        async with aiohttp.ClientSession() as session:
            name = await register(session, f"http://127.0.0.1:{served.ports['http']}", 1)
        environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        with terminal([PROGRAM, "attach", "--read-only", "--state-dir", served.state_dir], environ) as screen:
            screen.wait_for("read-only")
            screen.wait_for(name)
            screen.type("a")
            screen.wait_for("accept: attached with --read-only")
            screen.type("q")
            assert screen.wait_end() == 0
        async with open_remote_client(served.kubeconfig) as admin, open_remote_client(served.reader_kubeconfig) as guest:
            with pytest.raises(Forbidden, match="cannot patch resource"):
                await guest.patch(SERVER, name, {"spec": {"accepted": True}})
            assert (await admin.get(SERVER, name))["spec"]["accepted"] is False
