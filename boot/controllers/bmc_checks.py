"""Test this BMC, asked for and answered on the Server itself: so it works from any console and from kubectl.

kubectl annotate server NAME boot.sidero-tui.dev/check-bmc=now; the rows then are in boot.sidero-tui.dev/bmc-check.
"""

from boot.client.protocol import Client
from boot.clock import Clock, rfc3339
from boot.errors import NotFound
from boot.power.bmc_check import check_bmc
from boot.power.book import SpecPowerBook
from boot.power.protocol import PowerError, PxeMode
from boot.power.targets import list_targets
from boot.resources.bmc_checks import ASKED, CHECKED_AT, RESULT, CheckRow, Outcome, render_rows
from boot.resources.kinds import SERVER
from boot.resources.metal import Server


class BmcCheckReconciler:
    def __init__(self, client: Client, clock: Clock, book: SpecPowerBook) -> None:
        self._client = client
        self._clock = clock
        self._book = book

    async def reconcile(self, key: str) -> float | None:
        try:
            server = Server.model_validate(await self._client.get(SERVER, key))
        except NotFound:
            await self._book.forget(key)
            return None
        if ASKED not in server.metadata.annotations:
            return None
        result = {ASKED: None, RESULT: render_rows(await self._check(server)), CHECKED_AT: rfc3339(self._clock.now())}
        await self._client.patch(SERVER, key, {"metadata": {"annotations": result}})
        return None

    async def _check(self, server: Server) -> list[CheckRow]:
        try:
            bmc = await self._book.bmc_of(server)
        except PowerError as error:
            return [CheckRow("credentials", Outcome.FAILED, str(error))]
        if bmc is None or server.spec.bmc is None:
            return [CheckRow("credentials", Outcome.NOT_RUN, "the server has no BMC with credentials: a person switches it")]
        mode = PxeMode(server.spec.pxe_mode) if server.spec.pxe_mode else PxeMode.UEFI
        return await check_bmc(bmc, list_targets(server.spec.bmc), mode, self._clock)
