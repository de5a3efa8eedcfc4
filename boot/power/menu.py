"""The power menu of a server as data: what can be done with it, why not, and the same as a command line. Pure.

Works from the Server alone, so that an attached console shows the same; no password is ever in it.
"""

import json
import shlex
from dataclasses import dataclass, replace

from boot.power.human_tasks import find_place, has_credentials
from boot.power.protocol import PxeMode
from boot.power.targets import IPMI, Target, list_targets
from boot.resources.annotations import POWER_REQUEST
from boot.resources.bmc_checks import ASKED
from boot.resources.metal import Server

MANUAL, API, BMC = "manual", "management-api", "bmc"
CHECK = "check"


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One verb. `reason` says why it is not offered, "" where it is.

    `request` is the line that asks this program for it, on record and by its rules; `equivalent` the one that goes past it,
    straight to the BMC, "" where there is none.
    """

    verb: str
    title: str
    reason: str = ""
    request: str = ""
    equivalent: str = ""

    @property
    def offered(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class _Verb:
    """`ipmitool` and `redfish` are what comes after the connection; `api` is the path of Sidero's management API."""

    name: str
    title: str
    manual: str = ""
    """What a person is asked for, "" where that makes no sense."""
    api: str = ""
    ipmitool: str = ""
    reset: str = ""


_VERBS = (
    _Verb("on", "power on", "power-on", "/poweron", "chassis power on", "On"),
    _Verb("off", "power off", "power-off", "/poweroff", "chassis power off", "ForceOff"),
    _Verb("cycle", "power cycle", "power-cycle", "/reboot", "chassis power cycle", "ForceRestart"),
    _Verb("pxe-once", "boot from the network once", "power-cycle", "/pxeboot", "chassis bootdev pxe"),
    _Verb("identify-on", "locate light on", "", "", "chassis identify force"),
    _Verb("identify-off", "locate light off", "", "", "chassis identify 0"),
    _Verb(CHECK, "test this BMC"),
)


def describe_kind(server: Server) -> str:
    """Who switches it, one sentence."""
    kind = _kind_of(server)
    if kind == BMC and server.spec.bmc is not None:
        return f"its BMC at {' or '.join(str(target) for target in list_targets(server.spec.bmc))}"
    if kind == API and server.spec.management_api is not None:
        return f"the management API at {server.spec.management_api.endpoint}"
    if server.spec.bmc is not None:
        return "a person: its BMC has neither user nor password in the spec"
    return "a person: it has no BMC"


def list_menu(server: Server) -> tuple[MenuRow, ...]:
    """Every verb, in the menu's order, offered or with the reason why not."""
    rows = {MANUAL: _manual_row, API: _api_row, BMC: _bmc_row}[_kind_of(server)]
    return tuple(_with_request(rows(verb, server), server) for verb in _VERBS)


def _kind_of(server: Server) -> str:
    if server.spec.bmc is not None:
        return BMC if has_credentials(server) else MANUAL
    return API if server.spec.management_api is not None else MANUAL


def _with_request(row: MenuRow, server: Server) -> MenuRow:
    if not row.offered:
        return row
    asked = f"{ASKED}=now" if row.verb == CHECK else f"{POWER_REQUEST}={shlex.quote(json.dumps({'action': row.verb}))}"
    return replace(row, request=f"kubectl annotate server {server.name} {asked}")


def _manual_row(verb: _Verb, server: Server) -> MenuRow:
    if verb.manual:
        return MenuRow(verb.name, f"{verb.title}: asks a person to {verb.manual.replace('-', ' ')} it")
    place = find_place(server)
    stands = f"; it stands at {place}" if place else ""
    return MenuRow(verb.name, verb.title, reason=f"{describe_kind(server).removeprefix('a person: ')}{stands}")


def _api_row(verb: _Verb, server: Server) -> MenuRow:
    if not verb.api or server.spec.management_api is None:
        return MenuRow(verb.name, verb.title, reason="the management API does not offer it")
    url = f"http://{server.spec.management_api.endpoint}{verb.api}"
    return MenuRow(verb.name, verb.title, equivalent=f"curl -X POST {shlex.quote(url)}")


def _bmc_row(verb: _Verb, server: Server) -> MenuRow:
    if verb.name == CHECK:
        return MenuRow(verb.name, verb.title)
    assert server.spec.bmc is not None  # noqa: S101  # _kind_of says so
    target = list_targets(server.spec.bmc)[-1]
    user = server.spec.bmc.user or "USER"
    if target.protocol == IPMI:
        return MenuRow(verb.name, verb.title, equivalent=_ipmitool(verb, target, user, server.spec.pxe_mode))
    return MenuRow(verb.name, verb.title, equivalent=_curl(verb, target, user) if verb.reset else "")


def _ipmitool(verb: _Verb, target: Target, user: str, pxe_mode: str) -> str:
    """-a asks for the password."""
    port = "" if target.port == 623 else f" -p {target.port}"
    efi = " options=efiboot" if verb.name == "pxe-once" and pxe_mode != PxeMode.BIOS else ""
    return f"ipmitool -I lanplus -H {shlex.quote(target.host)}{port} -U {shlex.quote(user)} -a {verb.ipmitool}{efi}"


def _curl(verb: _Verb, target: Target, user: str) -> str:
    """-u with a user alone asks for the password; SYSTEM is a member of /redfish/v1/Systems."""
    path = f"{target.url}/redfish/v1/Systems/SYSTEM/Actions/ComputerSystem.Reset"
    body = f'{{"ResetType":"{verb.reset}"}}'
    return f"curl -k -u {shlex.quote(user)} -H 'Content-Type: application/json' -d '{body}' {shlex.quote(path)}"
