"""A node's kernel log below what Talos told last."""

from sidero_tui.model.node_log import NodeLog
from sidero_tui.theme import Role
from sidero_tui.views.sections import Section, build_sections
from sidero_tui.views.spans import Line, span, wrap


def build_node_log_lines(log: NodeLog, width: int) -> list[Line]:
    events: list[Line] = []
    for text in log.events:
        events += wrap(text, width - 2, hang="  ")
    if not events:
        events = wrap(log.trouble or "none", width - 2, Role.ASK if log.trouble else Role.DIM)
    kernel: list[Line] = []
    for text in log.lines:
        kernel += wrap(text, width - 2, hang="  ") or [(span(""),)]
    return build_sections([Section("Talos events", events), Section("Kernel log", kernel or wrap("empty", width, Role.DIM))])
