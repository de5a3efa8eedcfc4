import pytest

from sidero_tui.views.amounts import render_age, render_bar, render_bytes, render_delay


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0s"), (59.9, "59s"), (65, "1m05s"), (7380, "2h03m"), (3 * 86400 + 4 * 3600, "3d04h")],
)
def test_ages_have_two_figures(seconds: float, shown: str) -> None:
    assert render_age(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0.04, "+0.0s"), (1.44, "+1.4s"), (9.96, "+10s"), (65, "+1m05s")])
def test_short_delays_have_tenths(seconds: float, shown: str) -> None:
    assert render_delay(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_576, "1.0 MiB"), (10**12, "931.3 GiB")]
)
def test_bytes_have_binary_units(count: int, shown: str) -> None:
    assert render_bytes(count) == shown


def test_a_bar_is_as_full_as_the_transfer_and_claims_nothing_without_a_total() -> None:
    assert render_bar(5, 10, 4) == "━━──"
    assert render_bar(20, 10, 4) == "━━━━"
    assert render_bar(5, 0, 4) == "┄┄┄┄"
