from pathlib import Path

import pytest

from boot.interfaces import Interface
from boot.preflight.checks.interface import check_interface
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config

WIRED = Interface("eth0", "10.0.0.5", 24, up=True, carrier=True)
WIFI = Interface("wlan0", "192.168.1.7", 24, up=True, carrier=True, wireless=True)


@pytest.mark.parametrize(
    ("interface", "verdict", "words"),
    [
        (WIRED, Verdict.OK, "machines are told"),
        (Interface("eth0", "10.0.0.5", 24), Verdict.FAIL, "it is down"),
        (Interface("eth0", "10.0.0.5", 24, up=True), Verdict.FAIL, "no link"),
        (Interface("eth0", "10.0.0.6", 24, up=True, carrier=True), Verdict.WARN, "no interface of this machine has that address"),
        (Interface("eth0", "10.0.0.5", 24, up=True, carrier=True, wireless=True), Verdict.WARN, "wireless"),
        (WIFI, Verdict.FAIL, "there is no interface eth0"),
    ],
)
def test_the_interface_is_looked_at(tmp_path: Path, interface: Interface, verdict: Verdict, words: str) -> None:
    result = check_interface(build_config(tmp_path, interface="eth0", advertise="10.0.0.5"), [interface], "because")
    assert result.verdict is verdict
    assert words in result.sentence
    assert bool(result.mend) is (verdict is not Verdict.OK)
