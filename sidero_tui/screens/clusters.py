"""What can be done to clusters and their members, for every screen that shows some: each opens the dialog for it."""

from collections.abc import Callable, Mapping

from sidero_tui.model.cluster_edits import delete_cluster, replace_member
from sidero_tui.model.clusters import ClusterFacts, read_cluster
from sidero_tui.model.members import Member
from sidero_tui.model.scaling import explain_deletion, explain_replacement
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.confirm import ConfirmScreen, Question
from sidero_tui.screens.scale import ScaleScreen


class ClusterActions:
    """`cluster` is the key of the cluster meant at that moment, "" for none; `member` the member, where a screen shows some."""

    def __init__(self, screen: ConsoleScreen, cluster: Callable[[], str], member: Callable[[], Member | None]) -> None:
        self._screen = screen
        self._cluster = cluster
        self._member = member

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Command id -> what opens its dialog."""
        return {"scale": self._scale, "delete_cluster": self._delete, "replace_member": self._replace}

    def facts(self) -> ClusterFacts | None:
        return read_cluster(self._screen.console.snapshot, self._cluster())

    def _scale(self) -> None:
        if (facts := self.facts()) is not None:
            self._screen.app.push_screen(ScaleScreen(facts))

    def _delete(self) -> None:
        if (facts := self.facts()) is not None:
            name = facts.cluster.name
            question = Question("Delete cluster", explain_deletion(facts), lambda _: [delete_cluster(facts)], phrase=name)
            self._screen.app.push_screen(ConfirmScreen(question))

    def _replace(self) -> None:
        facts, member = self.facts(), self._member()
        if facts is not None and member is not None:
            sentences = explain_replacement(facts, member)
            question = Question("Replace", sentences, lambda _: replace_member(member), "replace", subject=member.machine.name)
            self._screen.app.push_screen(ConfirmScreen(question))
