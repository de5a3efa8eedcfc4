"""The steps of a pivot in their order, kept in the Pivot's status: what is done is never done again. Facts 5.11."""

from collections.abc import Callable

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.clock import Clock, rfc3339
from boot.resources.base import Object
from boot.resources.kinds import PIVOT
from boot.resources.pivots import DONE, FAILED, RUNNING, UNDONE, WAITING, Pivot

PREFLIGHT, FENCE, PAUSE, CREATE, STATUS, VERIFY = "preflight", "fence", "pause", "create", "status", "verify"
RELEASE, RETIRE = "release", "retire"
STEPS = (PREFLIGHT, FENCE, PAUSE, CREATE, STATUS, VERIFY, RELEASE, RETIRE)
"""RELEASE is the point of no return: from then on the target acts."""


class StepBook:
    """Writes to one Pivot, which `open` makes if it is not there."""

    def __init__(self, client: Client, clock: Clock, name: str) -> None:
        self._client = client
        self._clock = clock
        self.name = name

    async def read(self) -> Pivot:
        return Pivot.model_validate(await self._client.get(PIVOT, self.name))

    async def begin(self, step: str, total: int) -> None:
        await self._set(step, state=RUNNING, total=total, done=0, startedAt=self._now(), reason="")

    async def progress(self, step: str, done: int) -> None:
        await self._set(step, done=done)

    async def finish(self, step: str, done: int) -> None:
        await self._set(step, state=DONE, done=done, finishedAt=self._now())

    async def fail(self, step: str, reason: str) -> None:
        await self._set(step, state=FAILED, reason=reason, finishedAt=self._now())

    async def set_phase(self, phase: str, *, committed: bool | None = None) -> None:
        told: Object = {"phase": phase}
        if committed is not None:
            told["committed"] = committed
        await self._change(lambda status: {**status, **told})

    async def undo(self) -> None:
        """Every step counts as not done: the pivot may begin again."""
        steps = [{"name": name, "state": UNDONE} for name in STEPS]
        await self._change(lambda status: {**status, "phase": UNDONE, "steps": steps})

    async def is_done(self, step: str) -> bool:
        steps = (await self.read()).status.steps
        return any(one.name == step and one.state == DONE for one in steps)

    async def has_begun(self, step: str) -> bool:
        steps = (await self.read()).status.steps
        return any(one.name == step and one.state not in {WAITING, UNDONE} for one in steps)

    async def _set(self, step: str, **fields: object) -> None:
        def change(status: Object) -> Object:
            known = {one["name"]: one for one in status.get("steps") or ()}
            known[step] = {"name": step, "state": WAITING, **known.get(step, {}), **fields}
            rows = [known.get(name, {"name": name, "state": WAITING}) for name in STEPS]
            return {**status, "steps": rows}

        await self._change(change)

    async def _change(self, change: Callable[[Object], Object]) -> None:
        def decide(obj: Object) -> Object:
            return {"status": change(obj.get("status") or {})}

        await change_object(self._client, PIVOT, self.name, decide, "status")

    def _now(self) -> str:
        return rfc3339(self._clock.now())
