"""IPMI 2.0 over LAN by pyghmi: one short session per order, each byte of the sequence ours."""

import importlib.util
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from pyghmi.exceptions import IpmiException

from boot.power import ipmi_boot as wire
from boot.power.credentials import Credentials
from boot.power.driver import BootOverride, Switch
from boot.power.faults import Fault, FaultKind
from boot.power.protocol import PowerState, PxeMode
from boot.power.targets import IPMI, Target

SHA1 = 1
_ORDERS = {
    Switch.ON: (wire.POWER_UP,),
    Switch.OFF: (wire.POWER_DOWN,),
    Switch.CYCLE: (wire.POWER_CYCLE, wire.HARD_RESET),
}
"""In order of preference: not every BMC can cycle."""


class IpmiDriver:
    """Implements boot.power.driver.Driver for one BMC; used by one thread at a time."""

    kind = IPMI

    def __init__(self, target: Target, credentials: Credentials) -> None:
        self._target = target
        self._credentials = credentials
        self._library = _load_library()
        self._hash = 0

    def connect(self) -> str:
        with self._session() as session:
            return f"{wire.parse_maker(_ask(session, wire.APP, wire.GET_DEVICE_ID))}, IPMI 2.0"

    def read_state(self) -> PowerState:
        with self._session() as session:
            return _read_state(session)

    def switch(self, order: Switch) -> PowerState:
        with self._session() as session:
            before = _read_state(session)
            if order is Switch.CYCLE and before is PowerState.OFF:
                order = Switch.ON  # a cycle of what is off may be refused
            if order.value != before.value:
                _first_known(session, wire.CONTROL, [(control,) for control in _ORDERS[order]])
            return before

    def set_pxe_once(self, mode: PxeMode) -> BootOverride:
        with self._session() as session:
            with suppress(Fault):  # OpenBMC refuses parameter 3; the flags then last a minute, which is enough
                _ask(session, wire.CHASSIS, wire.SET_BOOT_OPTIONS, wire.KEEP_FLAGS)
            _ask(session, wire.CHASSIS, wire.SET_BOOT_OPTIONS, wire.encode_pxe_once(mode))
            return wire.parse_override(_ask(session, wire.CHASSIS, wire.GET_BOOT_OPTIONS, wire.ASK_FLAGS))

    def read_override(self) -> BootOverride:
        with self._session() as session:
            return wire.parse_override(_ask(session, wire.CHASSIS, wire.GET_BOOT_OPTIONS, wire.ASK_FLAGS))

    def clear_override(self) -> None:
        with self._session() as session:
            _ask(session, wire.CHASSIS, wire.SET_BOOT_OPTIONS, wire.CLEAR_FLAGS)

    def identify(self, on: bool) -> None:
        with self._session() as session:
            choices = [wire.IDENTIFY_FOREVER, wire.IDENTIFY_LONGEST] if on else [wire.IDENTIFY_OFF]
            _first_known(session, wire.IDENTIFY, choices)

    def close(self) -> None:
        """Stop the library's own thread and close its sockets."""
        if self._library.iothread is not None:
            self._library.iothread.join()
        for opened in self._library.iosockets:
            opened.close()

    @contextmanager
    def _session(self) -> Iterator[Any]:
        session = self._log_in()
        try:
            yield session
        except (IpmiException, OSError, struct.error) as error:
            raise Fault(FaultKind.UNREACHABLE, _said(error) or "stopped answering in the middle") from error
        finally:
            with suppress(IpmiException, OSError):
                session.logout()

    def _log_in(self) -> Any:
        try:
            return self._open()
        except struct.error:
            # fakebmc and virtualbmc say yes to SHA-256 and use SHA-1. The library keeps the login it tripped over: start afresh.
            self.close()
            self._library, self._hash = _load_library(), SHA1
        try:
            return self._open()
        except struct.error as error:
            raise Fault(FaultKind.REFUSED, "its login messages are malformed") from error

    def _open(self) -> Any:
        # Bytes, not text: the library files a session under what it was given and forgets it under the encoded name,
        # so that with text every second session of a process is the ended first one.
        user, password = self._credentials.user.encode(), self._credentials.password.encode()
        wanted = self._hash

        class Session(self._library.Session):  # type: ignore[misc, name-defined]  # the library has no types
            def _initsession(self) -> None:
                super()._initsession()
                if wanted:
                    self.attemptedhash = wanted

        try:
            return Session(self._target.host, user, password, port=self._target.port)
        except IpmiException as error:
            said = _said(error)
            if not said or "timeout" in said.lower():
                raise Fault(FaultKind.ABSENT, "no answer by IPMI") from error
            raise Fault(FaultKind.LOGIN, f"IPMI login refused: {said}") from error
        except OSError as error:
            raise Fault(FaultKind.UNREACHABLE, f"{self._target.host}: {error.strerror or error}") from error


def _load_library() -> ModuleType:
    """A private copy of pyghmi's session module, for one BMC.

    The module keeps all sessions of a process in one select loop that whichever thread waits turns for the others: with a
    dozen BMCs in as many threads, logins were mixed up and a slow BMC held up the rest (measured). Apart, they cannot.
    """
    spec = importlib.util.find_spec("pyghmi.ipmi.private.session")
    if spec is None or spec.loader is None:
        raise Fault(FaultKind.UNSUPPORTED, "pyghmi is not installed")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _ask(session: Any, net_function: int, command: int, data: Sequence[int] = ()) -> bytes:
    answer = session.raw_command(net_function, command, data=data)
    if "code" not in answer or answer["code"] == 0xFFFF:
        raise Fault(FaultKind.UNREACHABLE, "no answer in time")
    wire.check_completion(answer["code"])
    return bytes(answer["data"])


def _read_state(session: Any) -> PowerState:
    return wire.parse_state(_ask(session, wire.CHASSIS, wire.GET_STATUS))


def _first_known(session: Any, command: int, choices: Sequence[Sequence[int]]) -> None:
    """The first of the choices that the BMC knows."""
    for data in choices[:-1]:
        try:
            _ask(session, wire.CHASSIS, command, data)
        except Fault as fault:
            if fault.kind is not FaultKind.UNSUPPORTED:
                raise
        else:
            return
    _ask(session, wire.CHASSIS, command, choices[-1])


def _said(error: Exception) -> str:
    text = str(error)
    return "" if text == "None" else text
