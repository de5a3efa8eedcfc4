import pytest

from boot.resources.base import Object
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.classes import CLASSES, describe_rules
from sidero_tui.views.spans import plain
from tests.sidero_tui.builders import NOW, build_class, build_rack


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "any accepted server"),
        ({"qualifiers": {"hardware": [], "labelSelectors": []}}, "any accepted server"),
        ({"selector": {}}, "any accepted server"),
        ({"qualifiers": {"hardware": [{}]}}, "1 hardware rule"),
        (
            {"qualifiers": {"hardware": [{}, {}], "labelSelectors": [{"a": "b"}]}, "selector": {"matchLabels": {"a": "b"}}},
            "one of 2 hardware rules and 1 label rule and selector",
        ),
    ],
)  # fmt: skip
def test_what_a_class_asks_for_is_said_in_a_few_words(spec: Object, said: str) -> None:
    assert describe_rules(build_class("a", [], spec)) == said


def test_a_row_counts_what_is_available_and_in_use() -> None:
    [line] = CLASSES.row(build_rack(), "any", 76, NOW)
    assert plain(line).split()[:3] == ["any", "1", "1"]


def test_the_summary_counts_a_server_in_two_classes_once() -> None:
    classes = {name: build_class(name, ["x"]) for name in ("a", "b")}
    assert plain(CLASSES.summary(Snapshot(server_classes=classes), NOW)) == "2 classes · 1 available"
