"""A rack as the console would see it, built from plain values: one line per box."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from boot.clock import rfc3339, rfc3339_micro
from boot.component import ComponentState, ComponentStatus
from boot.resources.annotations import ACCEPTED_AT, DISK_CONTENTS, OUT_OF_SERVICE, REJECTED, STOPPED, WIPE_RUN
from boot.resources.base import Object
from boot.resources.boots import Boot, boot_name
from boot.resources.metal import Environment, Server, ServerClass
from boot.resources.tasks import Task
from boot.resources.wiping import Content, Decree, Disk, DiskContents, WipeRun, encode_record
from sidero_tui.model.snapshot import AuditEntry, Link, LinkState, Snapshot, StackFacts

NOW = datetime(2026, 1, 1, 12, 5, 0, tzinfo=UTC)
ATOM = "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"
TWIN_UUID = "03000200-0400-0500-0006-000700080009"


def mac_of(number: int) -> str:
    return f"52:54:00:aa:{number // 256:02x}:{number % 256:02x}"


def name_of(number: int) -> str:
    return f"4c4c4544-0042-3510-8054-b4c04f33{number:04x}"


def build_server(number: int, *, accepted: bool = False, product: str = "PowerEdge R630", **more: Any) -> Server:
    """`more`: name, annotations, uuid, cordoned, in_use, clean, labels, cpu, spec."""
    annotations = {
        "sidero-tui.dev/mac": mac_of(number),
        "sidero-tui.dev/identity": "smbios",
        **more.get("annotations", {}),
    }
    name = more.get("name", name_of(number))
    return Server.model_validate(
        {
            "apiVersion": "metal.sidero.dev/v1alpha2",
            "kind": "Server",
            "metadata": {
                "name": name,
                "annotations": annotations,
                "labels": more.get("labels", {}),
                "creationTimestamp": rfc3339(NOW - timedelta(minutes=5, seconds=-number % 200)),
            },
            "spec": {
                "accepted": accepted,
                "cordoned": more.get("cordoned", False),
                **more.get("spec", {}),
                "hardware": {
                    "system": {
                        "uuid": more.get("uuid", name),
                        "manufacturer": "Dell Inc.",
                        "productName": product,
                        "serialNumber": f"7QK{number:04}",
                    },
                    "compute": {
                        "processors": [
                            {
                                "manufacturer": "Intel(R) Corporation",
                                "productName": more.get("cpu", ATOM),
                                "coreCount": 4,
                                "threadCount": 4,
                            }
                        ]
                    },
                },
            },
            "status": {
                "inUse": more.get("in_use", False),
                "isClean": more.get("clean", accepted and not more.get("in_use", False)),
                "addresses": [{"type": "InternalIP", "address": f"10.0.0.{number % 250 + 1}"}],
            },
        }
    )


def build_class(name: str, available: list[str], spec: Object | None = None, in_use: list[str] | None = None) -> ServerClass:
    return ServerClass.model_validate(
        {
            "metadata": {"name": name},
            "spec": spec or {},
            "status": {"serversAvailable": available, "serversInUse": in_use or []},
        }
    )


def build_boot(
    number: int,
    steps: dict[str, float],
    *,
    server: str = "",
    expected: str = "",
    since: float = 0,
    late: float = 60,
    **more: Any,
) -> Boot:
    """`steps`: rung -> seconds before NOW it was reached. `since`: seconds awaited; `late`: limit in seconds."""
    sizes = {"tftp": 1_048_576, "script": 812}
    status: Object = {
        "server": server,
        "architecture": more.get("architecture", "UEFI x86-64"),
        "addresses": [f"10.0.0.{number % 250 + 1}"],
        "steps": [
            {"name": name, "at": rfc3339_micro(NOW - timedelta(seconds=ago)), "bytes": sizes.get(name, 0)}
            for name, ago in steps.items()
        ],
        "stage": list(steps)[-1] if steps else "",
        "lastSeen": rfc3339_micro(NOW),
        "timeline": [
            {"at": rfc3339_micro(NOW - timedelta(seconds=ago)), "message": f"reached {name}"} for name, ago in steps.items()
        ],
        "hints": more.get("hints", []),
    }
    if transfer := more.get("transfer"):
        status["transfer"] = transfer
    if expected:
        began = NOW - timedelta(seconds=since)
        status["expected"] = {
            "step": expected,
            "since": rfc3339_micro(began),
            "lateAfter": rfc3339_micro(began + timedelta(seconds=late)),
        }
    return Boot.model_validate(
        {"metadata": {"name": boot_name(mac_of(number))}, "spec": {"mac": mac_of(number)}, "status": status}
    )


REGISTERED = {
    "discover": 180.0,
    "offer": 179.9,
    "bootserver": 179.6,
    "tftp": 178.2,
    "ipxe": 171.0,
    "script": 170.4,
    "registered": 170.1,
}
TFTP_RUNNING = {"discover": 9.0, "offer": 8.9, "bootserver": 8.6, "tftp": 6.0}


def build_rack() -> Snapshot:
    """Eight boxes, each at another point: waiting, accepted, in use, cordoned, twins, one in TFTP, one that is late."""
    twins = {number: f"00000000-0000-0000-0000-{mac_of(number).replace(':', '')}" for number in (5, 6)}
    servers = [
        build_server(1),
        build_server(2, accepted=True),
        build_server(3, accepted=True, in_use=True, product="ProLiant DL360 Gen10"),
        build_server(4, accepted=True, cordoned=True, product="SYS-5019A-FTN4"),
        *(
            build_server(
                number,
                name=twins[number],
                uuid=TWIN_UUID,
                product="X10SDV-TLN4F",
                annotations={
                    "sidero-tui.dev/identity": "mac",
                    "sidero-tui.dev/identity-reason": "another server reports the same SMBIOS UUID",
                    "sidero-tui.dev/duplicate-of": twins[11 - number],
                },
            )
            for number in (5, 6)
        ),
    ]
    boots = [
        *(
            build_boot(
                number,
                REGISTERED,
                server=server.name,
                expected="" if server.spec.accepted else "accepted",
                since=170.1,
                late=10**6,
            )
            for number, server in enumerate(servers, 1)
        ),
        build_boot(
            7,
            TFTP_RUNNING,
            architecture="UEFI ARM64",
            expected="ipxe",
            since=6.0,
            transfer={
                "protocol": "tftp",
                "file": "ipxe-arm64.efi",
                "sent": 450_000,
                "total": 1_048_576,
                "state": "running",
            },
        ),
        build_boot(
            8,
            {"discover": 95.0, "offer": 94.9},
            architecture="x86 BIOS",
            expected="bootserver",
            since=94.9,
            late=15,
            hints=[
                {
                    "reason": "ProxyIgnored",
                    "message": "It took its address from 10.0.0.254 and passes our offer by: that server names another boot "
                    "file, or this firmware ignores a proxy; enter ours there, or take over DHCP.",
                    "command": "sidero-tui dhcp-config --format isc",
                    "severity": "stuck",
                    "step": "tftp",
                },
            ],
        ),
    ]
    return Snapshot(
        servers={server.name: server for server in servers},
        server_classes={
            entry.name: entry
            for entry in (
                build_class("any", [servers[1].name], in_use=[servers[2].name]),
                build_class("atom", [], {"qualifiers": {"hardware": [{"compute": {"processors": [{"productName": ATOM}]}}]}}),
            )
        },
        environments={
            "default": Environment.model_validate(
                {
                    "metadata": {"name": "default"},
                    "spec": {
                        "kernel": {"url": "https://example.org/vmlinuz"},
                        "initrd": {"url": "https://example.org/initramfs.xz"},
                    },
                    "status": {
                        "conditions": [
                            {
                                "url": "https://example.org/vmlinuz",
                                "status": "False",
                                "message": "vmlinuz: 12 of 18 MiB",
                            }
                        ]
                    },
                }
            )
        },
        boots={boot.name: boot for boot in boots},
        components={
            name: ComponentStatus(name, ComponentState.SERVING, address, port)
            for name, address, port in (
                ("plane", "127.0.0.1", 16443),
                ("dhcp", "0.0.0.0", 67),
                ("pxe", "0.0.0.0", 4011),
                ("tftp", "0.0.0.0", 69),
                ("http", "0.0.0.0", 8081),
                ("controllers", "", 0),
            )
        },
        stack=StackFacts("192.168.1.150", "eth0", "proxy"),
        link=Link(LinkState.CONNECTED, "https://127.0.0.1:16443", NOW - timedelta(minutes=6)),
    )


def with_hints(snapshot: Snapshot, number: int) -> Snapshot:
    """The machine of that number has its boot file and does not start it; it is also named by its MAC."""
    old = snapshot.boots[boot_name(mac_of(number))]
    hints = [
        {
            "reason": "ScriptNotFetched",
            "message": "iPXE runs and does not come for http://192.168.1.150:8081/boot.ipxe: open TCP 8081 in the firewall of "
            "this machine and on the way.",
            "command": "curl -sS http://192.168.1.150:8081/boot.ipxe",
            "severity": "stuck",
            "step": "script",
        },
        {"reason": "NamedByMac", "message": "It is named by its MAC: the SMBIOS UUID is blank.", "severity": "note"},
    ]
    steps = {"discover": 80.0, "offer": 79.9, "request": 79.0, "tftp": 78.0, "ipxe": 70.0}
    boot = build_boot(number, steps, server=old.status.server, expected="script", since=70, late=30, hints=hints)
    return replace(snapshot, boots={**snapshot.boots, boot.name: boot})


def with_failure(snapshot: Snapshot, name: str, reason: str) -> Snapshot:
    status = ComponentStatus(name, ComponentState.FAILED, reason=reason)
    return replace(snapshot, components={**snapshot.components, name: status})


def stale(snapshot: Snapshot, seconds: float, reason: str) -> Snapshot:
    return replace(snapshot, link=Link(LinkState.STALE, snapshot.link.plane, NOW - timedelta(seconds=seconds), reason))


def read_only(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, link=replace(snapshot.link, read_only="attached with --read-only"))


def build_disks(*rows: tuple[str, str, str]) -> str:
    """The annotation disk-contents: (device, serial, what is on it as type or type:label) of a terabyte each."""
    disks = []
    for device, serial, content in rows:
        kind, _, label = content.partition(":")
        contents = [Content(kind="filesystem", type=kind, label=label, where="partition 1")] if kind else []
        disks.append(Disk(device_name=device, serial=serial, model="PM883", size=10**12, transport="sata", contents=contents))
    return encode_record(DiskContents(at=rfc3339(NOW), disks=disks))


def build_life() -> Snapshot:
    """Six boxes from accepted to clean: with data of others, wiping, stopped, rejected, leaving, waiting for a person."""
    started = encode_record(WipeRun(boot="b", started_at=rfc3339(NOW - timedelta(seconds=40)), deadline_seconds=300))
    decree = encode_record(Decree(by="console", at=rfc3339(NOW), reason="it belongs to somebody else"))
    accepted_at = {ACCEPTED_AT: rfc3339(NOW - timedelta(minutes=1))}
    disks = {DISK_CONTENTS: build_disks(("/dev/sda", "S1", "ext4:root"), ("/dev/sdb", "S2", "ceph:osd.7"))}
    bmc = {"bmc": {"endpoint": "10.0.0.101", "user": "admin", "pass": "secret"}}
    servers = [
        build_server(1, annotations=disks),
        build_server(2, accepted=True, clean=False, annotations=disks | accepted_at | {WIPE_RUN: started}, spec=bmc),
        build_server(
            3,
            accepted=True,
            clean=False,
            annotations=accepted_at | {STOPPED: "zero on /dev/sda failed 3 times"},
        ),
        build_server(4, annotations={REJECTED: decree}),
        build_server(5, accepted=True, annotations=accepted_at | {OUT_OF_SERVICE: decree}),
        build_server(6, accepted=True, clean=False, annotations=accepted_at),
    ]
    task = Task.model_validate(
        {
            "metadata": {"name": name_of(6)},
            "spec": {
                "server": name_of(6),
                "action": "power-cycle",
                "where": "r3u12",
                "reason": "to be wiped; boot from the network",
            },
            "status": {"state": "open", "openedAt": rfc3339(NOW)},
        }
    )
    done = Task.model_validate(
        {
            "metadata": {"name": name_of(5)},
            "spec": {"server": name_of(5), "action": "power-off", "where": "r3u11", "reason": "clean"},
            "status": {"state": "done", "doneBy": "wire", "evidence": "nothing heard since 12:00:00"},
        }
    )
    audits = [
        AuditEntry(name_of(2), rfc3339(NOW - timedelta(seconds=60)), "Accepted", "accepted", user="sidero-tui-admin"),
        AuditEntry(name_of(2), rfc3339(NOW - timedelta(seconds=40)), "WipeOrdered", "wipe of /dev/sda and /dev/sdb ordered"),
        AuditEntry(
            name_of(2), rfc3339(NOW - timedelta(seconds=10)), "PowerFailed", "the BMC did not answer", warning=True, count=2
        ),
    ]
    rack = build_rack()
    return replace(
        rack,
        servers={server.name: server for server in servers},
        boots={name: boot for name, boot in rack.boots.items() if boot.status.server in {server.name for server in servers}},
        tasks={entry.name: entry for entry in (task, done)},
        audits={str(number): entry for number, entry in enumerate(audits)},
        stack=replace(rack.stack, grace=10.0, agent="/var/lib/sidero-tui/agent"),
    )
