import pytest

from boot.simulator.syntax import After, Command, Line, is_script, parse_lines, parse_options


def test_a_line_is_a_label_and_commands_with_what_stands_between_them() -> None:
    _, line = parse_lines(b"#!ipxe\n:here chain ${a || b} || goto x && ; # || not this")
    assert line == Line(
        "here",
        (
            Command(After.ANYTHING, ("chain", "${a")),
            Command(After.FAILURE, ("b}",)),
            Command(After.FAILURE, ("goto", "x")),
            Command(After.SUCCESS, ()),
            Command(After.ANYTHING, ()),
        ),
    )


def test_continued_lines_are_one_and_carriage_returns_nothing() -> None:
    assert parse_lines(b"#!ipxe\r\necho a\\\nb\r\n")[1].commands[0].words == ("echo", "ab")


@pytest.mark.parametrize(
    ("data", "yes"), [(b"#!ipxe\n", True), (b"#!ipxe \n", True), (b"#!gpxe\n", True), (b"#!ipxe", False), (b"#!ipxes\n", False)]
)
def test_a_script_begins_with_its_magic_and_a_blank(data: bytes, yes: bool) -> None:
    assert is_script(data) is yes


def test_options_come_first_and_have_short_forms() -> None:
    words = ["--replace", "-t", "5", "http://x", "--later"]
    assert parse_options(words, ("--replace",), ("--timeout",)) == ({"--replace": "", "--timeout": "5"}, ["http://x", "--later"])


@pytest.mark.parametrize("words", [["--nosuch"], ["--timeout"], ["-x", "http://x"]])
def test_an_unknown_option_or_one_without_its_value_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match="no such option"):
        parse_options(words, (), ("--timeout",))
