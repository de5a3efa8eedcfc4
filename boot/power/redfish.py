"""Redfish by sushy, OpenStack Ironic's library: it finds its way about, knows Settings resources and If-Match."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sushy
from sushy.auth import BasicAuth, SessionAuth
from sushy.connector import Connector
from sushy.exceptions import (
    AccessError,
    HTTPError,
    InvalidParameterValueError,
    MissingActionError,
    MissingAttributeError,
    SushyError,
)
from sushy.exceptions import ConnectionError as SushyConnectionError

from boot.power import redfish_quirks as quirks
from boot.power.credentials import Credentials
from boot.power.driver import BootOverride, Switch
from boot.power.faults import Fault, FaultKind
from boot.power.protocol import PowerState, PxeMode
from boot.power.targets import REDFISH, Target

# Every fault reaches a person in our own words, with the BMC's name; the library would log each a second time.
logging.getLogger("sushy").setLevel(logging.CRITICAL)

CONNECT_TIMEOUT = 5.0
_STATES = {
    sushy.PowerState.ON: PowerState.ON,
    sushy.PowerState.POWERING_ON: PowerState.ON,
    sushy.PowerState.OFF: PowerState.OFF,
    sushy.PowerState.POWERING_OFF: PowerState.ON,
}
"""While it powers off it is still on."""


class RedfishDriver:
    """Implements boot.power.driver.Driver for one system of one BMC; used by one thread at a time.

    `uuids` are the server's SMBIOS UUIDs: they choose the system where a BMC has several. `timeout` in seconds, per request.
    """

    kind = REDFISH

    def __init__(self, target: Target, credentials: Credentials, uuids: Sequence[str], timeout: float, verify_tls: bool) -> None:
        self._url = target.url
        self._credentials = credentials
        self._uuids = uuids
        self._connector = Connector(
            target.url,
            verify=verify_tls,
            server_side_retries=1,  # one try: how often and how spaced is decided above, for all protocols
            server_side_retries_delay=1,
            default_request_timeout=timeout,
            connect_timeout=min(CONNECT_TIMEOUT, timeout),
        )
        self._connector._session.trust_env = False  # a BMC is never behind the site's proxy or in ~/.netrc
        self._auth: Any = None
        self._system: Any = None

    def connect(self) -> str:
        with _faults():
            service = self._log_in()
            self._system = self._find_system(service)
            self._system.get_allowed_reset_system_values()  # MissingActionError: some show a system they cannot switch
            make = " ".join(filter(None, (self._system.manufacturer, self._system.model))) or "unknown make"
            return f"{make}, Redfish {service.redfish_version or 'of unknown version'}"

    def read_state(self) -> PowerState:
        with _faults():
            return self._read_state()

    def switch(self, order: Switch) -> PowerState:
        with _faults():
            before = self._read_state()
            if order is Switch.CYCLE and before is PowerState.OFF:
                order = Switch.ON
            if order.value != before.value:
                self._reset(order)
            return before

    def set_pxe_once(self, mode: PxeMode) -> BootOverride:
        with _faults():
            boot = self._refresh().boot
            enabled_now = boot.enabled.value if boot and boot.enabled else ""
            fault: Fault | None = None
            for attempt in quirks.list_attempts(self._system.manufacturer or "", mode, enabled_now):
                try:
                    return self._override(attempt)
                except Fault as refused:
                    if refused.kind is not FaultKind.REFUSED:
                        raise
                    fault = refused
            raise fault or Fault(FaultKind.UNSUPPORTED, "cannot boot from the network on order")

    def read_override(self) -> BootOverride:
        """As pending, else as current: with a Settings resource (AMI) the system itself changes at the next start only."""
        with _faults():
            system = self._refresh()
            settings = system._settings
            pending = self._connector.get(settings.resource_uri).json() if settings and settings.resource_uri else {}
            found = [quirks.parse_override(resource.get("Boot") or {}) for resource in (pending, system.json)]
            return next((override for override in found if override.device != "none"), found[-1])

    def clear_override(self) -> None:
        with _faults():
            self._refresh().set_system_boot_options(enabled=sushy.BootSourceOverrideEnabled.DISABLED)

    def identify(self, on: bool) -> None:
        with _faults():
            system = self._refresh()
            if "LocationIndicatorActive" in system.json:  # the newer property, which the library does not know
                self._connector.patch(system.path, data={"LocationIndicatorActive": on}, etag=system._get_etag())
            elif "IndicatorLED" in system.json:
                system.set_indicator_led(sushy.IndicatorLED.BLINKING if on else sushy.IndicatorLED.OFF)
            else:
                raise Fault(FaultKind.UNSUPPORTED, "offers no locate light")

    def close(self) -> None:
        with suppress(SushyError):
            if self._auth is not None:
                self._auth.close()
        self._connector.close()

    def _log_in(self) -> Any:
        """Basic first, which leaves no session behind; a session where Basic is switched off."""
        user, password = self._credentials.user, self._credentials.password
        refused: AccessError | None = None
        for auth in (BasicAuth(user, password), SessionAuth(user, password)):
            self._connector._session.auth = None  # the library has no way to take back a refused login
            try:
                service = sushy.Sushy(self._url, auth=auth, connector=self._connector)
                service.get_system_collection()
            except AccessError as error:
                refused = refused or error
            except SushyError:
                if refused is None:
                    raise
            else:
                self._auth = auth
                return service
        raise refused or Fault(FaultKind.LOGIN, "Redfish login refused")

    def _find_system(self, service: Any) -> Any:
        systems = [service.get_system(path) for path in service.get_system_collection().members_identities]
        if len(systems) == 1:
            return systems[0]
        for system in systems:
            if any(quirks.same_uuid(system.uuid or "", uuid) for uuid in self._uuids):
                return system
        listed = ", ".join(system.uuid or system.identity for system in systems) or "none"
        raise Fault(FaultKind.ABSENT, f"none of its {len(systems)} systems is this server (it has {listed})")

    def _refresh(self) -> Any:
        if self._system is None:
            self.connect()
        self._system.refresh(force=True)
        return self._system

    def _read_state(self) -> PowerState:
        return _STATES.get(self._refresh().power_state, PowerState.UNKNOWN)

    def _reset(self, order: Switch) -> None:
        allowed = [reset.value for reset in self._system.get_allowed_reset_system_values()]
        chosen = quirks.choose_reset(order, allowed)
        if not chosen:
            raise Fault(FaultKind.UNSUPPORTED, f"offers no {order} (it has {', '.join(sorted(allowed)) or 'none'})")
        self._system.reset_system(sushy.ResetType(chosen))

    def _override(self, attempt: quirks.Attempt) -> BootOverride:
        """Fault REFUSED when it is not taken, or taken and not to be read back."""
        with _faults():
            self._system.set_system_boot_options(
                target=sushy.BootSource(attempt.target),
                enabled=sushy.BootSourceOverrideEnabled(attempt.enabled) if attempt.enabled else None,
                mode=sushy.BootSourceOverrideMode(attempt.mode) if attempt.mode else None,
            )
        override = self.read_override()
        if override.device != quirks.PXE.lower():
            raise Fault(FaultKind.REFUSED, f"acknowledged a start from the network, but reads back: {override}")
        return override


@contextmanager
def _faults() -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except SushyConnectionError as error:
        raise Fault(FaultKind.UNREACHABLE, _why_unreachable(str(error))) from error
    except HTTPError as error:
        kind, cause = quirks.classify_refusal(error.status_code or 0, f"{error.code} {error.detail} {error.body}")
        raise Fault(kind, cause) from error
    except MissingActionError as error:
        raise Fault(FaultKind.ABSENT, "shows a system that it cannot switch") from error
    except InvalidParameterValueError as error:
        raise Fault(FaultKind.UNSUPPORTED, "does not offer this") from error
    except (MissingAttributeError, ValueError) as error:
        raise Fault(FaultKind.ABSENT, "answers, but not in Redfish") from error
    except SushyError as error:
        raise Fault(FaultKind.REFUSED, type(error).__name__) from error


_REASONS: Sequence[tuple[Callable[[str], bool], str]] = (
    (lambda text: "CERTIFICATE_VERIFY" in text, "its certificate is not trusted"),
    (lambda text: "WRONG_VERSION_NUMBER" in text or "record layer failure" in text, "does not speak TLS there"),
    (lambda text: "refused" in text, "connection refused"),
    (lambda text: "timed out" in text, "no answer in time"),
    (lambda text: "Name or service not known" in text or "resolve" in text, "its name cannot be resolved"),
)


def _why_unreachable(text: str) -> str:
    return next((reason for matches, reason in _REASONS if matches(text)), "the connection broke")
