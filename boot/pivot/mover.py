"""The pivot: everything moves to another plane, or nothing is lost. Facts of cluster-api 5.11, 5.12.

Before the target acts on anything, the source has stopped: its servers are fenced (no DHCP, no boot, no power, no wipe) and its
clusters paused, both kept in the plane and so across restarts. Until RELEASE begins any failure takes everything back; from
then on it only goes forward, and the source stays fenced for good.
"""

from collections.abc import Callable

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import ConfigError, SideroError
from boot.pivot import steps
from boot.pivot.graph import FORCED, Plan, build_plan
from boot.pivot.kinds import MOVING, find_kind
from boot.pivot.preflight import check_pivot
from boot.pivot.steps import StepBook
from boot.pivot.target import Target, remove
from boot.resources.annotations import FENCED_BY
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, SERVER
from boot.resources.pivots import MOVED, UNDER_WAY

Tell = Callable[[str, int, int], None]
"""Name of the step, objects done, objects in all."""
_TOLD_EVERY = 10
"""Objects between two notes in the Pivot's status."""


_QUIET, _LONGEST_SETTLING = 1.0, 60
"""Seconds without a change after which the paused source stands still, and how many of them are waited for."""


class PivotError(SideroError):
    """A pivot that did not get through; the message says why, and in what state both planes are."""


