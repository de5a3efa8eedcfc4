"""The form of a new cluster: a field a line, what is to be said about it below, and what it all amounts to."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.cluster_api.endpoint import CHOICES, EndpointKind
from sidero_tui.model.capacity import find_choice
from sidero_tui.model.cluster_draft import ClusterDraft, Remark, judge, list_choices, name_talos
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.shell import build_shell_lines
from sidero_tui.views.spans import Line, Span, pad, span, wrap

_TITLE = 20
_UNDER = " " * 6
"""Before what is said about a field."""
_KINDS = {choice.kind: choice for choice in CHOICES}
COUNTS = frozenset({"control_planes", "workers"})


@dataclass(frozen=True, slots=True)
class Field:
    """`asks` is what to type; fields with choices take ← and → as well."""

    name: str
    title: str
    asks: str


FIELDS: tuple[Field, ...] = (
    Field("name", "name", "lower case letters, digits and -"),
    Field("kubernetes", "Kubernetes", "a version such as v1.36.3"),
    Field("talos", "Talos", "a version such as v1.13; empty for the newest that fits"),
    Field("control_planes", "control plane nodes", "an odd number"),
    Field("control_plane_class", "  of class", "name of a ServerClass"),
    Field("workers", "workers", "a number; 0 for none"),
    Field("worker_class", "  of class", "name of a ServerClass"),
    Field("kind", "endpoint is", ""),
    Field("endpoint", "  address or name", "an IP address or a DNS name"),
    Field("port", "  port", "of the Kubernetes API"),
    Field("vip_link", "  on NIC", "such as eth0; empty for the physical one"),
    Field("install_disk", "install disk", "/dev/sda, or selectors: type=ssd,size=>=100GB"),
    Field("namespace", "namespace", "of the objects"),
)


@dataclass(frozen=True, slots=True)
class FormPage:
    """`starts` is the line each field of `fields` begins on."""

    lines: Sequence[Line]
    fields: Sequence[Field]
    starts: Sequence[int]


def list_fields(draft: ClusterDraft) -> list[Field]:
    """Those that matter: which NIC holds the VIP is asked only for one."""
    return [field for field in FIELDS if field.name != "vip_link" or draft.kind is EndpointKind.VIP]


def build_form_page(draft: ClusterDraft, snapshot: Snapshot, current: str, width: int) -> FormPage:
    remarks = judge(draft, snapshot)
    fields = list_fields(draft)
    lines: list[Line] = []
    starts: list[int] = []
    for field in fields:
        starts.append(len(lines))
        lines.append(_field(draft, snapshot, field, under_cursor=field.name == current))
        if field.name == "kind":
            lines += wrap(_KINDS[draft.kind].consequence, width, Role.DIM, _UNDER)
        if field.name in remarks:
            lines += _remark(remarks[field.name], width)
    shell = build_shell_lines([f"{draft.command} | kubectl apply -f -"], width)
    return FormPage([*lines, *shell], fields, starts)


def _field(draft: ClusterDraft, snapshot: Snapshot, field: Field, *, under_cursor: bool) -> Line:
    gutter = Span("▌ " if under_cursor else "  ", Role.ACCENT)
    title = Span(pad(field.title, _TITLE), Role.TITLE if under_cursor else Role.TEXT, bold=under_cursor)
    turns = bool(field.name in COUNTS or list_choices(draft, field.name, snapshot))
    left, right = ("◂ ", " ▸") if turns and under_cursor else ("  ", "")
    text, role = _value(draft, field)
    return (gutter, title, Span(left, Role.ACCENT), span(text, role), Span(right, Role.ACCENT), *_note(draft, snapshot, field))


def _value(draft: ClusterDraft, field: Field) -> tuple[str, Role]:
    if field.name == "kind":
        return _KINDS[draft.kind].title, Role.TEXT
    held = str(getattr(draft, field.name))
    if held:
        return held, Role.TEXT
    if field.name == "talos":
        return f"{name_talos(draft) or '?'}  the newest that fits", Role.DIM
    return "–", Role.DIM


def _note(draft: ClusterDraft, snapshot: Snapshot, field: Field) -> Line:
    """How many servers a class has free: known before it is too few."""
    if field.name not in ("control_plane_class", "worker_class"):
        return ()
    name = str(getattr(draft, field.name))
    free = len(find_choice(snapshot, name).usable)
    return (Span(f"  {free} free", Role.DIM),) if name in snapshot.server_classes else ()


def _remark(remark: Remark, width: int) -> list[Line]:
    glyph, role = ("✗", Role.BAD) if remark.blocks else ("▲", Role.ASK)
    return wrap(f"{glyph} {remark.text}", width, role, _UNDER, "  ")
