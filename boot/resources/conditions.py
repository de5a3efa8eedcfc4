"""Conditions as Cluster API v1beta1 and the Talos providers store them, and what else its kinds share."""

from typing import Annotated, Any

from pydantic import Field

from boot.resources.base import Int32, Int64, ObjectReference, Time, Wire


def text(longest: int, shortest: int = 1) -> Any:
    """A string field's bounds, checked by the plane and not by the model: what is stored elsewhere is still read."""
    return Field(json_schema_extra={"minLength": shortest, "maxLength": longest})


def one_of(*values: str) -> Any:
    return Field(json_schema_extra={"enum": list(values)})


_QUALIFIED = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
ConditionType = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": 316, "pattern": _QUALIFIED})]
Reference = Annotated[ObjectReference, Field(json_schema_extra={"x-kubernetes-map-type": "atomic"})]
"""Written as a whole: server-side apply never mixes two of them."""
IntOrString = Annotated[Any, Field(json_schema_extra={"x-kubernetes-int-or-string": True})]
ClusterName = Annotated[str, text(63)]
Message = Annotated[str, text(10240)]
Count = Int32


class Condition(Wire):
    """cluster.x-k8s.io/v1beta1 Condition; severity Error, Warning or Info goes with a status of False only."""

    type: Annotated[str, text(256)]
    status: str
    severity: Annotated[str | None, Field(json_schema_extra={"maxLength": 32})] = None
    last_transition_time: Time
    reason: Annotated[str, text(256)] | None = None
    message: Message | None = None


class V1Beta2Condition(Wire):
    """meta/v1 Condition, as the contract after this one has it; kept below status.v1beta2."""

    type: ConditionType
    status: Annotated[str, one_of("True", "False", "Unknown")]
    observed_generation: Annotated[Int64, Field(json_schema_extra={"minimum": 0})] | None = None
    last_transition_time: Time
    reason: Annotated[
        str,
        Field(
            json_schema_extra={"minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"},
        ),
    ]
    message: Annotated[str, Field(json_schema_extra={"maxLength": 32768})]


V1Beta2Conditions = Annotated[
    list[V1Beta2Condition],
    Field(
        json_schema_extra={
            "maxItems": 32,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
        }
    ),
]


class V1Beta2Status(Wire):
    conditions: V1Beta2Conditions | None = None


class ReadinessGate(Wire):
    """A condition that counts too before Ready is True."""

    condition_type: ConditionType
    polarity: Annotated[str, one_of("Positive", "Negative")] | None = None


ReadinessGates = Annotated[
    list[ReadinessGate],
    Field(
        json_schema_extra={
            "maxItems": 32,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["conditionType"],
        }
    ),
]


class MachineAddress(Wire):
    """Where a Machine is reached; InternalIP first of all."""

    type: Annotated[str, one_of("Hostname", "ExternalIP", "InternalIP", "ExternalDNS", "InternalDNS")]
    address: Annotated[str, text(256)]
