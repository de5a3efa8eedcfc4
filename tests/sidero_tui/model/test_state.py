from itertools import chain

import pytest

from boot.resources.metal import Server
from sidero_tui.model.guide import StepState
from sidero_tui.model.ladder import RungState
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import (
    COMPONENT_STATES,
    DUPLICATE,
    LINK_STATES,
    MAC_IDENTITY,
    ServerState,
    State,
    decide_remark,
    decide_server_state,
)
from tests.sidero_tui.builders import build_class, build_server, name_of

AVAILABLE = Snapshot(server_classes={"any": build_class("any", [name_of(1)])})


@pytest.mark.parametrize(
    ("server", "snapshot", "state"),
    [
        (build_server(1), Snapshot(), ServerState.WAITING),
        (build_server(1, accepted=True), Snapshot(), ServerState.ACCEPTED),
        (build_server(1, accepted=True), AVAILABLE, ServerState.AVAILABLE),
        (build_server(1, accepted=True, cordoned=True), AVAILABLE, ServerState.CORDONED),
        (build_server(1, accepted=True, cordoned=True, in_use=True), AVAILABLE, ServerState.IN_USE),
        (build_server(1), AVAILABLE, ServerState.WAITING),
    ],
)
def test_a_server_is_in_the_state_that_matters_most(server: Server, snapshot: Snapshot, state: ServerState) -> None:
    assert decide_server_state(server, snapshot) is state


def test_a_duplicate_is_said_before_a_name_from_the_mac() -> None:
    by_mac = {"sidero-tui.dev/identity": "mac"}
    twin = {**by_mac, "sidero-tui.dev/duplicate-of": name_of(2)}
    assert decide_remark(build_server(1)) is None
    assert decide_remark(build_server(1, annotations=by_mac)) is MAC_IDENTITY
    assert decide_remark(build_server(1, annotations=twin)) is DUPLICATE


@pytest.mark.parametrize(
    "states",
    [
        [*(entry.value for entry in ServerState), DUPLICATE, MAC_IDENTITY],
        [entry.value for entry in RungState],
        [entry.value for entry in StepState],
        list(COMPONENT_STATES.values()),
        list(LINK_STATES.values()),
    ],
    ids=["servers", "rungs", "steps", "components", "link"],
)
def test_states_differ_by_glyph_and_word_and_not_by_colour_alone(states: list[State]) -> None:
    for kind in ("glyph", "word"):
        values = [getattr(state, kind) for state in states]
        assert len(set(values)) == len(values), values
    assert all(chain.from_iterable((state.glyph, state.word) for state in states))
