"""Who the machine is: said beside everything else, it keeps nothing from booting."""

from boot.diagnosis.cause import Cause, Severity
from boot.diagnosis.signs import Sign

CHANGES = 2

IDENTITY = (
    Cause(
        reason="DuplicateMac",
        ours=True,
        observed=f"option 97 of one MAC changed {CHANGES} times: there and back",
        when=lambda evidence, _seconds: evidence.count(Sign.UUID_CHANGED) >= CHANGES,
        says="Two boxes share the MAC {mac}: it comes with SMBIOS UUID {uuid} and with {other}; give one of them its own.",
        severity=Severity.WARNING,
        facts={
            "uuid": lambda evidence: evidence.detail(Sign.UUID),
            "other": lambda evidence: evidence.detail(Sign.UUID_CHANGED),
        },
    ),
    Cause(
        reason="DuplicateUuid",
        ours=True,
        observed="another server claims the same SMBIOS UUID",
        when=lambda evidence, _seconds: evidence.server in evidence.site.twins,
        says="Another box ({twin}) claims the same SMBIOS UUID: both are told apart by their MAC; have the vendor's tool write "
        "one of them anew.",
        severity=Severity.WARNING,
        facts={"twin": lambda evidence: evidence.site.twins[evidence.server]},
    ),
    Cause(
        reason="NamedByMac",
        ours=True,
        observed="its SMBIOS UUID is blank, a placeholder or somebody else's",
        when=lambda evidence, _seconds: evidence.has(Sign.BY_MAC),
        says="It is named by its MAC: {why}.",
        severity=Severity.NOTE,
        facts={"why": lambda evidence: evidence.detail(Sign.BY_MAC)},
    ),
)
