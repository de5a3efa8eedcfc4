"""One check's finding, and a page of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`sentence` says what was found, `mend` is the command or step that mends it, "" when nothing needs to."""

    name: str
    verdict: Verdict
    sentence: str
    mend: str = ""


_MARKS = {Verdict.OK: "✓ ok  ", Verdict.WARN: "! warn", Verdict.FAIL: "✗ FAIL"}


def render_checks(results: Sequence[CheckResult]) -> str:
    """A line each, its remedy below, and the sum."""
    width = max(len(result.name) for result in results)
    lines: list[str] = []
    for result in results:
        lines.append(f"{_MARKS[result.verdict]}  {result.name:<{width}}  {result.sentence}")
        if result.mend:
            lines.append(f"{'':<{width + 10}}→ {result.mend}")
    counts = {verdict: sum(result.verdict is verdict for result in results) for verdict in Verdict}
    lines += ["", f"{counts[Verdict.OK]} ok, {counts[Verdict.WARN]} warnings, {counts[Verdict.FAIL]} failures"]
    return "\n".join(lines)
