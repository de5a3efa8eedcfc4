"""The scripts keep to what iPXE of 2019 can do."""

import re

import pytest

from boot.ipxe.scripts import (
    RETRY_SECONDS,
    render_agent,
    render_boot,
    render_decide,
    render_disk,
    render_environment,
    render_processor_report,
    render_wait,
)

BASE = "http://192.168.1.2:8081"
UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC = "52:54:00:aa:00:01"
ALL = {
    "boot": render_boot(BASE),
    "processor": render_processor_report(BASE, UUID, MAC, 1, 0),
    "decide": render_decide(BASE, UUID, MAC),
    "wait": render_wait(BASE, UUID, MAC, ["line"]),
    "environment": render_environment(BASE, UUID, MAC, "default", ["console=ttyS0"]),
    "agent": render_agent(BASE, UUID, MAC, "agent-amd64", 50100),
    "exit": render_disk("ipxe-exit"),
    "sanboot": render_disk("ipxe-sanboot"),
}
COMMANDS = frozenset({
    "boot", "chain", "dhcp", "echo", "exit", "goto", "iflinkwait", "imgfree", "inc", "initrd", "iseq", "isset", "kernel",
    "reboot", "sanboot", "set", "sleep",
})  # fmt: skip
"""Those used here that Debian 12's build of 2019 has; it lacks params, poweroff, console and ping."""


@pytest.mark.parametrize("name", ALL)
def test_a_script_starts_as_one_and_uses_only_commands_of_2019(name: str) -> None:
    first, *lines = ALL[name].splitlines()
    assert first == "#!ipxe"
    assert ALL[name].endswith("\n")
    commands = {line.split()[0] for line in lines if not line.startswith(":")}
    assert commands <= COMMANDS


@pytest.mark.parametrize("name", ALL)
def test_every_jump_has_its_label(name: str) -> None:
    labels = set(re.findall(r"^:(\w+)$", ALL[name], re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", ALL[name])) <= labels


@pytest.mark.parametrize("name", ALL)
def test_every_chain_replaces_its_script_and_names_the_advertised_address(name: str) -> None:
    for line in ALL[name].splitlines():
        if line.startswith("chain "):
            assert line.startswith(f"chain --replace --autofree {BASE}/")


@pytest.mark.parametrize("name", ALL)
def test_a_get_carries_at_most_twelve_fields(name: str) -> None:
    for query in re.findall(r"\?(\S+)", ALL[name]):
        assert len(query.split("&")) <= 12


@pytest.mark.parametrize("name", ALL)
def test_uristring_is_only_for_texts_and_numbers_travel_raw(name: str) -> None:
    for setting in re.findall(r"\$\{([^{}]*):uristring\}", ALL[name]):
        assert setting in {"hostname", "domain", "serial"} or setting.endswith(".0")
    for setting in re.findall(r"\$\{(smbios/[^{}]*[1-9])(:[a-z]+)?\}", ALL[name]):
        assert setting[1] == ":hexraw"


def test_the_nic_that_fetched_the_script_reports_first_and_the_others_only_then() -> None:
    lines = ALL["boot"].splitlines()
    assert lines[1] == "isset ${netX/ip} || goto walk"
    assert f"{BASE}/register/system?uuid=${{uuid}}&mac=${{netX/mac:hexhyp}}&" in lines[2]
    assert lines.index(":walk") == 3
    assert sum("mac=${net${idx}/mac:hexhyp}&" in line for line in lines) == 1


def test_the_processor_report_asks_for_its_own_socket() -> None:
    script = ALL["processor"]
    assert f"{BASE}/register/processor/1/0?uuid={UUID}&mac=52-54-00-aa-00-01&" in script
    assert "4.16=${smbios/1.4.16.0:uristring}" in script
    assert "4.20=${smbios/1.4.20.2:hexraw}" in script
    assert "4.1=${smbios/1.4.1.1:hexraw}" in script


def test_a_waiting_machine_asks_again_within_five_seconds() -> None:
    assert f"sleep {RETRY_SECONDS}\nchain --replace --autofree {BASE}/ipxe?uuid={UUID}&mac=52-54-00-aa-00-01&" in ALL["wait"]
    assert RETRY_SECONDS < 5


def test_what_is_shown_cannot_become_a_command() -> None:
    script = render_wait(BASE, UUID, MAC, ["a\nreboot", "b || reboot", "${net0/mac}", "--opt", "x ; y & z # \\", ""])
    shown = script.splitlines()[3:9]
    assert shown == ["echo a reboot", "echo b reboot", "echo {net0/mac}", "echo opt", "echo x y z", "echo"]


def test_an_environment_gets_its_arguments_and_what_they_lack() -> None:
    lines = ALL["environment"].splitlines()
    assert lines[1] == (
        f"kernel --name vmlinuz {BASE}/env/default/vmlinuz?mac=52-54-00-aa-00-01 console=ttyS0 initrd=initramfs.xz "
        f"talos.config={BASE}/configdata?uuid=${{uuid}} || goto failed"
    )
    assert lines[2].startswith(f"initrd --name initramfs.xz {BASE}/env/default/initramfs.xz?mac=")


def test_arguments_that_are_there_are_kept() -> None:
    own = ["initrd=other.xz", "talos.config=metal-iso"]
    kernel = render_environment(BASE, UUID, MAC, "default", own).splitlines()[1]
    assert kernel.count("initrd=") == kernel.count("talos.config=") == 1


@pytest.mark.parametrize(
    ("method", "command"),
    [("ipxe-exit", "exit"), ("ipxe-sanboot", "sanboot --no-describe --drive 0x80 || exit")],
)
def test_back_to_the_disk(method: str, command: str) -> None:
    assert render_disk(method) == f"#!ipxe\n{command}\n"


def test_an_agent_is_told_who_it_is_and_whom_to_ask() -> None:
    kernel = ALL["agent"].splitlines()[1]
    assert f"{BASE}/env/agent-amd64/vmlinuz?mac=52-54-00-aa-00-01 " in kernel
    for argument in (f"sidero.mac={MAC}", "sidero.endpoint=192.168.1.2:50100", f"sidero-tui.url={BASE}", "initrd=initramfs.xz"):
        assert argument in kernel.split()
