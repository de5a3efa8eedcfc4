"""admissionregistration.k8s.io/v1: webhooks, which are stored and never called."""

from boot.resources.builtin.defining import define
from boot.resources.crds import AGE
from boot.resources.kinds import Column
from boot.resources.messages.admission import MESSAGES

_COLUMNS = (Column("Webhooks", ".webhooks", "count"), AGE)
_GROUP = "admissionregistration.k8s.io/v1"

KINDS = (
    define(
        _GROUP,
        MESSAGES["ValidatingWebhookConfiguration"],
        "Who is asked whether an object may be written. Stored; nothing here asks.",
        _COLUMNS,
        categories=("api-extensions",),
    ),
    define(
        _GROUP,
        MESSAGES["MutatingWebhookConfiguration"],
        "Who may change an object that is written. Stored; nothing here asks.",
        _COLUMNS,
        categories=("api-extensions",),
    ),
)
