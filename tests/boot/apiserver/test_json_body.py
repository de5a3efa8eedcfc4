from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boot.apiserver.json_body import read_json


@pytest.mark.parametrize(
    ("text", "value", "duplicates"),
    [
        ('{"a":1}', {"a": 1}, []),
        ('{"a":1,"a":2}', {"a": 2}, ['duplicate field "a"']),
        ('{"a":1,"a":2,"a":3}', {"a": 3}, ['duplicate field "a"']),
        ('{"a" : 1, "a"\n: 2}', {"a": 2}, ['duplicate field "a"']),
        ('{"s":[{"n":1},{"n":1,"n":1}]}', {"s": [{"n": 1}, {"n": 1}]}, ['duplicate field "s[1].n"']),
        ('{"s":{"n":1},"s":{"m":1,"m":2}}', {"s": {"m": 2}}, ['duplicate field "s"', 'duplicate field "s.m"']),
        ('{"a":"\\u0022:","b":{},"b":{}}', {"a": '":', "b": {}}, ['duplicate field "b"']),
        ('{"a":"x\\":y","b":"c : d"}', {"a": 'x":y', "b": "c : d"}, []),
        ('{"\\u0061":1,"a":2}', {"a": 2}, ['duplicate field "a"']),
        ("[1]", [1], []),
    ],
)
def test_fields_that_are_there_twice_are_named(text: str, value: Any, duplicates: list[str]) -> None:
    found: list[str] = []
    assert read_json(text.encode(), found) == value
    assert found == duplicates
    assert read_json(text.encode()) == value


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text('":\\ \na\u00fc', max_size=4),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text('":a ', max_size=2), children, max_size=3),
    max_leaves=10,
)


@given(_VALUES, st.booleans(), st.booleans())
def test_what_has_each_field_once_is_never_suspected(value: Any, indented: bool, twice: bool) -> None:
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if indented else 0)
    body = b'{"x":' + text + (b',"x":' + text if twice else b"") + b"}"
    found: list[str] = []
    assert read_json(body, found) == {"x": value}
    assert found == (['duplicate field "x"'] if twice else [])


def test_what_is_no_json_is_refused() -> None:
    for text in (b"", b"{", b"{a: 1}", b'{"a":1}}'):
        with pytest.raises(orjson.JSONDecodeError):
            read_json(text, [])


def test_deep_nesting_is_read_or_refused() -> None:
    text = b'{"a":' * 300 + b"1" + b"}" * 300
    assert read_json(text, []) == read_json(text)
    with pytest.raises(RecursionError):
        read_json(b'{"a":' * 1000 + b"1" + b"}" * 1000, [])
