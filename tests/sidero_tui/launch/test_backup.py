"""`sidero-tui backup` and `restore`, at rest and while a stack serves."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from boot.client.remote import open_remote_client
from boot.resources.kinds import CONFIG_MAP
from sidero_tui.cli import main
from tests.support.plane import local_client
from tests.support.program import serve


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("PUBLIC_IP", raising=False)


def _map(name: str) -> dict[str, object]:
    return {"metadata": {"name": name, "namespace": "default"}, "data": {"a": name}}


async def _make(state_dir: Path, *names: str) -> list[str]:
    """Creates ConfigMaps in a plane at rest; returns all there are."""
    state_dir.mkdir(exist_ok=True)
    async with local_client(state_dir) as client:
        for name in names:
            await client.create(CONFIG_MAP, _map(name))
        return [obj["metadata"]["name"] for obj in (await client.list(CONFIG_MAP, "default")).items]


def _run(state_dir: Path, *arguments: str | Path) -> int:
    return main(["--state-dir", str(state_dir), *map(str, arguments)])


def test_at_rest_it_comes_back_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, file = tmp_path / "state", tmp_path / "backup.db"
    asyncio.run(_make(state, "a"))
    assert _run(state, "backup", file) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{file}: 1 configmaps, ")
    assert f"sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}" in line
    assert file.stat().st_mode & 0o777 == 0o600
    assert asyncio.run(_make(state, "b")) == ["a", "b"]
    assert _run(state, "restore", file) == 2
    assert "holds 2 configmaps, which a restore throws away" in capsys.readouterr().err
    assert _run(state, "restore", file, "--yes") == 0
    assert asyncio.run(_make(state)) == ["a"]
    assert _run(state, "restore", state / "state.db.before-restore", "--yes") == 0
    assert asyncio.run(_make(state)) == ["a", "b"]


def test_a_new_laptop_takes_a_backup_without_a_word(tmp_path: Path) -> None:
    asyncio.run(_make(tmp_path / "old", "a"))
    assert _run(tmp_path / "old", "backup", tmp_path / "backup.db") == 0
    assert _run(tmp_path / "new", "restore", tmp_path / "backup.db") == 0
    assert asyncio.run(_make(tmp_path / "new")) == ["a"]


def test_no_file_is_overwritten_unless_it_is_said(tmp_path: Path) -> None:
    asyncio.run(_make(tmp_path / "state"))
    file = tmp_path / "backup.db"
    file.write_text("mine")
    assert _run(tmp_path / "state", "backup", file) == 2
    assert file.read_text() == "mine"
    assert _run(tmp_path / "state", "backup", file, "--force") == 0
    assert _run(tmp_path / "state", "restore", file) == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("backup", "new.db"), "there is no plane yet"),
        (("backup", "nowhere/new.db"), "no directory"),
        (("restore", "new.db"), "No such file"),
        (("restore", "letter"), "no backup of a plane"),
        (("--kubeconfig", "letter", "backup", "new.db"), "a cluster's plane"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter").write_text("dear plane" * 100)
    assert _run(tmp_path / "state", *command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_plane_that_cannot_be_read_any_more_is_replaced_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, file = tmp_path / "state", tmp_path / "backup.db"
    asyncio.run(_make(state, "a"))
    assert _run(state, "backup", file) == 0
    damaged = b"not a database any more" * 500
    (state / "state.db").write_bytes(damaged)
    assert _run(state, "restore", file) == 2
    assert "is damaged" in capsys.readouterr().err
    assert _run(state, "restore", file, "--yes") == 0
    assert asyncio.run(_make(state)) == ["a"]
    assert (state / "state.db.before-restore").read_bytes() == damaged


def test_while_a_stack_serves_it_goes_through_its_plane(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(tmp_path) as served:
        asyncio.run(_create_and_wait_for(served.kubeconfig, "a", created=True))
        assert _run(served.state_dir, "backup", tmp_path / "backup.db") == 0
        assert "configmaps" in capsys.readouterr().out
        asyncio.run(_create_and_wait_for(served.kubeconfig, "b", created=True))
        assert _run(served.state_dir, "restore", tmp_path / "backup.db") == 2
        assert "say so with --yes" in capsys.readouterr().err
        assert _run(served.state_dir, "restore", tmp_path / "backup.db", "--yes") == 0
        asyncio.run(_create_and_wait_for(served.kubeconfig, "a", created=False))
        served.kill()
    with serve(tmp_path) as served:
        asyncio.run(_create_and_wait_for(served.kubeconfig, "a", created=False))


def test_a_backup_of_a_damaged_plane_says_what_it_lacks_also_while_a_stack_serves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    asyncio.run(_make(state, "whole", "broken"))
    content = (state / "state.db").read_bytes()
    (state / "state.db").write_bytes(content.replace(b'{"a":"broken"}', b'{"a":"Broken"}'))
    assert _run(state, "backup", tmp_path / "at-rest.db") == 0
    with serve(tmp_path) as served:
        assert _run(served.state_dir, "backup", tmp_path / "serving.db") == 0
        told = capsys.readouterr()
        assert told.err.count("left out: configmaps/default/broken") == 2
        assert _run(served.state_dir, "restore", tmp_path / "serving.db", "--yes") == 0
        assert _run(served.state_dir, "backup", tmp_path / "healed.db") == 0
        assert capsys.readouterr().err == ""


async def _create_and_wait_for(kubeconfig: Path, name: str, *, created: bool) -> None:
    async with open_remote_client(kubeconfig) as client:
        if created:
            await client.create(CONFIG_MAP, _map(name))
        names = [obj["metadata"]["name"] for obj in (await client.list(CONFIG_MAP, "default")).items]
        assert names[-1] == name
