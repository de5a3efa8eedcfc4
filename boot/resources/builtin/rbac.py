"""rbac.authorization.k8s.io/v1: roles and bindings, which are stored and grant nothing here."""

from boot.resources.base import Object
from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column, Definition
from boot.resources.messages.rbac import MESSAGES

_CREATED = Column("Created At", ".metadata.creationTimestamp")
_BOUND = (
    Column("Role", ".roleRef", "role"),
    AGE,
    Column("Users", '.subjects[?(@.kind=="User")].name', "joined", priority=1),
    Column("Groups", '.subjects[?(@.kind=="Group")].name', "joined", priority=1),
    Column("ServiceAccounts", ".subjects", "service-accounts", priority=1),
)
_ROLE_REF: Object = {
    "type": "object",
    "x-kubernetes-map-type": "atomic",
    "properties": {
        "apiGroup": {"type": "string", "default": "rbac.authorization.k8s.io"},
        "kind": {"type": "string"},
        "name": {"type": "string"},
    },
}


def _role(kind: str, description: str, *, namespaced: bool) -> Definition:
    return define("rbac.authorization.k8s.io/v1", MESSAGES[kind], description, (_CREATED,), namespaced=namespaced)


def _binding(kind: str, description: str, *, namespaced: bool) -> Definition:
    fields = {"roleRef": _ROLE_REF}
    return define("rbac.authorization.k8s.io/v1", MESSAGES[kind], description, _BOUND, namespaced=namespaced, fields=fields)


KINDS = (
    _role("Role", "What may be done in a namespace.", namespaced=True),
    _binding("RoleBinding", "Who may do what a role says, in a namespace.", namespaced=True),
    _role("ClusterRole", "What may be done.", namespaced=False),
    _binding("ClusterRoleBinding", "Who may do what a role says.", namespaced=False),
)
