import os
import stat
from pathlib import Path

import pytest

from boot.errors import ConfigError
from boot.state_dir import hold_state_dir, write_private


def test_a_second_stack_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    with hold_state_dir(tmp_path / "state"):
        with pytest.raises(ConfigError, match=f"in use by process {os.getpid()}"), hold_state_dir(tmp_path / "state"):
            pass
    with hold_state_dir(tmp_path / "state"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="choose another with --state-dir"), hold_state_dir(tmp_path / "file" / "state"):
        pass


def test_private_files_are_replaced_whole_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    write_private(path, "first")
    write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["kubeconfig"]
