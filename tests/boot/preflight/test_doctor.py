from datetime import UTC, datetime
from pathlib import Path

from boot.config import Ports
from boot.preflight.doctor import run_checks
from boot.preflight.result import CheckResult, Verdict, render_checks
from tests.boot.preflight.config import build_config


def test_the_page_names_each_check_its_remedy_and_the_sum(tmp_path: Path) -> None:
    ports = Ports(dhcp=0, pxe=0, tftp=0, http=0, plane=0)
    text = render_checks(run_checks(build_config(tmp_path, ports=ports), "because", datetime(2027, 1, 1, tzinfo=UTC)))
    assert "2 failures" in text.splitlines()[-1]
    assert "→ apt install ipxe" in text
    page = render_checks([CheckResult("a", Verdict.OK, "fine"), CheckResult("longer", Verdict.WARN, "hm", "do this")])
    assert page.splitlines()[-1] == "1 ok, 1 warnings, 0 failures"