class Mover:
    """`run` begins it or goes on where it stands; `undo` takes it back."""

    def __init__(self, source: Client, target: Client, clock: Clock, name: str, namespace: str, tell: Tell) -> None:
        self._source = source
        self._target = Target(target, clock, name)
        self._book = StepBook(source, clock, name)
        self._clock = clock
        self._name = name
        self._namespace = namespace
        self._tell = tell

    async def plan(self) -> Plan:
        """As the source is now; ConfigError."""
        objects: list[Object] = []
        for kind in MOVING:
            objects += (await self._source.list(kind)).items
        return build_plan(objects, self._namespace)

    async def run(self) -> None:
        """PivotError. What was done before is not done again."""
        status = (await self._book.read()).status
        if status.phase == MOVED:
            return
        if not status.committed:
            await self._prepare()
        await self._complete()

    async def _prepare(self) -> None:
        """Up to the point of no return, or all the way back."""
        step = steps.PREFLIGHT
        try:
            await self._book.set_phase(UNDER_WAY, committed=False)
            await self._target.load()
            plan = await self.plan()
            await self._check(plan)
            for step, work in (
                (steps.FENCE, self._fence),
                (steps.PAUSE, self._pause),
                (steps.CREATE, self._create),
                (steps.STATUS, self._give_status),
                (steps.VERIFY, self._verify),
            ):
                await self._book.begin(step, len(plan.items))
                await work(plan)
                if step == steps.PAUSE:
                    plan = await self._settle()
                await self._book.finish(step, len(plan.items))
            step = steps.RELEASE
            await self._book.set_phase(UNDER_WAY, committed=True)
        except SideroError as error:
            await self._give_up(step, str(error))

    async def _give_up(self, step: str, reason: str) -> None:
        await self._book.fail(step, reason)
        try:
            await self.undo()
        except SideroError as error:
            raise PivotError(
                f"{step}: {reason}. It could not be taken back yet ({error}): the servers stay fenced and the clusters paused "
                f"until `sidero-tui pivot {self._name} --undo` gets through"
            ) from error
        raise PivotError(f"{step}: {reason}. Everything is as it was before: nothing was lost, nothing is paused or fenced")

    async def _check(self, plan: Plan) -> None:
        await self._book.begin(steps.PREFLIGHT, len(plan.items))
        paused = await self._book.has_begun(steps.PAUSE)
        problems = await check_pivot(plan, self._target.client, self._name, paused_by_us=paused)
        if problems:
            raise ConfigError("; ".join(problems))
        await self._book.finish(steps.PREFLIGHT, len(plan.items))

    async def _fence(self, plan: Plan) -> None:
        for item in plan.items:
            if item.kind == SERVER.kind:
                patch = {"metadata": {"annotations": {FENCED_BY: self._name}}}
                await self._source.patch(SERVER, item.name, patch)

    async def _pause(self, plan: Plan) -> None:
        for item in plan.items:
            if item.kind == CLUSTER.kind:
                await self._source.patch(CLUSTER, item.name, {"spec": {"paused": True}}, item.namespace)

    async def _settle(self) -> Plan:
        """The plan once nothing of it changes any more: a controller may end a pass that it began before the pause."""
        plan = await self.plan()
        for _ in range(_LONGEST_SETTLING):
            await self._clock.sleep(_QUIET)
            later = await self.plan()
            if _versions(later) == _versions(plan):
                return later
            plan = later
        raise PivotError("the source goes on changing although it is paused: somebody else writes to it")

    async def _create(self, plan: Plan) -> None:
        await self._target.make_namespaces(plan.items)
        for done, item in enumerate(plan.items, 1):
            await self._target.make(item)
            await self._note(steps.CREATE, done, len(plan.items))

    async def _give_status(self, plan: Plan) -> None:
        for done, item in enumerate(plan.items, 1):
            await self._target.give_status(item)
            await self._note(steps.STATUS, done, len(plan.items))

    async def _verify(self, plan: Plan) -> None:
        """Object by object, on the source as it is now: what changed since would be missing."""
        wrong = []
        for done, item in enumerate((await self.plan()).items, 1):
            if differences := await self._target.find_differences(item):
                wrong.append(f"{item}: {', '.join(differences)}")
            await self._note(steps.VERIFY, done, len(plan.items))
        if wrong:
            raise PivotError(f"not as on the source: {'; '.join(wrong)}")

    async def _complete(self) -> None:
        """Forward only. PivotError when it must be tried again."""
        step = steps.RELEASE
        try:
            plan = await self.plan()
            if not await self._book.is_done(steps.RELEASE):
                await self._target.load()
                await self._book.begin(steps.RELEASE, len(plan.items))
                await self._target.hand_over(plan)
                await self._book.finish(steps.RELEASE, len(plan.items))
            step = steps.RETIRE
            await self._book.begin(steps.RETIRE, len(plan.items))
            await self._retire(plan)
            await self._target.clear_marks()
            await self._book.finish(steps.RETIRE, len(plan.items))
            await self._book.set_phase(MOVED)
        except SideroError as error:
            await self._book.fail(step, str(error))
            raise PivotError(f"{step}: {error}. The target has it now: run the same command again, it goes on here") from error

    async def _retire(self, plan: Plan) -> None:
        """The clusters leave the source, children first. Servers stay, fenced: they are never served from here again."""
        items = [item for item in reversed(plan.items) if all(item.kind != kind.kind for kind in FORCED)]
        for done, item in enumerate(items, 1):
            await remove(self._source, find_kind(item.group, item.kind), item.source)
            await self._note(steps.RETIRE, done, len(items))

    async def undo(self) -> None:
        """Take everything back; ConfigError past the point of no return."""
        if (await self._book.read()).status.committed:
            raise ConfigError("it is past the point of no return: the target acts already, and this only goes forward")
        if await self._book.has_begun(steps.CREATE):
            await self._target.take_away()
        if await self._book.has_begun(steps.PAUSE):
            for obj in (await self._source.list(CLUSTER, self._namespace)).items:
                if (obj.get("spec") or {}).get("paused"):
                    await self._source.patch(CLUSTER, obj["metadata"]["name"], {"spec": {"paused": None}}, self._namespace)
        for obj in (await self._source.list(SERVER)).items:
            if (obj["metadata"].get("annotations") or {}).get(FENCED_BY) == self._name:
                await self._source.patch(SERVER, obj["metadata"]["name"], {"metadata": {"annotations": {FENCED_BY: None}}})
        await self._book.undo()

    async def _note(self, step: str, done: int, total: int) -> None:
        self._tell(step, done, total)
        if done % _TOLD_EVERY == 0:
            await self._book.progress(step, done)


def _versions(plan: Plan) -> set[tuple[str, str]]:
    return {(item.uid, item.source["metadata"]["resourceVersion"]) for item in plan.items}
