"""What a dialog is about to do, as it is typed in a shell."""

from collections.abc import Sequence

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, wrap


def build_shell_lines(commands: Sequence[str], width: int) -> list[Line]:
    """Behind an empty line; nothing where there is no command."""
    if not commands:
        return []
    lines: list[Line] = [(), (Span("The same in a shell:", Role.DIM),)]
    for command in commands:
        lines += wrap(command, width, Role.DIM, "  ", hang="  ")
    return lines
