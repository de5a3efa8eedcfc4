"""A theme is a file: a palette, and which of its colours each surface and role takes. Widgets name roles only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from textual.theme import Theme

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Role(StrEnum):
    """What a piece of text means; always beside a glyph and a word, never the only sign of a state."""

    TEXT = "text"
    DIM = "dim"
    TITLE = "title"
    ACCENT = "accent"
    OK = "ok"
    BUSY = "busy"
    ASK = "ask"
    """Waits on a person."""
    BAD = "bad"


class Surface(StrEnum):
    """What lies behind and around text."""

    BACKGROUND = "background"
    PANEL = "panel"
    BORDER = "border"
    FOCUS = "focus"
    CURSOR = "cursor"


class ThemeFile(BaseModel):
    """One file of `themes/`. Colours are #rrggbb; every surface and role names a colour of the palette."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z-]*$")
    dark: bool
    palette: dict[str, str]
    surfaces: dict[Surface, str]
    roles: dict[Role, str]

    @model_validator(mode="after")
    def _complete(self) -> "ThemeFile":
        for colour, value in self.palette.items():
            if not _COLOUR.fullmatch(value):
                raise ValueError(f"palette.{colour}: {value!r} should look like #1f2a36")
        for name in (*Surface, *Role):
            where = f"{'surfaces' if isinstance(name, Surface) else 'roles'}.{name}"
            chosen = self._named(name)
            if chosen is None:
                raise ValueError(f"{where} is missing")
            if chosen not in self.palette:
                raise ValueError(f"{where}: there is no {chosen!r} in the palette")
        return self

    def _named(self, name: Surface | Role) -> str | None:
        return self.surfaces.get(name) if isinstance(name, Surface) else self.roles.get(name)

    def colour(self, name: Surface | Role) -> str:
        """#rrggbb."""
        return self.palette[self._named(name) or ""]

    def build(self) -> Theme:
        """The Textual theme; roles are there as $role-ok, surfaces as $surface-cursor."""
        variables = {f"role-{role}": self.colour(role) for role in Role}
        variables |= {f"face-{surface}": self.colour(surface) for surface in Surface}
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=self.colour(Role.ACCENT),
            secondary=self.colour(Role.BUSY),
            accent=self.colour(Role.ACCENT),
            success=self.colour(Role.OK),
            warning=self.colour(Role.ASK),
            error=self.colour(Role.BAD),
            foreground=self.colour(Role.TEXT),
            background=self.colour(Surface.BACKGROUND),
            surface=self.colour(Surface.PANEL),
            panel=self.colour(Surface.CURSOR),
            variables=variables,
        )


@dataclass(frozen=True, slots=True)
class Themes:
    """What could be loaded, in order of file name, and one sentence for each file that could not."""

    themes: tuple[ThemeFile, ...]
    problems: tuple[str, ...]


def load_themes(files: Iterable[Traversable] | None = None) -> Themes:
    """Every theme file, by default those shipped with the program; a bad one is named and skipped."""
    found, problems = [], []
    shipped = (entry for entry in resources.files("themes").iterdir() if entry.name.endswith(".yaml"))
    for entry in sorted(files if files is not None else shipped, key=lambda entry: entry.name):
        try:
            found.append(ThemeFile.model_validate(yaml.safe_load(entry.read_text(encoding="utf-8"))))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problems.append(f"theme {entry.name}: cannot be read: {error}")
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            problems.append(f"theme {entry.name}: {where + ': ' if where else ''}{first['msg']}")
    return Themes(tuple(found), tuple(problems))
