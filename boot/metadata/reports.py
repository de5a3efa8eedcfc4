"""What machines report through Talos' event sink, written in their bindings and told as notices."""

from boot.client.protocol import Client
from boot.clock import Clock
from boot.lifecycle.install_reports import INSTALLED, Report, read_report
from boot.metadata.bindings import BindingNotes
from boot.notices import NoticeFeed, TalosReported
from boot.resources.base import Object
from boot.resources.kinds import SERVER_BINDING
from boot.runtime.holders import Holders
from boot.talos.event_sink import parse_event


class Reports:
    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._holders = Holders(notices)
        self._bindings = BindingNotes(client, clock)

    async def take(self, data: bytes, address: str) -> None:
        """One EventRequest from that address, which alone says whose it is; PacketError, ApiError.

        Events come again after a lost connection: what is installed once stays so.
        """
        report = read_report(parse_event(data))
        binding = await self._find(address)
        if binding is None:
            return
        server = binding["metadata"]["name"]
        if report.addresses:
            await self._bindings.note_addresses(server, report.hostname, report.addresses)
        told = [one for one in report.conditions if not (one.type == INSTALLED and not one.status and _is_installed(binding))]
        if told:
            await self._bindings.set_conditions(server, told)
        if report.stage:
            self._publish(report, server, address)

    def _publish(self, report: Report, server: str, address: str) -> None:
        mac = next(iter(sorted(self._holders.find(address))), "")
        at = self._clock.now()
        self._notices.publish(
            TalosReported(at=at, mac=mac, address=address, server=server, stage=report.stage, reason=report.reason)
        )

    async def _find(self, address: str) -> Object | None:
        """The one binding with that address."""
        listed = (await self._client.list(SERVER_BINDING)).items
        found = [binding for binding in listed if address in (binding["spec"].get("addresses") or ())]
        return found[0] if len(found) == 1 else None


def _is_installed(binding: Object) -> bool:
    conditions = (binding.get("status") or {}).get("conditions") or ()
    return any(one["type"] == INSTALLED and one["status"] == "True" for one in conditions)
