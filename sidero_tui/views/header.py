"""The top of the screen: the address machines are told, the plane, and each component's state."""

from collections.abc import Iterable
from datetime import datetime

from boot.component import ComponentState, ComponentStatus
from sidero_tui.model.snapshot import LinkState, Snapshot, StackFacts
from sidero_tui.model.state import COMPONENT_STATES, LINK_STATES
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age
from sidero_tui.views.spans import Line, Span, clip, pad, span, spread, width_of, wrap

_ORDER = ("plane", "dhcp", "pxe", "tftp", "http", "controllers")
READ_ONLY = "◇ read-only"
"""The badge of a console that writes nothing."""
_WORD = 11
"""Cells of the state word that begins a line of components."""


def build_header(snapshot: Snapshot, now: datetime, width: int) -> list[Line]:
    """One line about the stack, one per state that components are in, one per failure."""
    lines = [_top(snapshot, now, width)]
    components = sorted(snapshot.components.values(), key=_place)
    for state in (ComponentState.SERVING, ComponentState.STARTING, ComponentState.OFF):
        group = [status for status in components if status.state is state]
        if group:
            lines.append(_group(state, group, width))
    for status in components:
        if status.state is ComponentState.FAILED:
            lines += _failure(status, width)
    lines += _remarks(snapshot, width)
    return lines


def mark_stale(snapshot: Snapshot, now: datetime) -> Line:
    """For the title of a page: that it shows what was known last, and for how long; nothing while the plane answers."""
    link = snapshot.link
    if link.state is not LinkState.STALE:
        return ()
    age = f" for {render_age((now - link.since).total_seconds())}" if link.since else ""
    return (Span(f"  {LINK_STATES[link.state].text}{age}", LINK_STATES[link.state].role),)


def _top(snapshot: Snapshot, now: datetime, width: int) -> Line:
    stack, link = snapshot.stack, snapshot.link
    state = LINK_STATES[link.state]
    age = f" for {render_age((now - link.since).total_seconds())}" if link.state is LinkState.STALE and link.since else ""
    badge = [Span(READ_ONLY, Role.ASK, bold=True), Span("  ")] if link.read_only else []
    right = [*badge, Span(f"{state.glyph} {state.word}{age}", state.role)]
    left = [Span("sidero-tui", Role.ACCENT, bold=True)]
    for piece in _stack_facts(stack):
        # Each next one says less; the state of the link and what it allows must never be cut.
        if width_of(left) + width_of(piece) + width_of(right) < width:
            left += piece
    if width_of(left) + width_of(right) + len(link.plane) + 3 <= width:
        right.append(span(f" {link.plane}", Role.DIM))
    return spread(left, right, width)


def _stack_facts(stack: StackFacts) -> list[Line]:
    facts: list[Line] = []
    if stack.advertise:
        facts.append((Span("  machines are told ", Role.DIM), span(stack.advertise, Role.TITLE, bold=True)))
    if stack.interface:
        facts.append((span(f" on {stack.interface}", Role.DIM),))
    if stack.dhcp:
        facts.append((span(f" · dhcp {stack.dhcp}", Role.DIM),))
    return facts


def _group(state: ComponentState, group: Iterable[ComponentStatus], width: int) -> Line:
    look = COMPONENT_STATES[state]
    start = Span(pad(look.text, _WORD), look.role)
    members = list(group)
    for address in (_full_address, _port):
        line = [start]
        for status in members:
            where = address(status)
            line += [Span(status.name, Role.TEXT), span(where, Role.DIM), Span("  ")]
        if width_of(line) - 2 <= width:
            break
    return tuple(line[:-1])


def _full_address(status: ComponentStatus) -> str:
    return f" {status.address}:{status.port}" if status.port else ""


def _port(status: ComponentStatus) -> str:
    return f":{status.port}" if status.port else ""


def _failure(status: ComponentStatus, width: int) -> list[Line]:
    look = COMPONENT_STATES[ComponentState.FAILED]
    indent = " " * (_WORD + len(status.name) + 1)
    first, *rest = wrap(status.reason or "no reason given", width, Role.TEXT, indent) or [()]
    text = "".join(piece.text for piece in first).strip()
    head = (Span(pad(look.text, _WORD), look.role), Span(status.name + " ", Role.TEXT, bold=True), Span(text))
    return [head, *rest]


def _remarks(snapshot: Snapshot, width: int) -> list[Line]:
    lines: list[Line] = []
    stale = LINK_STATES[LinkState.STALE]
    if snapshot.link.state is LinkState.STALE:
        lines += wrap(f"{stale.glyph} shown is what was known last; {snapshot.link.reason}", width, stale.role)
    if told := _network(snapshot):
        key_hint = (Span("  n", Role.ACCENT), Span(" says more", Role.DIM))
        lines.append((*clip((span(f"▲ {told}", Role.BAD),), width - width_of(key_hint)), *key_hint))
    for key, reason in list(snapshot.unreadable.items())[:1]:
        more = f" (and {len(snapshot.unreadable) - 1} more)" if len(snapshot.unreadable) > 1 else ""
        lines += wrap(f"▲ {key} cannot be shown: {reason}{more}", width, Role.BAD)
    return lines


def _network(snapshot: Snapshot) -> str:
    """A conflict with others, else what is wrong with our own traffic where the component `wire` does not say it itself."""
    network, wire = snapshot.network, snapshot.components.get("wire")
    if conflict := network.find_conflict(snapshot.stack.dhcp):
        return conflict
    failed = wire is not None and wire.state is ComponentState.FAILED
    return f"self-test: {network.complaints[0]}" if network.complaints and not failed else ""


def _place(status: ComponentStatus) -> tuple[int, str]:
    return (_ORDER.index(status.name) if status.name in _ORDER else len(_ORDER)), status.name
