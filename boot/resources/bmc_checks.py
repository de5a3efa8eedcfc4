"""The test of a BMC: the annotations of a Server by which it is asked for and answered, and its rows. Pure."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

ASKED = "boot.sidero-tui.dev/check-bmc"
"""Any value asks; it is taken away with the answer."""
RESULT = "boot.sidero-tui.dev/bmc-check"
"""JSON: a list of {verb, outcome, detail, seconds}."""
CHECKED_AT = "boot.sidero-tui.dev/bmc-checked-at"


class Outcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One verb: what came of it, in a few words, and how long it took in seconds."""

    verb: str
    outcome: Outcome
    detail: str
    seconds: float = 0.0


def render_rows(rows: list[CheckRow]) -> str:
    """As JSON: a list of {verb, outcome, detail, seconds}."""
    return json.dumps([asdict(row) for row in rows])


def parse_rows(text: str) -> list[CheckRow]:
    """ValueError when it is not what `render_rows` wrote."""
    try:
        return [CheckRow(row["verb"], Outcome(row["outcome"]), row["detail"], row["seconds"]) for row in json.loads(text)]
    except (KeyError, TypeError) as error:
        raise ValueError(text) from error
