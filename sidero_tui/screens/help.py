"""What every key does here, and why some do nothing now."""

from sidero_tui.commands import Situation, commands_for
from sidero_tui.model.clusters import ClusterState
from sidero_tui.model.ladder import RungState
from sidero_tui.model.state import COMPONENT_STATES, DUPLICATE, MAC_IDENTITY, ServerState, State
from sidero_tui.screens.base import hint_of
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.views.keys import build_help
from sidero_tui.views.sections import Section, build_sections
from sidero_tui.views.spans import Line, Span, state_span, width_of


class HelpScreen(PageScreen):
    """Keys of the screen one came from, then what the glyphs mean."""

    def __init__(self, situation: Situation) -> None:
        hints = [hint_of(command, situation) for command in commands_for(situation.screen)]
        legend = {
            "Servers": [*(state.value for state in ServerState), DUPLICATE, MAC_IDENTITY],
            "Clusters": [state.value for state in ClusterState],
            "Rungs of a boot, steps of a member": [state.value for state in RungState],
            "Components": list(COMPONENT_STATES.values()),
        }
        super().__init__(
            plain_heading("Help"),
            lambda _snapshot, _now, width: build_sections(
                [
                    Section("Keys", build_help(hints, width - 2)),
                    *(Section(title, _legend(states, width - 2)) for title, states in legend.items()),
                ]
            ),
        )


def _legend(states: list[State], width: int) -> list[Line]:
    """As many beside each other as fit."""
    lines: list[list[Span]] = [[]]
    for state in states:
        piece = [state_span(state), Span("   ")]
        if lines[-1] and width_of([*lines[-1], piece[0]]) > width:
            lines.append([])
        lines[-1] += piece
    return [tuple(line) for line in lines]
