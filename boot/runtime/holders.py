"""Which NIC was seen at which address, from DHCP and from iPXE's own requests: who calls from there is known by it."""

from boot.feed import FeedGone
from boot.notices import DhcpAcknowledged, NoticeFeed, ScriptServed

MOST_ADDRESSES = 20_000


class Holders:
    """Follows the notices without a task of its own: whoever asks makes it catch up first."""

    def __init__(self, notices: NoticeFeed) -> None:
        self._notices = notices
        self._seen = notices.floor
        self._macs: dict[str, frozenset[str]] = {}

    def find(self, address: str) -> frozenset[str]:
        """MACs seen at that address; empty when none was."""
        self._catch_up()
        return self._macs.get(address, frozenset())

    def _catch_up(self) -> None:
        try:
            fresh = self._notices.after(self._seen)
        except FeedGone:
            fresh = self._notices.after(self._notices.floor)
        for number, notice in fresh:
            self._seen = number
            if not notice.mac or not notice.address:
                continue
            if isinstance(notice, DhcpAcknowledged):  # our own lease: whoever had the address before has it no longer
                self._put(notice.address, frozenset({notice.mac}))
            elif isinstance(notice, ScriptServed):
                self._put(notice.address, self._macs.get(notice.address, frozenset()) | {notice.mac})

    def _put(self, address: str, macs: frozenset[str]) -> None:
        self._macs.pop(address, None)
        self._macs[address] = macs
        if len(self._macs) > MOST_ADDRESSES:
            del self._macs[next(iter(self._macs))]
