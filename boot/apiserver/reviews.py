"""authorization.k8s.io and authentication.k8s.io reviews: questions about who may do what, answered and not stored."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from boot.apiserver.access import Access, may
from boot.apiserver.identity import Identity
from boot.apiserver.negotiation import answer, read_body
from boot.apiserver.requests import Resource
from boot.apiserver.tokens import Tokens
from boot.apiserver.verbs import Verbs
from boot.errors import BadRequest, Cause
from boot.plane.admission import read_object
from boot.plane.writes import invalid
from boot.resources.base import Object
from boot.resources.kinds import Kind

_EVERYBODY = "system:authenticated"
_ALL = ["*"]
_ABOUT_ONESELF = (
    (["authentication.k8s.io"], ["selfsubjectreviews"]),
    (["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
)
_OPEN_URLS = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
_READ_VERBS = ["get", "list", "watch"]


def answer_review(kind: Kind, review: Object, identity: Identity, tokens: Tokens) -> Object:
    """The review with its status; BadRequest or Invalid when it asks nothing."""
    spec = review.get("spec") or {}
    if not isinstance(spec, dict):
        raise BadRequest("spec of a review is a JSON object")
    status = _ANSWERS[kind.kind](kind, spec, identity, tokens)
    return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}, "spec": spec, "status": status}


def _self_access(kind: Kind, spec: Object, identity: Identity, _tokens: Tokens) -> Object:
    return _decide(identity, _read_attributes(kind, spec))


def _subject_access(kind: Kind, spec: Object, _identity: Identity, _tokens: Tokens) -> Object:
    user, groups = spec.get("user") or "", spec.get("groups") or []
    if not user and not groups:
        words = 'Invalid value: "": at least one of user or group must be specified'
        raise invalid(kind, "", [Cause("FieldValueInvalid", words, "spec.user")])
    return _decide(Identity(str(user), tuple(map(str, groups))), _read_attributes(kind, spec))


def _decide(identity: Identity, access: Access) -> Object:
    return {"allowed": may(identity, access)}


def _read_attributes(kind: Kind, spec: Object) -> Access:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if isinstance(path, dict) and resource is None:
        return Access(_text(path, "verb").lower(), path=_text(path, "path"))
    if isinstance(resource, dict) and path is None:
        parts = {name: _text(resource, name) for name in ("group", "resource", "subresource", "namespace", "name")}
        return Access(_text(resource, "verb"), **parts)
    words = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
    shown = "null" if resource is None else "{}"
    raise invalid(kind, "", [Cause("FieldValueInvalid", f"Invalid value: {shown}: {words}", "spec.resourceAttributes")])


def _text(attributes: Mapping[str, Any], name: str) -> str:
    return str(attributes.get(name) or "")


def _self_rules(_kind: Kind, _spec: Object, identity: Identity, _tokens: Tokens) -> Object:
    """All the admin's; else what everybody has, and what may be read."""
    own = [{"verbs": ["create"], "apiGroups": groups, "resources": kinds} for groups, kinds in _ABOUT_ONESELF]
    urls: list[Object] = [{"verbs": ["get"], "nonResourceURLs": _OPEN_URLS}]
    if may(identity, Access("*", "*", "*")):
        own.insert(0, {"verbs": _ALL, "apiGroups": _ALL, "resources": _ALL})
        urls.insert(0, {"verbs": _ALL, "nonResourceURLs": _ALL})
    elif may(identity, Access("get", "", "configmaps")):
        own.insert(0, {"verbs": _READ_VERBS, "apiGroups": _ALL, "resources": _ALL})
        urls.insert(0, {"verbs": ["get"], "nonResourceURLs": _ALL})
    return {"resourceRules": own, "nonResourceRules": urls, "incomplete": False}


def _self(_kind: Kind, _spec: Object, identity: Identity, _tokens: Tokens) -> Object:
    return {"userInfo": _user_info(identity)}


def _user_info(identity: Identity) -> Object:
    groups = [*identity.groups, *([] if _EVERYBODY in identity.groups else [_EVERYBODY])]
    return {"username": identity.name, "groups": groups}


def _token(_kind: Kind, spec: Object, _identity: Identity, tokens: Tokens) -> Object:
    subject = tokens.find(_text(spec, "token"))
    if subject is None:
        return {"user": {}, "error": "invalid bearer token"}
    name, group = subject
    return {"authenticated": True, "user": _user_info(Identity(name, (group,)))}


_Answer = Callable[[Kind, Object, Identity, Tokens], Object]
_ANSWERS: dict[str, _Answer] = {
    "SelfSubjectAccessReview": _self_access,
    "SelfSubjectRulesReview": _self_rules,
    "SubjectAccessReview": _subject_access,
    "LocalSubjectAccessReview": _subject_access,
    "SelfSubjectReview": _self,
    "TokenReview": _token,
}
_GROUPS = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


class Reviews:
    """Answers over HTTP."""

    def __init__(self, verbs: Verbs, tokens: Tokens) -> None:
        self._verbs = verbs
        self._tokens = tokens

    async def answer(self, request: web.Request, resource: Resource, identity: Identity | None) -> web.Response | None:
        """None for what is no review."""
        if resource.group not in _GROUPS or request.method != "POST" or identity is None:
            return None
        kind, _, _ = self._verbs.resolve(resource, "create")
        review = read_object(await read_body(request), kind)
        return answer(answer_review(kind, review, identity, self._tokens), 201)
