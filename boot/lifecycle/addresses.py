"""status.addresses as an agent's report leaves them. Pure."""

from collections.abc import Iterable, Sequence

from boot.resources.metal import NodeAddress


def merge_addresses(known: Iterable[NodeAddress], reported: Sequence[NodeAddress]) -> list[NodeAddress]:
    """What was reported takes the place of what is known of the same types; sorted, so that the same report is no change."""
    types = {entry.type for entry in reported}
    merged = [*(entry for entry in known if entry.type not in types), *reported]
    return sorted(dict.fromkeys(merged), key=lambda entry: (entry.type, entry.address))
