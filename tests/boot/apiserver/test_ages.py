from datetime import UTC, datetime

import pytest

from boot.apiserver.ages import render_age, render_duration

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (599, "9m59s"),
        (600, "10m"),
        (10_799, "179m"),
        (10_800, "3h"),
        (28_799, "7h59m"),
        (28_800, "8h"),
        (172_799, "47h"),
        (172_800, "2d"),
        (180_000, "2d2h"),
        (691_200, "8d"),
        (63_072_000, "2y"),
        (94_694_400, "3y1d"),
        (315_360_000, "10y"),
    ],
)
def test_ages_are_written_as_kubectl_writes_them(seconds: int, text: str) -> None:
    assert render_duration(seconds) == text


def test_a_time_to_come_or_none_at_all_is_invalid() -> None:
    assert render_age("2026-01-03T00:00:00Z", NOW) == "<invalid>"
    assert render_age("yesterday", NOW) == "<invalid>"
    assert render_age("2026-01-01T23:59:00.5Z", NOW) == "59s"
