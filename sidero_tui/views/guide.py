"""The pivot pane: the guide's steps with the state of each."""

from collections import Counter
from collections.abc import Sequence

from sidero_tui.model.guide import GuideStep, StepState
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, pad, wrap
from sidero_tui.views.table import join_counts

_TITLE = 31
_WORD = 15


def build_guide_lines(steps: Sequence[GuideStep], width: int) -> list[Line]:
    """Title and state on one line; what to know about it beside that where there is room, else below."""
    lines: list[Line] = []
    for number, step in enumerate(steps, 1):
        state = step.state.value
        title = Span(pad(f"{number:2} {step.title}", _TITLE + 3), Role.TEXT if state.role is not Role.DIM else Role.DIM)
        head = (title, Span(pad(state.text, _WORD), state.role))
        room = width - _TITLE - 3 - _WORD - 1
        detail = wrap(step.detail, max(room, 1), Role.DIM)
        if len(detail) == 1:
            lines.append((*head, Span(" "), *detail[0]))
        else:
            lines += [head, *wrap(step.detail, width, Role.DIM, "   ")]
    return lines


def summarise_guide(steps: Sequence[GuideStep]) -> Line:
    """How many steps are behind, and what waits on the operator."""
    states = Counter(step.state for step in steps)
    done = states[StepState.DONE] + states[StepState.NOT_NEEDED]
    return join_counts(
        {
            f"of {states.total()} steps done": (done, Role.DIM),
            "your move": (states[StepState.YOUR_MOVE], Role.ASK),
            "blocked": (states[StepState.BLOCKED], Role.BAD),
        }
    )
