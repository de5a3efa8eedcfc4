from datetime import UTC, datetime

from boot.preflight.checks.clock import check_clock
from boot.preflight.result import Verdict


def test_a_clock_in_the_past_is_told() -> None:
    assert check_clock(datetime(1970, 1, 1, tzinfo=UTC)).verdict is Verdict.FAIL
    assert check_clock(datetime(2027, 1, 1, tzinfo=UTC)).verdict is Verdict.OK
