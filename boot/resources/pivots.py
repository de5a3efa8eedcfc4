"""boot.sidero-tui.dev/v1alpha1 Pivot: one pivot, its steps and their results. Whoever picks it up goes on where it stands."""

from pydantic import Field

from boot.resources.base import Int32, Resource, Time, Wire

WAITING, RUNNING, DONE, FAILED, UNDONE = "waiting", "running", "done", "failed", "undone"
UNDER_WAY, MOVED = "moving", "moved"
"""Phases; a pivot that was taken back is UNDONE."""


class PivotSpec(Wire):
    kubeconfig: str = Field("", description="File with the target's kubeconfig, on the machine that runs the pivot")
    namespace: str = Field("default", description="Namespace whose clusters move")


class PivotStep(Wire):
    """One step; `done` of `total` objects, `reason` why it failed or what it waits for."""

    name: str
    state: str = Field(WAITING, json_schema_extra={"enum": [WAITING, RUNNING, DONE, FAILED, UNDONE]})
    done: Int32 = 0
    total: Int32 = 0
    started_at: Time | None = None
    finished_at: Time | None = None
    reason: str = ""


class PivotStatus(Wire):
    phase: str = Field("", description="moving, moved, failed or undone")
    committed: bool = Field(False, description="Past the point of no return: it only goes forward")
    steps: list[PivotStep] = Field(default_factory=list)


class Pivot(Resource):
    spec: PivotSpec = PivotSpec()
    status: PivotStatus = PivotStatus()
