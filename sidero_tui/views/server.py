"""One server on a page: identity, ladder, hardware, conditions, and why it is in each class or not."""

from datetime import datetime

from boot.resources.metal import HardwareInformation, Server
from sidero_tui.model.progress import read_progress
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import DUPLICATE
from sidero_tui.model.why import explain_server
from sidero_tui.theme import Role
from sidero_tui.views.ladder import build_ladder_lines, build_timeline_lines
from sidero_tui.views.life import build_audit_lines, build_check_lines, build_disk_lines, build_life_lines
from sidero_tui.views.members import describe_now
from sidero_tui.views.sections import LABEL, Section, beside, build_fields, build_sections
from sidero_tui.views.servers import ServerRow, project_server
from sidero_tui.views.spans import Line, Span, shorten_middle, span, state_span, width_of, wrap
from sidero_tui.views.why import build_why_lines

TWO_COLUMNS = 110
_LEAST_NAME = 13


def build_server_page(snapshot: Snapshot, name: str, now: datetime, width: int) -> list[Line]:
    """Everything known about a server; one sentence when it is gone."""
    if name not in snapshot.servers:
        return wrap(f"{name} is no longer in the plane.", width, Role.BAD)
    row = project_server(snapshot, name)
    column = (width - 4) // 2 if width >= TWO_COLUMNS else width
    left = [
        Section("Now", build_life_lines(snapshot, name, now, column - 2)),
        Section("Cluster", _membership(snapshot, name, now, column - 2)),
        Section("Identity", _identity(row, column - 2)),
        Section("Ladder", _ladder(row, now, column - 2)),
    ]
    right = [
        Section("Disks", build_disk_lines(row.server, column - 2)),
        Section("Hardware", _hardware(row.server.spec.hardware, column - 2)),
        Section("Conditions", _conditions(row.server, column - 2)),
        Section("Classes", build_why_lines(explain_server(snapshot, name), column - 2)),
        Section("BMC", build_check_lines(row.server, column - 2)),
        Section("Audit trail", build_audit_lines(snapshot.audit_of.get(name, ()), column - 2)),
        Section("Timeline", build_timeline_lines(row.boot, column - 2) if row.boot else ()),
    ]
    twin = _twins(snapshot, row, width)
    if width >= TWO_COLUMNS:
        return [*twin, *beside(build_sections(left), build_sections(right), width)]
    return [*twin, *build_sections([*left, *right])]


def build_server_title(snapshot: Snapshot, name: str, width: int) -> Line:
    """Name, state and what is peculiar about its identity; the name gives way, in its middle."""
    if name not in snapshot.servers:
        return (span(name, Role.DIM, bold=True), Span("  gone", Role.BAD))
    row = project_server(snapshot, name)
    remark = [Span("  "), state_span(row.remark)] if row.remark else []
    said = (Span("  "), state_span(row.state.value), *remark)
    return (span(shorten_middle(name, max(_LEAST_NAME, width - width_of(said))), Role.TITLE, bold=True), *said)


def _membership(snapshot: Snapshot, name: str, now: datetime, width: int) -> list[Line]:
    """What it is in which cluster, and how far; nothing for a server that is in none."""
    if name not in snapshot.member_on:
        return []
    cluster, member = snapshot.member_on[name]
    (progress,) = read_progress(snapshot, (member,), now)
    said = describe_now(progress, now)
    role = "control plane node" if member.control_plane else "worker"
    fields = build_fields([("cluster", cluster), ("machine", f"{member.machine.name}, {role}"), ("node", member.node)], width)
    return [*fields, *wrap(said.text, width, said.role)]


def _identity(row: ServerRow, width: int) -> list[Line]:
    lines = build_fields(
        [
            ("MAC", row.identity.mac),
            ("address", row.address),
            ("manufacturer", row.system.manufacturer),
            ("model", row.system.product_name),
            ("serial", row.system.serial_number),
            ("SMBIOS UUID", row.system.uuid),
            ("firmware", row.boot.status.architecture if row.boot else ""),
            ("power", row.server.status.power),
            ("classes", ", ".join(row.classes)),
        ],
        width,
    )
    return lines + (wrap(row.identity.reason, width, Role.ASK) if row.identity.reason else [])


def _ladder(row: ServerRow, now: datetime, width: int) -> list[Line]:
    if row.boot is None:
        return wrap("It has not been heard on the wire by this stack.", width, Role.DIM)
    return build_ladder_lines(row.boot, now, width)


def _twins(snapshot: Snapshot, row: ServerRow, width: int) -> list[Line]:
    """Both boxes that claim one SMBIOS UUID, side by side."""
    twin = snapshot.servers.get(row.identity.duplicate_of)
    if twin is None:
        return []
    other = project_server(snapshot, twin.name)
    half = (width - 6) // 2
    said = wrap(f"{DUPLICATE.glyph} Two boxes claim SMBIOS UUID {row.system.uuid}:", width - 2, DUPLICATE.role)
    columns = beside(_card("this box", row, half), _card("the other box", other, half), width - 2)
    return [*said, *((Span("  "), *line) for line in columns), ()]


def _card(title: str, row: ServerRow, width: int) -> list[Line]:
    return [
        (Span(title, Role.ACCENT),),
        (state_span(row.state.value),),
        *build_fields(
            [
                ("name", shorten_middle(row.server.name, width - LABEL)),
                ("MAC", row.identity.mac),
                ("serial", row.system.serial_number or "none"),
                ("model", row.system.product_name),
                ("address", row.address),
            ],
            width,
        ),
    ]


def _hardware(hardware: HardwareInformation | None, width: int) -> list[Line]:
    if hardware is None:
        return [(Span("Nobody has looked yet.", Role.DIM),)]
    lines: list[Line] = []
    for processor in (hardware.compute and hardware.compute.processors) or ():
        cores = f"{processor.core_count} cores, {processor.thread_count} threads" if processor.core_count else ""
        speed = f"{processor.speed} MHz" if processor.speed else ""
        lines += build_fields([("processor", _join(processor.manufacturer, processor.product_name, cores, speed))], width)
    memory = hardware.memory
    lines += build_fields([("memory", memory.total_size if memory else "")], width)
    for nic in (hardware.network and hardware.network.interfaces) or ():
        lines += build_fields([("interface", _join(nic.name, nic.mac, *(nic.addresses or ())))], width)
    return lines


def _conditions(server: Server, width: int) -> list[Line]:
    status = server.status
    lines = build_fields(
        [
            ("accepted", _yes(server.spec.accepted)),
            ("cordoned", _yes(server.spec.cordoned)),
            ("ready", _yes(status.ready)),
            ("in use", _yes(status.in_use)),
            ("clean", _yes(status.is_clean)),
        ],
        width,
    )
    for condition in status.conditions or ():
        good = condition.status == "True"
        text = _join(condition.type, condition.status, condition.reason, condition.message)
        lines += wrap(f"{'●' if good else '○'} {text}", width, Role.OK if good else Role.DIM, hang="  ")
    return lines


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
