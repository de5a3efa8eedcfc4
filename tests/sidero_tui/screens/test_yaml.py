from sidero_tui.screens.yaml import build_yaml_lines
from sidero_tui.views.spans import plain


def test_an_object_is_shown_in_its_own_order_without_managed_fields() -> None:
    obj = {"kind": "Server", "metadata": {"name": "a", "managedFields": [{}]}, "spec": {"b": "x: y", "a": [1, 2]}}
    assert [plain(line) for line in build_yaml_lines(obj)] == [
        "kind: Server", "metadata:", "  name: a", "spec:", "  b: 'x: y'", "  a:", "  - 1", "  - 2",
    ]  # fmt: skip


def test_strings_from_strangers_stay_text() -> None:
    text = "".join(plain(line) for line in build_yaml_lines({"metadata": {"name": "a"}, "x": "\x1b[2J\x9b"}))
    assert text.isprintable()
