import pytest

from sidero_tui.model.guide import build_guide
from sidero_tui.views.guide import build_guide_lines, summarise_guide
from sidero_tui.views.spans import plain, width_of
from tests.sidero_tui.builders import build_rack

STEPS = build_guide(build_rack())


@pytest.mark.parametrize("width", [60, 78, 118, 198])
def test_every_step_has_its_number_title_state_and_detail_on_lines_that_fit(width: int) -> None:
    lines = build_guide_lines(STEPS, width)
    assert all(width_of(line) <= width for line in lines)
    text = " ".join(" ".join(plain(line).split()) for line in lines)
    for number, step in enumerate(STEPS, 1):
        assert f"{number} {step.title} {step.state.value.text} {step.detail}" in text


def test_wide_panes_need_one_line_per_step() -> None:
    assert len(build_guide_lines(STEPS, 118)) == len(STEPS)


def test_the_summary_says_what_is_behind_and_what_waits_on_the_operator() -> None:
    assert plain(summarise_guide(STEPS)) == "6 of 10 steps done · 2 your move"
