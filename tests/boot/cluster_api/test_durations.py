from datetime import timedelta

import pytest

from boot.cluster_api.durations import parse_duration, patience


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("1h30m", 5400), ("1h0m0s", 3600), ("1.5s", 1.5), ("200ms", 0.2), ("0", 0), (".5m", 30)]
)
def test_durations_are_read_as_go_writes_them(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "10", "ten seconds", "10s later", "1d"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_nothing_said_is_waited_for_without_end() -> None:
    assert patience("10s") == timedelta(seconds=10)
    assert [patience(text) for text in (None, "0", "0s", "soon")] == [None] * 4
