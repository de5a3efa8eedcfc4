"""boot.sidero-tui.dev/v1alpha1 Task: one thing a person has to do at a server without a BMC.

A Task has the name of its server, so there is never a second one open. It is ticked off by the wire or by a person:
kubectl patch task NAME --type merge -p '{"status":{"state":"done"}}' (status is no subresource, so that this line is enough).
"""

from pydantic import Field

from boot.resources.base import Resource, Time, Wire

OPEN, DONE, WITHDRAWN = "open", "done", "withdrawn"
POWER_CYCLE, POWER_ON, POWER_OFF = "power-cycle", "power-on", "power-off"
BY_WIRE, BY_PERSON = "wire", "person"

RACK_POSITION = "boot.sidero-tui.dev/rack-position"
"""Annotation or label of a Server: where it stands, such as r3u12."""


class TaskSpec(Wire):
    server: str = Field("", description="Name of the Server")
    action: str = Field("", json_schema_extra={"enum": [POWER_CYCLE, POWER_ON, POWER_OFF]})
    where: str = Field("", description="Where the server stands, from its annotation or label rack-position")
    reason: str = Field("", description="Why, and how the server shall start")


class TaskStatus(Wire):
    state: str = Field("", json_schema_extra={"enum": [OPEN, DONE, WITHDRAWN]})
    opened_at: Time | None = Field(
        None, description="Since when this action is asked for; what the wire showed before counts not"
    )
    done_by: str = Field("", description="wire or person")
    at: Time | None = Field(None, description="When it was done or withdrawn")
    evidence: str = Field("", description="What showed it, or why it was withdrawn")


class Task(Resource):
    spec: TaskSpec = TaskSpec()
    status: TaskStatus = TaskStatus()
