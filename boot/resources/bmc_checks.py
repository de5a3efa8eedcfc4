"""Annotations of a Server by which a test of its BMC is asked for and answered."""

ASKED = "boot.sidero-tui.dev/check-bmc"
"""Any value asks; it is taken away with the answer."""
RESULT = "boot.sidero-tui.dev/bmc-check"
"""JSON: a list of {verb, outcome, detail, seconds}."""
CHECKED_AT = "boot.sidero-tui.dev/bmc-checked-at"
