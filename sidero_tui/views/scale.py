"""The two numbers of a cluster, what changing them means, and what is lacking for it."""

from sidero_tui.model.cluster_edits import scale_cluster
from sidero_tui.model.clusters import ClusterFacts
from sidero_tui.model.scaling import explain_scale, refuse_scale
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import Line, Span, pad, wrap


def build_scale_lines(
    snapshot: Snapshot, facts: ClusterFacts, control_planes: int, workers: int, row: int, width: int
) -> list[Line]:
    rows = (
        ("control plane nodes", control_planes, facts.control_planes.wanted),
        ("workers", workers, facts.workers.wanted),
    )
    lines: list[Line] = []
    for number, (title, count, had) in enumerate(rows):
        was = Span(f"  was {had}" if count != had else "", Role.DIM)
        gutter = Span("▌ " if number == row else "  ", Role.ACCENT)
        lines.append((gutter, Span(pad(title, 22)), Span(f"◂ {count} ▸", Role.ACCENT, bold=True), was))
    refusal = refuse_scale(facts, control_planes, workers)
    if refusal:
        return [*lines, (), *wrap(refusal, width, Role.DIM)]
    told, lacks = explain_scale(snapshot, facts, control_planes, workers)
    lines.append(())
    for sentence in told:
        lines += wrap(sentence, width)
    for sentence in lacks:
        lines += wrap(f"▲ {sentence}: it waits until there are more.", width, Role.ASK, hang="  ")
    return lines + build_shell_lines([edit.command for edit in scale_cluster(facts, control_planes, workers)], width)
