from pathlib import Path

import pytest

from sidero_tui.theme import Role, Surface, ThemeFile, load_themes

SHIPPED = load_themes()


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def luminance(colour: str) -> float:
    """WCAG 2.1 relative luminance."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def dark_theme() -> str:
    return Path("themes/dark.yaml").read_text(encoding="utf-8")


def test_four_themes_are_shipped_and_none_is_broken() -> None:
    assert SHIPPED.problems == ()
    assert [theme.name for theme in SHIPPED.themes] == ["colour-blind", "dark", "high-contrast", "light"]


@pytest.mark.parametrize("theme", SHIPPED.themes, ids=lambda theme: theme.name)
def test_every_role_is_readable_on_every_surface_it_is_drawn_on(theme: ThemeFile) -> None:
    least = 7.0 if theme.name == "high-contrast" else 4.5
    for surface in (Surface.BACKGROUND, Surface.PANEL, Surface.CURSOR):
        for role in Role:
            ratio = contrast(theme.colour(role), theme.colour(surface))
            assert ratio >= least, f"{role} on {surface}: {ratio:.1f}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("dark: true", "dark: perhaps"), "dark"),
        (('night: "#0f141b"', 'night: "black"'), "palette.night"),
        (("  ok: mint", ""), "roles.ok is missing"),
        (("  ok: mint", "  ok: lime"), "there is no 'lime' in the palette"),
        (("  cursor: ridge", "  cursor: ridge\n  halo: ridge"), "surfaces"),
        (("name: dark", "name: dark\nfont: mono"), "font"),
        (("palette:", "palette: ["), "cannot be read"),
    ],
)
def test_a_bad_file_is_named_with_its_reason_and_the_others_are_loaded(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    bad = write(tmp_path / "mine.yaml", dark_theme().replace(*change))
    good = write(tmp_path / "other.yaml", dark_theme())
    loaded = load_themes([bad, good])
    assert [theme.name for theme in loaded.themes] == ["dark"]
    [problem] = loaded.problems
    assert "mine.yaml" in problem
    assert said in problem


def test_a_file_that_is_not_text_is_named_too(tmp_path: Path) -> None:
    bad = tmp_path / "mine.yaml"
    bad.write_bytes(b"\xff\xfe\x00")
    assert "mine.yaml" in load_themes([bad]).problems[0]


def test_a_theme_gives_style_sheets_its_roles_by_name() -> None:
    built = next(theme for theme in SHIPPED.themes if theme.name == "dark").build()
    assert built.variables["role-ok"] == "#7ee2a8"
    assert built.variables["face-cursor"] == "#223041"
