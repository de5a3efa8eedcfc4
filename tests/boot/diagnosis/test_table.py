"""The table as data: complete, in words a person can act on, and the reference in docs/ is made from it."""

import os
from pathlib import Path

import pytest

from boot.diagnosis.cause import REACHED, Cause, Severity
from boot.diagnosis.causes import CAUSES
from boot.diagnosis.signs import Sign
from boot.lifecycle.ladder import LADDER
from boot.notices import Refusal

REFERENCE = Path(__file__).parents[3] / "docs" / "diagnosis.md"
BEGIN, END = "<!-- causes -->\n", "<!-- end of causes -->\n"


def _render(cause: Cause) -> str:
    command = f"<br>`{cause.command}`" if cause.command else ""
    return f"| {cause.reason} | {cause.observed} | {cause.says}{command} | {', '.join(cause.rungs) or cause.severity} |"


def _table() -> str:
    head = "| Reason | Seen and not seen | What is said | Keeps from |\n|---|---|---|---|\n"
    return head + "".join(_render(cause) + "\n" for cause in CAUSES)


def test_the_reference_is_what_the_table_says() -> None:
    text = REFERENCE.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + _table() + END + after
    if os.environ.get("SIDERO_TUI_TEST_UPDATE"):
        REFERENCE.write_text(wanted)
    assert REFERENCE.read_text() == wanted, "run this test with SIDERO_TUI_TEST_UPDATE=1"


def test_reasons_are_stable_names_each_there_once() -> None:
    reasons = [cause.reason for cause in CAUSES]
    assert len(set(reasons)) == len(reasons) >= 20
    assert all(reason.isalpha() and reason[0].isupper() for reason in reasons)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.reason)
def test_a_row_names_rungs_of_the_ladder_and_ends_its_sentence(cause: Cause) -> None:
    rungs = {rung.name for rung in LADDER}
    assert set(cause.rungs) <= rungs & REACHED.keys()
    assert bool(cause.rungs) is (cause.severity is Severity.STUCK)
    assert cause.says.endswith((".", "?", "}"))
    assert "\n" not in cause.says + cause.command


def test_each_refusal_is_a_sign() -> None:
    assert {refusal.value for refusal in Refusal} <= {sign.value for sign in Sign}
