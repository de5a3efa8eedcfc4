"""Test this BMC: each verb tried in turn and reported, without touching the power."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from boot.clock import Clock
from boot.power.bmc import Bmc
from boot.power.protocol import PowerError, PxeMode
from boot.power.targets import REDFISH, Target
from boot.resources.bmc_checks import CheckRow, Outcome

CONNECT_TIMEOUT = 5.0


async def check_bmc(bmc: Bmc, targets: tuple[Target, ...], mode: PxeMode, clock: Clock) -> list[CheckRow]:
    """Reachable, TLS, login, power state, PXE once set, read back and taken back, identify on and off."""
    rows = [row for target in targets if target.protocol == REDFISH for row in await _check_web(target, clock)]
    login = await _try("login", lambda: _log_in(bmc), clock)
    rows.append(login)
    if login.outcome is not Outcome.OK:
        rest = ("read state", "boot from the network once", "identify")
        return [*rows, *(CheckRow(verb, Outcome.NOT_RUN, "no login") for verb in rest)]
    verbs: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
        ("read state", bmc.state),
        ("boot from the network once", lambda: _try_pxe(bmc, mode)),
        ("identify", lambda: _try_identify(bmc)),
    )
    for verb, act in verbs:
        rows.append(await _try(verb, act, clock))  # one after the other, as the BMC wants it
    return rows


async def _try(verb: str, act: Callable[[], Awaitable[str]], clock: Clock) -> CheckRow:
    began = clock.monotonic()
    try:
        outcome, detail = Outcome.OK, str(await act())
    except PowerError as error:
        outcome, detail = Outcome.FAILED, str(error)
    return CheckRow(verb, outcome, detail, round(clock.monotonic() - began, 3))


async def _log_in(bmc: Bmc) -> str:
    await bmc.find()
    return f"{bmc.description} at {bmc.where}"


async def _try_pxe(bmc: Bmc, mode: PxeMode) -> str:
    before = await bmc.read_override()
    taken = await bmc.set_pxe_once(mode)
    if before.device == "pxe":
        return f"reads back: {taken}; it was set before and stays"
    with suppress(PowerError):  # the next start would show it: it is not what was asked about
        await bmc.clear_override()
    return f"reads back: {taken}; taken back: {await bmc.read_override()}"


async def _try_identify(bmc: Bmc) -> str:
    await bmc.identify(on=True)
    await bmc.identify(on=False)
    return "on and off acknowledged; whether it blinks, only a person sees"


async def _check_web(target: Target, clock: Clock) -> list[CheckRow]:
    """Whether the port answers, and which certificate is shown there."""
    began = clock.monotonic()
    context = None
    if target.url.startswith("https"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, writer = await asyncio.open_connection(target.host, target.port, ssl=context)
    except TimeoutError:
        return [CheckRow("reachable", Outcome.FAILED, f"{target}: no answer within {CONNECT_TIMEOUT:.0f} s")]
    except ssl.SSLError as error:
        return [CheckRow("TLS", Outcome.FAILED, f"{target}: {error.reason or 'no TLS there'}")]
    except OSError as error:
        return [CheckRow("reachable", Outcome.FAILED, f"{target}: {error.strerror or error}")]
    took = round(clock.monotonic() - began, 3)
    session: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
    rows = [CheckRow("reachable", Outcome.OK, str(target), took)]
    if session is not None:
        rows.append(CheckRow("TLS", Outcome.OK, f"{session.version()}, {_describe_certificate(session)}"))
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return rows


def _describe_certificate(session: ssl.SSLObject) -> str:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(session.getpeercert(binary_form=True) or b"")
    signed = "self-signed" if certificate.issuer == certificate.subject else f"issued by {certificate.issuer.rfc4514_string()}"
    return f"{signed}, valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
