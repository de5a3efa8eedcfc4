"""What a request wants to do, and who may: the rules of the admin and of the read-only identity. Pure.

The read-only identity reads what Kubernetes' own ClusterRole `view` reads and the plane's other kinds, so no Secrets. Asking
about oneself (SelfSubjectAccessReview and the like) is for everybody who is known, as upstream's `system:basic-user`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boot.apiserver.identity import Identity
from boot.apiserver.pki import ADMIN, READER
from boot.apiserver.requests import is_true, parse_path
from boot.errors import Forbidden, NotFound, Unauthorized

OPEN_PATHS = frozenset({"/healthz", "/livez", "/readyz", "/version", "/version/"})
"""Read by anybody: upstream's ClusterRole `system:public-info-viewer`."""
OWN_PATHS = "/sidero-tui/"
"""What begins with it is no part of the Kubernetes API, and the admin's."""
_READING = frozenset({"get", "list", "watch", "head", "options"})
_ANY = "*"
_ABOUT_ONESELF = frozenset(
    {
        ("authentication.k8s.io", "selfsubjectreviews"),
        ("authorization.k8s.io", "selfsubjectaccessreviews"),
        ("authorization.k8s.io", "selfsubjectrulesreviews"),
    }
)
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}
_ON_COLLECTIONS = {"delete": "deletecollection", "get": "list"}


@dataclass(frozen=True, slots=True)
class Access:
    """authorization/v1 ResourceAttributes, or NonResourceAttributes where `path` is set."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


def read_access(method: str, path: str, query: Mapping[str, str]) -> Access:
    """As k8s.io/apiserver's RequestInfo has it."""
    try:
        resource = parse_path(path)
    except NotFound:
        return Access(method.lower(), path=path)
    verb = _VERBS.get(method, method.lower())
    if not resource.name:
        verb = "watch" if verb == "get" and is_true(query, "watch") else _ON_COLLECTIONS.get(verb, verb)
    own = (resource.group, resource.plural) == ("", "namespaces")
    namespace = resource.name if own else resource.namespace
    return Access(verb, resource.group, resource.plural, resource.subresource, namespace, resource.name)


def may(identity: Identity, access: Access) -> bool:
    """Whether this identity has what it asks for. `*` in an access stands for all there is."""
    if ADMIN[1] in identity.groups:
        return True
    if access.verb == "create" and (access.group, access.resource) in _ABOUT_ONESELF:
        return True
    if READER[1] not in identity.groups or access.verb not in _READING:
        return False
    if access.path:
        return not access.path.startswith(OWN_PATHS)
    return not (access.resource in {"secrets", _ANY} and access.group in {"", _ANY})


def check_access(identity: Identity | None, access: Access, headers: Iterable[str]) -> None:
    """Unauthorized or Forbidden when this caller may not; `headers` are the names of those it sent."""
    if access.path in OPEN_PATHS and access.verb in _READING:
        return
    if identity is None:
        raise Unauthorized("Unauthorized")
    if any(header[:12].lower() == "impersonate-" for header in headers):
        raise _forbid(
            identity,
            Access("impersonate", resource="users"),
            ": this plane has an admin and a read-only identity, and nobody acts for another",
        )
    if not may(identity, access):
        raise _forbid(identity, access)


def _forbid(identity: Identity, access: Access, why: str = "") -> Forbidden:
    """In the words of k8s.io/apiserver's responsewriters.ForbiddenStatusError."""
    if access.path:
        return Forbidden(f'forbidden: User "{identity.name}" cannot {access.verb} path "{access.path}"')
    subject = f"{access.resource}.{access.group}" if access.group else access.resource
    named = f'{subject} "{access.name}"' if access.name else subject
    what = f"{access.resource}/{access.subresource}" if access.subresource else access.resource
    where = f'in the namespace "{access.namespace}"' if access.namespace else "at the cluster scope"
    return Forbidden(
        f'{named} is forbidden: User "{identity.name}" cannot {access.verb} resource "{what}" in API group "{access.group}" '
        f"{where}{why}",
        name=access.name,
        group=access.group,
        kind=access.resource,
    )
