from pathlib import Path

from boot.preflight.checks.state import check_state
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config


def test_a_state_directory_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (result,) = check_state(build_config(tmp_path, state_dir=tmp_path / "file" / "state"))
    assert result.verdict is Verdict.FAIL
    good, _ = check_state(build_config(tmp_path, state_dir=tmp_path / "new" / "state"))
    assert good.verdict is Verdict.OK
    assert not (tmp_path / "new").exists()
