import pytest

from boot.resources.base import Object
from boot.resources.label_selectors import render_selector, selects

EVERYTHING: Object = {
    "matchLabels": {"z": "1"},
    "matchExpressions": [
        {"key": "a", "operator": "In", "values": ["y", "x"]},
        {"key": "b", "operator": "NotIn", "values": ["x"]},
        {"key": "c", "operator": "Exists"},
        {"key": "d", "operator": "DoesNotExist"},
    ],
}


def test_all_of_it_must_hold() -> None:
    fitting = {"z": "1", "a": "x", "c": ""}
    assert selects(EVERYTHING, fitting)
    for labels in (
        {**fitting, "z": "2"},
        {**fitting, "a": "q"},
        {**fitting, "b": "x"},
        {"z": "1", "a": "x"},
        {**fitting, "d": ""},
    ):
        assert not selects(EVERYTHING, labels)


def test_nothing_asked_for_is_everything() -> None:
    assert selects({}, {"any": "thing"})


def test_as_text_it_is_in_the_order_of_its_keys() -> None:
    assert render_selector(EVERYTHING) == "a in (x,y),b notin (x),c,!d,z=1"


def test_an_operator_that_there_is_not_is_refused() -> None:
    odd: Object = {"matchExpressions": [{"key": "a", "operator": "Like"}]}
    with pytest.raises(ValueError, match='"Like" is not a valid label selector operator'):
        selects(odd, {})
    with pytest.raises(ValueError, match='"Like" is not a valid label selector operator'):
        render_selector(odd)
