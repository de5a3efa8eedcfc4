from pathlib import Path

from boot.preflight.checks.agent import check_agent
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config


def test_without_an_agent_it_says_how_to_make_one(tmp_path: Path) -> None:
    result = check_agent(build_config(tmp_path))
    assert (result.verdict, "sidero-tui agent build" in result.mend) == (Verdict.WARN, True)


def test_the_built_agent_is_found_in_the_state_directory(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "vmlinuz").touch()
    assert "no initramfs.xz in" in check_agent(build_config(tmp_path)).sentence
    (tmp_path / "agent" / "initramfs.xz").touch()
    assert check_agent(build_config(tmp_path)).verdict is Verdict.OK
