"""What every key does here, and why some do nothing now."""

from sidero_tui.commands import Situation, commands_for
from sidero_tui.model.ladder import RungState
from sidero_tui.model.state import COMPONENT_STATES, DUPLICATE, MAC_IDENTITY, ServerState, State
from sidero_tui.screens.base import hint_of
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.views.keys import build_help
from sidero_tui.views.sections import Section, build_sections
from sidero_tui.views.spans import Line, Span, state_span


class HelpScreen(PageScreen):
    """Keys of the screen one came from, then what the glyphs mean."""

    def __init__(self, situation: Situation) -> None:
        hints = [hint_of(command, situation) for command in commands_for(situation.screen)]
        legend = [
            Section("Servers", _legend([*(state.value for state in ServerState), DUPLICATE, MAC_IDENTITY])),
            Section("Rungs of a boot", _legend([state.value for state in RungState])),
            Section("Components", _legend(list(COMPONENT_STATES.values()))),
        ]
        super().__init__(
            plain_heading("Help"),
            lambda _snapshot, _now, width: build_sections([Section("Keys", build_help(hints, width - 2)), *legend]),
        )


def _legend(states: list[State]) -> list[Line]:
    line: list[Span] = []
    for state in states:
        line += [state_span(state), Span("   ")]
    half = (len(line) + 3) // 4 * 2
    return [part for part in (tuple(line[:half]), tuple(line[half:])) if part]
