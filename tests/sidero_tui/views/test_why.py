from boot.lifecycle.matching import Clause, Match
from sidero_tui.model.why import explain_server
from sidero_tui.views.spans import plain
from sidero_tui.views.why import build_why_lines
from tests.sidero_tui.builders import build_class, build_rack, build_server, name_of

HELD = Clause("hardware.compute.processors[0].manufacturer", "Intel", "Intel", holds=True)
MISSED = Clause("hardware.system.serialNumber", "7QK0001", "", holds=False)


def text(*matches: Match) -> str:
    return "\n".join(plain(line) for line in build_why_lines(matches, 76))


def test_each_clause_says_what_was_wanted_and_what_is_and_each_cause_is_told() -> None:
    said = text(Match("box", "atom", False, (MISSED, HELD), ("not accepted",), False))
    lines = said.split("\n")
    assert lines[0].split() == ["atom", "○", "not", "in", "it:", "misses", "1", "of", "2"]
    assert lines[1] == "  ✗ hardware.system.serialNumber: wanted 7QK0001, is not known"
    assert lines[2].startswith("  ✓ hardware.compute.processors[0].manufacturer: wanted Intel, is Intel")
    assert lines[-1] == "  ✗ not accepted"


def test_a_server_in_a_class_is_available_or_in_use_there() -> None:
    assert "● in it, available" in text(Match("box", "any", True, (), (), False))
    assert "● in it, in use" in text(Match("box", "any", True, (), (), True))


def test_no_class_is_said() -> None:
    assert text() == "There is no ServerClass yet."


def test_classes_it_is_in_come_first_then_the_nearest_miss() -> None:
    wanted = {"compute": {"processors": [{"productName": "Xeon", "manufacturer": "Other"}]}}
    near = {"compute": {"processors": [{"productName": "Xeon"}]}}
    rack = build_rack().change(
        {
            "servers": {name_of(1): build_server(1, accepted=True)},
            "server_classes": {
                "a-far": build_class("a-far", [], {"qualifiers": {"hardware": [wanted]}}),
                "b-near": build_class("b-near", [], {"qualifiers": {"hardware": [near]}}),
                "c-any": build_class("c-any", []),
            },
        }
    )
    assert [match.server_class for match in explain_server(rack, name_of(1))] == ["c-any", "b-near", "a-far"]
    assert explain_server(rack, "gone") == ()
