"""authorization.k8s.io/v1 and authentication.k8s.io/v1: questions that are answered and not stored."""

from boot.resources.builtin.defining import define
from boot.resources.kinds import Definition
from boot.resources.messages import authentication, authorization
from boot.resources.messages.notation import Messages


def _question(group: str, messages: Messages, kind: str, description: str, *, namespaced: bool = False) -> Definition:
    return define(f"{group}/v1", messages[kind], description, (), verbs=("create",), namespaced=namespaced)


_AUTHORIZATION, _AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"

KINDS = (
    _question(_AUTHORIZATION, authorization.MESSAGES, "SelfSubjectAccessReview", "May I do this?"),
    _question(_AUTHORIZATION, authorization.MESSAGES, "SelfSubjectRulesReview", "What may I do in this namespace?"),
    _question(_AUTHORIZATION, authorization.MESSAGES, "SubjectAccessReview", "May somebody do this?"),
    _question(_AUTHORIZATION, authorization.MESSAGES, "LocalSubjectAccessReview", "May somebody do this here?", namespaced=True),
    _question(_AUTHENTICATION, authentication.MESSAGES, "SelfSubjectReview", "Who am I?"),
    _question(_AUTHENTICATION, authentication.MESSAGES, "TokenReview", "Whose token is this?"),
)
