"""What a waiting server shows on its own screen: who it is, what state it is in, what the operator can do about it."""

from boot.lifecycle.identity import IDENTITY_ANNOTATION, REASON_ANNOTATION, IdentityKind
from boot.resources.metal import Server

_RULE = "=" * 60

_NEXT_STEP = {
    False: "Accept it: press a in the console, or set spec.accepted with kubectl.",
    True: "Nothing to do here: it goes on by itself.",
}


def describe_wait(server: Server, mac: str, reason: str, base_url: str) -> tuple[str, ...]:
    """Lines of at most 80 columns where the values allow, in the order shown."""
    system = server.spec.hardware.system if server.spec.hardware else None
    model = f"{system.manufacturer} {system.product_name}".strip() if system else ""
    lines = [
        f"sidero-tui at {base_url}",
        _RULE,
        f"Server    {server.name}",
        f"Hostname  {server.spec.hostname}",
        f"MAC       {mac}",
        f"Hardware  {model or 'unknown'}",
    ]
    if server.metadata.annotations.get(IDENTITY_ANNOTATION) == IdentityKind.MAC:
        lines.append(f"Named by its MAC: {server.metadata.annotations.get(REASON_ANNOTATION, '')}")
    return (*lines, _RULE, f"State: {reason}.", _NEXT_STEP[server.spec.accepted])
