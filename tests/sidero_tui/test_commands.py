from collections import Counter

import pytest

from sidero_tui.commands import COMMANDS, Situation, commands_for, find_command, find_word, write_key


@pytest.mark.parametrize("screen", ["main", "server", "page", "cluster", "member"])
def test_no_key_does_two_things_on_one_screen(screen: str) -> None:
    keys = Counter(key for command in commands_for(screen) for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_command_has_a_key_a_title_and_a_sentence() -> None:
    for command in COMMANDS:
        assert command.keys, command.id
        assert command.title, command.id
        assert command.help[0].isupper(), command.id


def test_words_of_the_prompt_are_not_ambiguous() -> None:
    words = Counter(word for command in COMMANDS for word in command.words)
    assert [word for word, count in words.items() if count > 1] == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("servers", "servers"),
        ("sc", "classes"),
        ("ser", None),
        ("piv", "pivot"),
        ("boot", "boots"),
        ("q", "quit"),
        ("", None),
        ("nodes", None),
    ],
)
def test_the_prompt_takes_words_and_their_unambiguous_beginnings(typed: str, found: str | None) -> None:
    command = find_word(typed, "main")
    assert (command.id if command else None) == found


@pytest.mark.parametrize(
    ("situation", "obstacle"),
    [
        (Situation("main", "servers", chosen=2), ""),
        (Situation("main", "servers", obstacles={"accept": "no server here"}), "no server here"),
        (Situation("main", "servers", chosen=1, obstacles={"accept": "It is accepted already"}), "It is accepted already"),
        (Situation("main", "servers", chosen=1, connected=False), "the plane does not answer"),
    ],
)
def test_accepting_is_offered_only_when_it_can_be_done(situation: Situation, obstacle: str) -> None:
    assert find_command("accept").refusal(situation) == obstacle


def test_keys_are_written_as_people_know_them() -> None:
    assert [write_key(key) for key in ("slash", "question_mark", "a", "escape")] == ["/", "?", "a", "esc"]


READING = {
    *(
        "mark",
        "open",
        "why",
        "network",
        "yaml",
        "next_pane",
        "previous_pane",
        "filter",
        "prompt",
        "down",
        "up",
        "page_down",
        "page_up",
        "top",
    ),
    *("bottom", "boots", "servers", "classes", "tasks", "pivot", "clusters", "config", "log", "theme", "help"),
    *("back", "quit"),
}
"""What may be done where nothing may be written."""


def test_where_nothing_may_be_written_every_command_that_writes_says_why_not() -> None:
    situation = Situation("main", "servers", chosen=1, rows=1, read_only="attached with --read-only")
    refused = {command.id for command in COMMANDS if command.refusal(situation) == "attached with --read-only"}
    assert refused == {command.id for command in COMMANDS} - READING
    assert "accept" in refused
