from sidero_tui.theme import Role
from sidero_tui.views.keys import KeyHint, build_footer, build_help
from sidero_tui.views.spans import plain, width_of

HINTS = [KeyHint("a", "accept", "Accept it"), KeyHint("w", "why", "Say why", "no server here"), KeyHint("t", "theme")]
ALWAYS = [KeyHint("q", "quit")]


def test_the_footer_shows_as_many_keys_as_fit_and_always_how_to_leave() -> None:
    assert plain(build_footer(HINTS, ALWAYS, 40)) == "a accept  w why  t theme          q quit"
    assert plain(build_footer(HINTS, ALWAYS, 20)) == "a accept      q quit"
    assert plain(build_footer(HINTS, ALWAYS, 6)).strip() == "q quit"
    assert all(width_of(build_footer(HINTS, ALWAYS, width)) == width for width in range(8, 60))


def test_what_cannot_be_done_now_is_dim_in_the_footer_and_explained_in_the_help() -> None:
    why = next(span for span in build_footer(HINTS, ALWAYS, 40) if span.text == "w")
    assert why.role is Role.DIM
    assert "Say why (not now: no server here)" in plain(build_help(HINTS[:2], 76)[1])
