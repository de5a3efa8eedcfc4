"""One line per fact for --serve and --no-tui: sentences for people, JSON for programs."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any, TextIO

from boot.clock import rfc3339_micro
from boot.component import ComponentStatus
from boot.notices import Notice, NoticeFeed, PacketRefused, TransferProgressed

SUMMARY_EVERY = 1000
"""A cause of refused packets gets a line at its first occurrence and at every so many more: never a flood."""


class NoticeLines:
    """Writes what the stack tells to `out`; `style` is "text" or "json"."""

    def __init__(self, style: str, out: TextIO) -> None:
        self._style = style
        self._out = out
        self._refused: dict[tuple[str, str], int] = {}

    async def follow(self, notices: NoticeFeed) -> None:
        """Write every notice until cancelled."""
        seen = notices.floor
        while True:
            fresh = notices.after(max(seen, notices.floor))
            for _, notice in fresh:
                self.write(notice)
            self._out.flush()
            seen = fresh[-1][0] if fresh else seen
            await notices.wait(seen)

    def write(self, notice: Notice) -> None:
        extra: dict[str, Any] = {}
        if isinstance(notice, PacketRefused):
            key = (notice.protocol, notice.cause)
            count = self._refused[key] = self._refused.get(key, 0) + 1
            if count > 1 and count % SUMMARY_EVERY:
                return
            extra = {"count": count}
        if isinstance(notice, TransferProgressed) and notice.sent and not notice.done:
            return
        if self._style == "json":
            self._out.write(json.dumps(to_record(notice) | extra) + "\n")
        else:
            self._out.write(render_line(notice, extra) + "\n")


def to_record(notice: Notice) -> dict[str, Any]:
    """A JSON object: `notice` names the fact, `time` is RFC 3339; empty fields are left out."""
    record: dict[str, Any] = {"time": rfc3339_micro(notice.at), "notice": type(notice).__name__}
    for field in fields(notice):
        value = getattr(notice, field.name)
        if isinstance(value, ComponentStatus):
            record |= {part.name: getattr(value, part.name) for part in fields(value) if getattr(value, part.name)}
        elif not isinstance(value, datetime) and value not in ("", None):
            record[field.name] = value
    return record


def render_line(notice: Notice, extra: dict[str, Any]) -> str:
    """`12:01:02 DhcpOffered mac=52:54:00:aa:00:01 boot_file=ipxe.efi`."""
    record = to_record(notice) | extra
    del record["time"]
    name = record.pop("notice")
    words = " ".join(f"{key}={_quote(value)}" for key, value in record.items())
    return f"{notice.at.astimezone():%H:%M:%S} {name:<20} {words}"


def _quote(value: object) -> str:
    text = str(value)
    return json.dumps(text) if not text or " " in text else text
