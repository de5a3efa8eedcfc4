"""What names, label keys and label values look like (apimachinery util/validation); why a text is none. Pure."""

import re
from collections.abc import Iterator

_LABEL_TEXT = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_TEXT = rf"{_LABEL_TEXT}(\.{_LABEL_TEXT})*"
_PART_TEXT = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL, _SUBDOMAIN, _PART = (re.compile(text) for text in (_LABEL_TEXT, _SUBDOMAIN_TEXT, _PART_TEXT))
_PART_WORDS = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
_BAD_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    f"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL_TEXT}')"
)
_BAD_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
    f"an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN_TEXT}')"
)
_BAD_PART = (
    f"must consist of {_PART_WORDS} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_PART_TEXT}')"
)
_BAD_KEY = f"a valid label key {_BAD_PART} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
_BAD_VALUE = (
    f"a valid label must be an empty string or consist of {_PART_WORDS} "
    f"(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({_PART_TEXT})?')"
)


def complain_label_key(key: str) -> Iterator[str]:
    """Why it is no label key (IsQualifiedName)."""
    prefix, slash, part = key.rpartition("/")
    if "/" in prefix:
        yield _BAD_KEY
        return
    if slash and not prefix:
        yield "prefix part must be non-empty"
    elif slash:
        yield from (f"prefix part {words}" for words in _complain(prefix, 253, "bytes", _SUBDOMAIN, _BAD_SUBDOMAIN))
    if not part:
        yield "name part must be non-empty"
    yield from (f"name part {words}" for words in _complain(part, 63, "bytes", _PART, _BAD_PART))


def complain_label_value(value: str) -> Iterator[str]:
    """Why it is no label value (IsValidLabelValue)."""
    if value:
        yield from _complain(value, 63, "bytes", _PART, _BAD_VALUE)


def complain_subdomain(name: str) -> Iterator[str]:
    """Why it is no name of most kinds (RFC 1123 subdomain)."""
    yield from _complain(name, 253, "characters", _SUBDOMAIN, _BAD_SUBDOMAIN)


def complain_namespace(name: str) -> Iterator[str]:
    """Why it is no name of a namespace (RFC 1123 label)."""
    if "." in name:
        yield "must not contain dots"
    else:
        yield from _complain(name, 63, "characters", _LABEL, _BAD_LABEL)


def _complain(text: str, most: int, unit: str, pattern: re.Pattern[str], words: str) -> Iterator[str]:
    if len(text) > most:
        yield f"must be no more than {most} {unit}"
    if not pattern.fullmatch(text):
        yield words
