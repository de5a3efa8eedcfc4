import pytest
from rich.cells import cell_len

from sidero_tui.theme import Role
from sidero_tui.views.spans import Span, clean, clip, fill, pad, plain, shorten_middle, span, spread, width_of, wrap

UUID = "4c4c4544-0042-3510-8054-b4c04f333030"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PowerEdge R630", "PowerEdge R630"),
        ("\x1b]0;owned\x07", "␛]0;owned␇"),
        ("a\tb\nc", "a b c"),
        ("\u202eevil", "evil"),
        ("\x9b2J", "�2J"),
        ("机架", "机架"),
    ],
)
def test_what_a_terminal_would_obey_is_only_shown(text: str, shown: str) -> None:
    assert clean(text) == shown
    assert span(text).text.isprintable()


@pytest.mark.parametrize("width", [2, 5, 13, 20, 36])
def test_padding_and_cutting_give_exactly_the_width(width: int) -> None:
    assert cell_len(pad(UUID, width)) == width
    assert cell_len(pad("机架服务器", width)) == width
    assert cell_len(shorten_middle(UUID, width)) == width


def test_a_uuid_is_cut_in_its_middle_and_keeps_both_ends() -> None:
    assert shorten_middle(UUID, 21) == "4c4c4544…b4c04f333030"
    assert shorten_middle(UUID, 36) == UUID


def test_a_line_that_is_too_long_ends_with_an_ellipsis_in_its_own_role() -> None:
    line = (Span("abc"), Span("def", Role.OK))
    assert plain(clip(line, 5)) == "abcd…"
    assert clip(line, 5)[-1].role is Role.OK
    assert clip(line, 6) == line
    assert plain(clip(line, 3)) == "ab…"


def test_left_and_right_keep_apart() -> None:
    assert plain(spread([Span("left")], [Span("right")], 12)) == "left   right"
    assert plain(spread([Span("left")], [Span("right")], 3)) == "left right"
    assert width_of(fill((Span("ab"),), 5)) == 5


def test_words_wrap_behind_their_indent_and_long_ones_are_cut() -> None:
    lines = [plain(line) for line in wrap("one two three abcdefghijk", 9, indent="  ", hang=" ")]
    assert lines == ["  one", "   two", "   three", "   abcdef", "   ghijk"]
    assert wrap("", 10) == []
