"""The iPXE scripts, as pure text. They run on builds back to 2019 (Debian 12), under BIOS and UEFI.

Those builds have no `params`, so inventory travels in the query of several GETs. `:uristring` is for text settings
only: on uuid, mac and numbers it emits raw bytes and cuts the URL. Numbers travel as `:hexraw`, little-endian.
Query keys of SMBIOS fields are iPXE's own coordinates, type.offset: 4.16 is the processor's version string.
Every chain replaces its script: one that returned would go on with a closed network device.
"""

from collections.abc import Iterable, Sequence

RETRY_SECONDS = 4
"""A waiting machine asks again this often, so a decision shows on its screen within five seconds."""
DHCP_ROUNDS = 10

_SYSTEM_TEXTS = ("1.4", "1.5", "1.6", "1.7", "1.25", "1.26")
"""Manufacturer, product, version, serial number, SKU, family."""
_PROCESSOR_TEXTS = ("4.7", "4.16", "4.32")
"""Manufacturer, version, serial number."""
_PROCESSOR_NUMBERS = ("4.1.1", "4.20.2", "4.24.1", "4.35.1", "4.37.1", "4.42.2", "4.46.2")
"""Structure length, highest MHz, status, cores, threads, and cores and threads where 255 are not enough."""

_SPECIAL = str.maketrans(dict.fromkeys("$|&;#\\\"'", " "))
"""What iPXE's command line gives a meaning to."""

_INITRD_ARGUMENT = "initrd=initramfs.xz"

_HTTP_404 = ("0x2d0c613b", "0x2d0c618e")
"""What ${errno} holds after a 404, on builds of 2019 and later ones."""


def render_boot(base_url: str) -> str:
    """boot.ipxe: report over the NIC this came by, else over the first that works. `base_url` has no trailing slash."""
    return _script(
        # netX is the NIC opened last: where iPXE has all of a server's NICs, the others may be in other networks.
        "isset ${netX/ip} || goto walk",
        _report_system(base_url, "netX"),
        ":walk",
        "set round:int32 0",
        ":round",
        "set idx:int32 0",
        ":nic",
        "isset ${net${idx}/mac} || goto again",
        "isset ${net${idx}/ip} && goto report ||",
        # Debian 12's build has no iflinkwait: DHCP waits for the link by itself there.
        "iflinkwait --timeout 5000 net${idx} ||",
        "dhcp net${idx} || goto next",
        ":report",
        _report_system(base_url, "net${idx}"),
        ":next",
        "inc idx",
        "goto nic",
        ":again",
        "inc round",
        f"iseq ${{round}} {DHCP_ROUNDS} && reboot ||",
        f"echo No network interface reaches {base_url}, trying again.",
        "sleep 2",
        "goto round",
    )


def render_processor_report(base_url: str, uuid: str, mac: str, instance: int, position: int) -> str:
    """Report the CPU socket `instance`; `position` is its place among the populated ones so far."""
    query = _query(
        f"uuid={uuid}",
        f"mac={_hyphens(mac)}",
        *_texts(_PROCESSOR_TEXTS, instance),
        *_numbers(_PROCESSOR_NUMBERS, instance),
    )
    return _script(
        ":again",
        f"chain --replace --autofree {base_url}/register/processor/{instance}/{position}?{query} ||",
        *_try_again(base_url),
    )


def render_decide(base_url: str, uuid: str, mac: str) -> str:
    """Everything is reported: ask what to boot."""
    return _script(":again", *_ask(base_url, uuid, mac), *_try_again(base_url))


def render_wait(base_url: str, uuid: str, mac: str, lines: Iterable[str]) -> str:
    """Show `lines` on an empty screen, and ask again and again what to boot. No disk is touched."""
    return _script(
        "set esc:hex 1b",
        "echo ${esc:string}[2J${esc:string}[H",
        *(f"echo {_shown(line)}".rstrip() for line in lines),
        ":again",
        f"sleep {RETRY_SECONDS}",
        *_ask(base_url, uuid, mac),
        f"echo {base_url} does not answer, trying again.",
        "goto again",
    )


def render_environment(
    base_url: str, uuid: str, mac: str, environment: str, arguments: Sequence[str], event_port: int = 0
) -> str:
    """Boot an Environment's kernel and initramfs.

    UEFI kernels before 5.7 find the initrd by `initrd=` only; Talos finds its configuration by `talos.config=` and tells how
    its installation goes to `talos.events.sink=`, which listens on `event_port`, 0 for nobody.
    """
    command_line = list(arguments)
    defaults = [_INITRD_ARGUMENT, f"talos.config={base_url}/configdata?uuid=${{uuid}}"]
    if event_port:
        defaults.append(f"talos.events.sink={_host(base_url)}:{event_port}")
    for default in defaults:
        key = default.partition("=")[0]
        if not any(argument.startswith(f"{key}=") for argument in command_line):
            command_line.append(default)
    return _boot_files(base_url, uuid, mac, environment, command_line, f"Environment {environment}")


