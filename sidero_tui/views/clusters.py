"""Clusters as rows."""

from collections import Counter
from dataclasses import dataclass

from sidero_tui.model.clusters import ClusterFacts, ClusterState, Count, decide_cluster_state, list_troubles, read_cluster
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, span, state_span
from sidero_tui.views.table import Column, TableView, join_counts


@dataclass(frozen=True, slots=True)
class ClusterRow:
    facts: ClusterFacts
    state: ClusterState
    trouble: str


def _project(snapshot: Snapshot, key: str) -> ClusterRow:
    facts = read_cluster(snapshot, key)
    if facts is None:
        raise KeyError(key)
    troubles = list_troubles(facts)
    return ClusterRow(facts, decide_cluster_state(facts), troubles[0].text if troubles else "")


def _name(row: ClusterRow) -> Span:
    meta = row.facts.cluster.metadata
    return span(meta.name if meta.namespace == "default" else row.facts.key, Role.TITLE)


def _count(count: Count) -> Span:
    return Span(count.text, Role.OK if count.ready >= count.wanted else Role.BUSY)


def _summary(snapshot: Snapshot) -> Line:
    states = Counter(_project(snapshot, key).state for key in snapshot.clusters)
    return join_counts({state.value.word: (states[state], state.value.role) for state in ClusterState})


CLUSTERS: TableView[ClusterRow] = TableView(
    id="clusters",
    title="Clusters",
    columns=(
        Column("NAME", _name, 20, 16, grow=True),
        Column("STATE", lambda row: state_span(row.state.value), 23, 16),
        Column("CP", lambda row: _count(row.facts.control_planes), 5),
        Column("WORKERS", lambda row: _count(row.facts.workers), 7),
        Column("ENDPOINT", lambda row: span(row.facts.endpoint, Role.DIM), 21, 15, rank=2),
        Column("KUBERNETES", lambda row: span(row.facts.version, Role.DIM), 10, rank=3),
        Column("WHAT IS WRONG", lambda row: span(row.trouble, Role.ASK), 26, 14, rank=1, grow=True),
    ),
    order=lambda snapshot: sorted(snapshot.clusters),
    project=_project,
    summarise=_summary,
    when_empty=lambda _: (
        "There is no cluster yet: c makes one from a form; kubectl apply and sidero-tui generate cluster do too."
    ),
    reads=("clusters", "control_planes", "deployments", "machines", "metal_machines"),
)
