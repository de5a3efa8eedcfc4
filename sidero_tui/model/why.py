"""Why a server is or is not in each class: what boot.lifecycle decided, in reading order."""

from boot.lifecycle.matching import Match, match_server
from sidero_tui.model.snapshot import Snapshot


def explain_server(snapshot: Snapshot, name: str) -> tuple[Match, ...]:
    """One Match per class: classes it is in first, then those it misses by the least."""
    server = snapshot.servers.get(name)
    if server is None:
        return ()
    matches = (match_server(server_class, server) for server_class in snapshot.server_classes.values())
    return tuple(sorted(matches, key=_nearness))


def _nearness(match: Match) -> tuple[bool, int, str]:
    return not match.matches, sum(not clause.holds for clause in match.clauses), match.server_class