def _host(base_url: str) -> str:
    return base_url.removeprefix("http://").rpartition(":")[0]


def render_agent(base_url: str, uuid: str, mac: str, environment: str, api_port: int) -> str:
    """Boot an agent: Sidero's knows the API by `sidero.endpoint` (host:port), ours by `sidero-tui.url`."""
    host = _host(base_url)
    arguments = (
        "console=tty0",
        "console=ttyS0",
        "loglevel=4",
        "panic=30",
        f"sidero.mac={mac}",
        f"sidero.endpoint={host}:{api_port}",
        f"sidero-tui.url={base_url}",
    )
    return _boot_files(base_url, uuid, mac, environment, [*arguments, _INITRD_ARGUMENT], "The agent")


def render_disk(method: str) -> str:
    """Leave for the local disk: back to the firmware, or by INT 13h where firmware would not go on."""
    return _script("sanboot --no-describe --drive 0x80 || exit" if method == "ipxe-sanboot" else "exit")


def _boot_files(base_url: str, uuid: str, mac: str, environment: str, arguments: Iterable[str], what: str) -> str:
    files = f"{base_url}/env/{environment}"
    whose = f"mac={_hyphens(mac)}"
    return _script(
        f"kernel --name vmlinuz {files}/vmlinuz?{whose} {_plain(' '.join(arguments))} || goto failed",
        f"initrd --name initramfs.xz {files}/initramfs.xz?{whose} || goto failed",
        "boot ||",
        ":failed",
        f"echo {what} could not be booted, trying again.",
        "imgfree vmlinuz ||",
        "imgfree initramfs.xz ||",
        ":again",
        f"sleep {RETRY_SECONDS}",
        *_ask(base_url, uuid, mac),
        "goto again",
    )


def _report_system(base_url: str, nic: str) -> str:
    query = _query(
        "uuid=${uuid}",
        f"mac=${{{nic}/mac:hexhyp}}",
        "hostname=${hostname:uristring}",
        "arch=${buildarch}",
        "platform=${platform}",
        "1.1=${smbios/1.1.1:hexraw}",
        *_texts(_SYSTEM_TEXTS),
    )
    return f"chain --replace --autofree {base_url}/register/system?{query} ||"


def _ask(base_url: str, uuid: str, mac: str) -> tuple[str, ...]:
    query = _query(
        f"uuid={uuid}",
        f"mac={_hyphens(mac)}",
        "domain=${domain:uristring}",
        "hostname=${hostname:uristring}",
        "serial=${serial:uristring}",
        "arch=${buildarch}",
    )
    return (
        # Kept at once: every failing command overwrites ${errno}, the comparison that reads it too.
        f"chain --replace --autofree {base_url}/ipxe?{query} || set failed ${{errno}}",
        # bootFromDiskMethod http-404: the missing script means that the firmware is to go on.
        *(f"iseq ${{failed}} {number} && exit ||" for number in _HTTP_404),
    )


def _try_again(base_url: str) -> tuple[str, ...]:
    return (f"echo {base_url} does not answer, trying again.", f"sleep {RETRY_SECONDS}", "goto again")


def _texts(fields: Iterable[str], instance: int | None = None) -> list[str]:
    return [f"{field}=${{smbios/{_prefix(instance)}{field}.0:uristring}}" for field in fields]


def _numbers(fields: Iterable[str], instance: int) -> list[str]:
    return [f"{field.rpartition('.')[0]}=${{smbios/{_prefix(instance)}{field}:hexraw}}" for field in fields]


def _prefix(instance: int | None) -> str:
    return "" if instance is None else f"{instance}."


def _query(*pairs: str) -> str:
    return "&".join(pairs)


def _hyphens(mac: str) -> str:
    return mac.replace(":", "-")


def _plain(text: str) -> str:
    """One line of printable text: a value from outside never becomes a command of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _shown(text: str) -> str:
    """_plain text for `echo`: nothing in it is expanded, ends the command, or reads as one of its options."""
    return _plain(text.translate(_SPECIAL)).lstrip("-")


def _script(*lines: str) -> str:
    return "\n".join(("#!ipxe", *lines, ""))
