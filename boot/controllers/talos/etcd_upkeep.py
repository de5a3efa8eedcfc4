"""etcd's beginning and its membership: bootstrapped once, left by who goes, rid of members that no Machine has."""

import logging
from collections.abc import Iterable, Sequence

from boot.cluster_api.conditions import WARNING, Condition, is_false, is_true
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.talos.survey import WITHIN, Survey
from boot.controllers.talos.vip_guard import VipGuard
from boot.lifecycle.control_plane import ETCD, Act, Action, Node, decide_bootstrap, describe_etcd, find_strangers
from boot.resources.base import Object
from boot.talos.machine_api import AlreadyBootstrappedError, TalosError, open_machine_api

_LOG = logging.getLogger(__name__)

ETCD_HEALTHY = "EtcdClusterHealthyCondition"
"""Upstream's type really ends so."""
CHOSEN = "boot.sidero-tui.dev/bootstrap-machine"
"""Annotation of a TalosControlPlane: the Machine on which etcd begins, written down before it is asked."""


class EtcdUpkeep:
    def __init__(self, drafts: Drafts, survey: Survey, vips: VipGuard) -> None:
        self._drafts = drafts
        self._survey = survey
        self._vips = vips

    async def bootstrap(self, draft: Draft, cluster: Object, nodes: Sequence[Node]) -> Action:
        """One step towards it, or what is waited for; `draft` is saved before the node is asked."""
        chosen = (draft.metadata.get("annotations") or {}).get(CHOSEN, "")
        action = decide_bootstrap(nodes, draft.spec.get("replicas", 1), chosen)
        if action.act is Act.BOOTSTRAPPED:
            draft.status["bootstrapped"] = True
        if action.act is not Act.BOOTSTRAP or action.node is None:
            return action
        if chosen != action.node.name:
            draft.metadata.setdefault("annotations", {})[CHOSEN] = action.node.name
            return Action(Act.WAIT, f"etcd is to begin on {action.node.name}")
        credentials = await self._survey.credentials(cluster)
        if credentials is None:
            return Action(Act.WAIT, "there is no talosconfig yet")
        if taken := await self._vips.refuse(draft.obj, cluster):
            return Action(Act.WAIT, taken)
        try:
            async with open_machine_api(action.node.address, credentials, within=WITHIN) as api:
                await api.bootstrap()
        except AlreadyBootstrappedError:
            _LOG.info("%s was bootstrapped before", action.node.name)
        except TalosError as error:
            return Action(Act.WAIT, str(error))
        draft.status["bootstrapped"] = True
        await self._drafts.events.record(draft.before, "Bootstrapped", f"etcd began on Machine {action.node.name}.")
        return action

    async def audit(self, draft: Draft, cluster: Object, nodes: Sequence[Node]) -> Condition:
        """Members without a Machine are removed; the condition of what etcd is then."""
        strangers = find_strangers(nodes)
        asked = next((node for node in nodes if node.members), None)
        if strangers and asked is not None and not any(node.leaving for node in nodes):
            await self._remove(draft, cluster, strangers.items(), asked)
        trouble = describe_etcd(nodes)
        return is_false(ETCD_HEALTHY, WARNING, "EtcdClusterUnhealthy", trouble) if trouble else is_true(ETCD_HEALTHY)

    async def _remove(self, draft: Draft, cluster: Object, strangers: Iterable[tuple[int, str]], asked: Node) -> None:
        credentials = await self._survey.credentials(cluster)
        if credentials is None:
            return
        try:
            async with open_machine_api(asked.address, credentials, within=WITHIN) as api:
                for identity, hostname in strangers:
                    await api.remove_etcd_member(identity)
                    told = f"etcd member {hostname} has no Machine: it is removed."
                    await self._drafts.events.record(draft.before, "EtcdMemberRemoved", told, warning=True)
        except TalosError as error:
            _LOG.info("%s", error)

    async def leave(self, cluster: Object, node: Node) -> str:
        """Make a node leave etcd before its Machine goes; why that cannot be done, or ""."""
        etcd = next((service for service in node.services or () if service.id == ETCD), None)
        if etcd is not None and etcd.state == "Finished":
            return ""
        credentials = await self._survey.credentials(cluster)
        if credentials is None:
            return "there is no talosconfig"
        try:
            async with open_machine_api(node.address, credentials, within=WITHIN) as api:
                await api.leave_etcd()
        except TalosError as error:
            return str(error)
        return ""
