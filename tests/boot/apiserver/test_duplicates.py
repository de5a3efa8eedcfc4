import pytest

from boot.apiserver.duplicates import report_duplicates, wanted_duplicates
from boot.errors import BadRequest, Invalid
from boot.plane.options import FieldValidation, WriteOptions
from boot.plane.patching import APPLY
from boot.resources.kinds import CONFIG_MAP

STRICT = WriteOptions(field_validation=FieldValidation.STRICT)
TWICE = ['duplicate field "data.a"', 'duplicate field "data"']
LINES = ['line 5: key "a" already set in map', 'line 6: key "b" already set in map']


def test_nobody_looks_for_them_when_they_are_ignored() -> None:
    assert wanted_duplicates(WriteOptions(field_validation=FieldValidation.IGNORE)) is None
    assert wanted_duplicates(WriteOptions()) == []
    assert wanted_duplicates(STRICT) == []


def test_they_are_warnings_unless_they_are_refused() -> None:
    options = WriteOptions()
    report_duplicates(TWICE, options, CONFIG_MAP)
    assert options.warnings == TWICE


@pytest.mark.parametrize(
    ("found", "patch_type", "error", "words"),
    [
        (
            TWICE,
            "",
            BadRequest,
            (
                'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: '
                'duplicate field "data.a", duplicate field "data"'
            ),
        ),
        (
            LINES,
            "",
            BadRequest,
            (
                'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n'
                '  line 5: key "a" already set in map\n  line 6: key "b" already set in map'
            ),
        ),
        (
            LINES[:1],
            APPLY,
            BadRequest,
            (
                "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n"
                '  line 5: key "a" already set in map'
            ),
        ),
        (
            TWICE[:1],
            "application/merge-patch+json",
            Invalid,
            'ConfigMap is invalid: patch: Invalid value: strict decoding error: duplicate field "data.a"',
        ),
    ],
)
def test_strict_refuses_them_in_kubernetes_words(found: list[str], patch_type: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as raised:
        report_duplicates(found, STRICT, CONFIG_MAP, patch_type)
    assert str(raised.value) == words


def test_none_is_nothing_to_report() -> None:
    report_duplicates(None, STRICT, CONFIG_MAP)
    report_duplicates([], STRICT, CONFIG_MAP)
