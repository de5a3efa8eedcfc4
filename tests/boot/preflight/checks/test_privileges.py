from pathlib import Path

import pytest

from boot.preflight.checks.privileges import Privileges, judge_privileges, read_privileges
from boot.preflight.result import Verdict

PYTHON = Path("/usr/bin/python3.11")
PORTS = (67, 4011, 69, 8081)


@pytest.mark.parametrize(
    ("ports", "privileges", "verdict", "words"),
    [
        (PORTS, Privileges(root=False, capable=False, first_port=1024), Verdict.FAIL, "ports 67, 69 need"),
        (PORTS, Privileges(root=False, capable=False, first_port=68), Verdict.FAIL, "ports 67, 69 need"),
        (PORTS, Privileges(root=False, capable=False, first_port=67), Verdict.OK, "from 67 on"),
        (PORTS, Privileges(root=False, capable=True, first_port=1024), Verdict.OK, "CAP_NET_BIND_SERVICE"),
        (PORTS, Privileges(root=True, capable=True, first_port=1024), Verdict.OK, "root"),
        ((0, 1024, 8081), Privileges(root=False, capable=False, first_port=1024), Verdict.OK, "no port below 1024"),
    ],
)
def test_any_one_privilege_will_do(ports: tuple[int, ...], privileges: Privileges, verdict: Verdict, words: str) -> None:
    result = judge_privileges(ports, privileges, PYTHON)
    assert result.verdict is verdict
    assert words in result.sentence


def test_the_remedy_names_the_real_interpreter_and_the_lowest_port() -> None:
    mend = judge_privileges(PORTS, Privileges(root=False, capable=False, first_port=1024), PYTHON).mend
    assert "setcap cap_net_bind_service=ep /usr/bin/python3.11" in mend
    assert "ip_unprivileged_port_start=67" in mend


@pytest.mark.parametrize(
    ("effective", "capable"), [("0000000000000400", True), ("000001ffffffffff", True), ("0000000000000000", False)]
)
def test_the_capability_is_the_eleventh_bit(effective: str, capable: bool, tmp_path: Path) -> None:
    (tmp_path / "status").write_text(f"Name:\tpython\nCapPrm:\t000001ffffffffff\nCapEff:\t{effective}\n")
    (tmp_path / "first").write_text("80\n")
    found = read_privileges(tmp_path / "status", tmp_path / "first")
    assert (found.capable, found.first_port) == (capable, 80)
