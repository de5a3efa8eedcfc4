"""The formats that a schema may ask of a string (apiextensions/v1 JSONSchemaProps.format), as kube-apiserver has them. Pure."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime

Test = Callable[[str], bool]


def _parses(parse: Callable[[str], object]) -> Test:
    def test(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, binascii.Error):
            return False
        return True

    return test


def _matches(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _unpadded(text: str) -> str:
    """An IPv4 address without leading zeros, which Kubernetes takes and ipaddress does not."""
    return ".".join(part.lstrip("0") or "0" for part in text.split(".")) if text.count(".") == 3 else text


def _uuid(version: str) -> Test:
    return _matches(rf"(?i)[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{version}[0-9a-f]{{3}}-?[0-9a-f]{{4}}-?[0-9a-f]{{12}}")


_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_PAIR = "[0-9A-Fa-f]{2}"
_date_time = _matches(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_is_time = _parses(lambda text: datetime.fromisoformat(text.upper()))

FORMATS: dict[str, Test] = {
    "ipv4": _parses(lambda text: ipaddress.IPv4Address(_unpadded(text))),
    "ipv6": _parses(ipaddress.IPv6Address),
    "cidr": lambda text: "/" in text and _parses(ipaddress.ip_interface)(text),
    "mac": _matches(rf"{_PAIR}(:{_PAIR}){{5,7}}|{_PAIR}(-{_PAIR}){{5,7}}|[0-9A-Fa-f]{{4}}(\.[0-9A-Fa-f]{{4}}){{2,3}}"),
    "uuid": _uuid("[0-9a-f]"),
    "uuid3": _uuid("3"),
    "uuid4": _uuid("4"),
    "uuid5": _uuid("5"),
    "email": _matches(r"[^@\s]+@[^@\s]+"),
    "hostname": _matches(r"(?i)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"),
    "uri": _matches(r"([A-Za-z][A-Za-z0-9+.-]*:.*|/.*)"),
    "date": lambda text: len(text) == 10 and _parses(date.fromisoformat)(text),
    "date-time": lambda text: _date_time(text) and _is_time(text),
    "datetime": lambda text: _date_time(text) and _is_time(text),
    "duration": _matches(r"-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+|\d+ ?[a-z]+|P[0-9DTHMSWY.]+"),
    # Base64 of nothing is refused in custom kinds by kube-apiserver and taken in its own, which the same table serves here.
    "byte": _parses(lambda text: base64.b64decode(text, validate=True)),
    "hexcolor": _matches("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _matches(r"rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)"),
    "bsonobjectid": _matches("[0-9a-fA-F]{24}"),
    "k8s-short-name": _matches(_LABEL),
    "k8s-long-name": _matches(rf"{_LABEL}(\.{_LABEL})*"),
}
"""Other formats say nothing."""
