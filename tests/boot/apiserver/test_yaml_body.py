from typing import Any

import pytest
import yaml

from boot.apiserver.yaml_body import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52:54:00:12:34:56", "52:54:00:12:34:56"),
        ("12:30:45", "12:30:45"),
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        (".nan", ".nan"),
        ("1_000", "1_000"),
        ("017", 15),
        ("0x1f", 31),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("off", False),
        ("~", None),
        ("", None),
        ("nothing", "nothing"),
        ('"1"', "1"),
        ("[1, a]", [1, "a"]),
        ("{1: a, true: b, 1.5: c}", {"1": "a", "true": "b", "1.5": "c"}),
        ("a:\n- b: c\n", {"a": [{"b": "c"}]}),
    ],
)
def test_yaml_says_what_json_can_say(text: str, value: Any) -> None:
    assert read_yaml(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "a: &x {b: *x}\n",
        "!!binary aGVsbG8=",
        "!!set {a, b}",
        "!!timestamp 2026-01-01",
        "!!python/object/apply:os.system [id]",
        "--- a\n--- b\n",
        "a: [",
        "\x00",
    ],
)
def test_what_json_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(text.encode())


def test_keys_that_are_there_twice_are_named_with_their_lines() -> None:
    found: list[str] = []
    text = b"a: 1\nb:\n- c: 1\n  c: 2\na: 3\n"
    assert read_yaml(text, found) == {"a": 3, "b": [{"c": 2}]}
    assert sorted(found) == ['line 4: key "c" already set in map', 'line 5: key "a" already set in map']
    assert read_yaml(text) == {"a": 3, "b": [{"c": 2}]}
