"""Messages of authentication.k8s.io/v1."""

from boot.resources.messages.meta import MESSAGES as META
from boot.resources.messages.notation import read_messages

MESSAGES = read_messages(
    """
SelfSubjectReview: 1 metadata ObjectMeta, 2 status SelfSubjectReviewStatus
SelfSubjectReviewStatus: 1 userInfo UserInfo
UserInfo: 1 username, 2 uid, 3 groups[], 4 extra{} texts
TokenRequest: 1 metadata ObjectMeta, 2 spec TokenRequestSpec, 3 status TokenRequestStatus
TokenRequestSpec: 1 audiences[], 3 boundObjectRef BoundObjectReference, 4 expirationSeconds! int
BoundObjectReference: 1 kind, 2 apiVersion, 3 name, 4 uid
TokenRequestStatus: 1 token!, 2 expirationTimestamp time
TokenReview: 1 metadata ObjectMeta, 2 spec TokenReviewSpec, 3 status TokenReviewStatus
TokenReviewSpec: 1 token, 2 audiences[]
TokenReviewStatus: 1 authenticated bool, 2 user UserInfo, 3 error, 4 audiences[]
""",
    META,
)
