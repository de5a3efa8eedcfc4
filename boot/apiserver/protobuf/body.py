"""Kubernetes protobuf request bodies: kubectl from 1.32 and typed Go clients send nothing else for the kinds they know.

The envelope is `k8s\\0` and runtime.Unknown {1 typeMeta {1 apiVersion, 2 kind}, 2 raw, 3 contentEncoding, 4 contentType}.
"""

from boot.apiserver.protobuf.layouts import Layout, layout_of
from boot.apiserver.protobuf.scalars import raw
from boot.apiserver.protobuf.wire import read_fields
from boot.errors import BadRequest, UnsupportedMediaType
from boot.resources.base import Object
from boot.resources.messages import (
    admission,
    apps,
    authentication,
    authorization,
    autoscaling,
    coordination,
    core,
    events,
    meta,
    pods,
    rbac,
    workloads,
)
from boot.resources.messages.notation import Messages

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"


def _kinds(messages: Messages, api_version: str, *kinds: str) -> dict[tuple[str, str], Layout]:
    return {(api_version, kind): layout_of(messages[kind]) for kind in kinds}


KINDS: dict[tuple[str, str], Layout] = {
    **_kinds(core.MESSAGES, "v1", "Namespace", "Secret", "ConfigMap", "Event", "ServiceAccount", "Node", "Service"),
    **_kinds(pods.MESSAGES, "v1", "Pod"),
    **_kinds(apps.MESSAGES, "apps/v1", "Deployment"),
    **_kinds(workloads.MESSAGES, "apps/v1", "DaemonSet", "StatefulSet"),
    **_kinds(workloads.MESSAGES, "batch/v1", "Job"),
    **_kinds(events.MESSAGES, "events.k8s.io/v1", "Event"),
    **_kinds(coordination.MESSAGES, "coordination.k8s.io/v1", "Lease"),
    **_kinds(rbac.MESSAGES, "rbac.authorization.k8s.io/v1", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    **_kinds(
        admission.MESSAGES,
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
    ),
    **_kinds(
        authorization.MESSAGES,
        "authorization.k8s.io/v1",
        "SelfSubjectAccessReview",
        "SelfSubjectRulesReview",
        "SubjectAccessReview",
        "LocalSubjectAccessReview",
    ),
    **_kinds(authentication.MESSAGES, "authentication.k8s.io/v1", "SelfSubjectReview", "TokenRequest", "TokenReview"),
    **_kinds(autoscaling.MESSAGES, "autoscaling/v1", "Scale"),
}
"""By apiVersion and kind."""
_EVERYWHERE = {"DeleteOptions": layout_of(meta.MESSAGES["DeleteOptions"])}
"""Kinds that belong to every group: a typed client names its own group's version."""


def decode_body(data: bytes) -> Object:
    """The object as its JSON would be; BadRequest when malformed, UnsupportedMediaType for a kind not known here."""
    if not data.startswith(_MAGIC):
        raise BadRequest("the body is not Kubernetes protobuf")
    try:
        unknown = dict(read_fields(data[len(_MAGIC) :]))
        types = dict(read_fields(raw(unknown.get(1, b""))))
        api_version, kind = (raw(types.get(number, b"")).decode() for number in (1, 2))
        layout = KINDS.get((api_version, kind)) or _EVERYWHERE.get(kind)
        if layout is None:
            raise UnsupportedMediaType(f"protobuf bodies of {kind} {api_version} are not read here: send JSON")
        if unknown.get(3):
            raise UnsupportedMediaType("protobuf bodies with a content encoding of their own are not read here")
        return {"apiVersion": api_version, "kind": kind, **layout.read(unknown.get(2, b""))}
    except ValueError as error:
        raise BadRequest(f"the protobuf body is malformed: {error}") from error
