"""How the files of this package say what a kind is. Pure."""

from typing import Any

from boot.resources.base import Object
from boot.resources.builtin.schemas import kind_schema
from boot.resources.kinds import Column, Definition, Version
from boot.resources.messages.notation import Message

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
"""In the order in which upstream has them for built-in kinds."""


def define(
    api_version: str,
    message: Message,
    description: str,
    columns: tuple[Column, ...],
    *,
    version: Object | None = None,
    fields: Object | None = None,
    **more: Any,
) -> Definition:
    """`version` is of its Version, `fields` are schemas in the place of the message's own, `more` is of the Definition."""
    group, _, name = api_version.rpartition("/")
    lower = message.name.lower()
    more.setdefault("verbs", ALL_VERBS)
    schema = kind_schema(message, description, **(fields or {}))
    return Definition(
        group=group,
        kind=message.name,
        plural=_plural(lower),
        singular=lower,
        list_kind=f"{message.name}List",
        versions=(Version(name, schema, columns, **(version or {})),),
        **more,
    )


def _plural(word: str) -> str:
    """English, as far as the names of kinds go: services, classes, identities."""
    if word.endswith("ss"):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
