"""The power menu of one or several servers."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.power.menu import describe_kind, list_menu
from boot.resources.metal import Server
from sidero_tui.theme import Role
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import Line, Span, pad, span, wrap

_VERB = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One verb for those `servers` that offer it; `reason` says why none does. `equivalent` is the first one's command line."""

    verb: str
    title: str
    servers: tuple[str, ...]
    reason: str
    equivalent: str


def list_choices(servers: Sequence[Server]) -> list[Choice]:
    """In the menu's order; empty without servers."""
    menus = [(server.name, list_menu(server)) for server in servers]
    choices = []
    for index in range(len(menus[0][1]) if menus else 0):
        rows = [(name, menu[index]) for name, menu in menus]
        offered = [(name, row) for name, row in rows if row.offered]
        shown = offered[0][1] if offered else rows[0][1]
        names = tuple(name for name, _ in offered)
        choices.append(Choice(shown.verb, shown.title, names, "" if offered else shown.reason, shown.equivalent))
    return choices


def build_power_lines(servers: Sequence[Server], choices: Sequence[Choice], current: int, width: int) -> list[Line]:
    """Who switches it, the verbs, and the command line of the one under the cursor."""
    lines: list[Line] = []
    for kind, count in _kinds(servers).items():
        lines += wrap(f"Switched by {kind}" + (f" ({count} servers)" if len(servers) > 1 else ""), width, Role.DIM)
    lines.append(())
    for index, choice in enumerate(choices):
        gutter = Span("▌ " if index == current else "  ", Role.ACCENT)
        role = Role.DIM if choice.reason else Role.TEXT
        some = f"{len(choice.servers)} of {len(servers)}" if 0 < len(choice.servers) < len(servers) else ""
        said = choice.reason or some
        lines.append((gutter, span(pad(choice.title, max(_VERB, len(choice.title) + 1)), role), span(said, Role.DIM)))
    equivalent = choices[current].equivalent if choices else ""
    return lines + build_shell_lines([equivalent] if equivalent else [], width)


def _kinds(servers: Sequence[Server]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for server in servers:
        kind = describe_kind(server)
        counts[kind] = counts.get(kind, 0) + 1
    return counts
