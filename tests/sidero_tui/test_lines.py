import io
import json
from datetime import UTC, datetime

from boot.component import ComponentState, ComponentStatus
from boot.notices import ComponentChanged, DhcpOffered, PacketRefused, TransferProgressed
from sidero_tui.launch.lines import SUMMARY_EVERY, NoticeLines

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_json_line_names_the_fact_and_leaves_out_what_is_not_known() -> None:
    out = io.StringIO()
    NoticeLines("json", out).write(DhcpOffered(at=AT, mac="52:54:00:aa:00:01", mode="proxy", boot_file="ipxe.efi"))
    assert json.loads(out.getvalue()) == {
        "time": "2026-01-02T03:04:05.000000Z",
        "notice": "DhcpOffered",
        "mac": "52:54:00:aa:00:01",
        "mode": "proxy",
        "boot_file": "ipxe.efi",
    }


def test_a_component_line_has_its_state_address_and_port() -> None:
    out = io.StringIO()
    status = ComponentStatus("tftp", ComponentState.SERVING, "0.0.0.0", 69)
    NoticeLines("json", out).write(ComponentChanged(at=AT, status=status))
    record = json.loads(out.getvalue())
    assert (record["name"], record["state"], record["address"], record["port"]) == ("tftp", "serving", "0.0.0.0", 69)


def test_ten_thousand_bad_datagrams_of_one_cause_are_a_handful_of_lines() -> None:
    out = io.StringIO()
    lines = NoticeLines("json", out)
    for _ in range(10_000):
        lines.write(PacketRefused(at=AT, protocol="dhcp", cause="shorter than a DHCP header"))
    lines.write(PacketRefused(at=AT, protocol="dhcp", cause="no magic cookie"))
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(records) == 1 + 10_000 // SUMMARY_EVERY + 1
    assert records[-2]["count"] == 10_000
    assert records[-1]["cause"] == "no magic cookie"


def test_a_text_line_is_readable_and_quotes_what_has_blanks() -> None:
    out = io.StringIO()
    NoticeLines("text", out).write(PacketRefused(at=AT, protocol="tftp", cause="no opcode", address="10.0.0.7"))
    assert out.getvalue().endswith('PacketRefused        address=10.0.0.7 protocol=tftp cause="no opcode" count=1\n')


def test_a_transfer_is_two_lines_however_long_it_takes() -> None:
    out = io.StringIO()
    lines = NoticeLines("json", out)
    for sent in range(0, 101, 10):
        lines.write(TransferProgressed(at=AT, protocol="tftp", file="ipxe.efi", sent=sent, size=100, done=sent == 100))
    assert [json.loads(line).get("sent", 0) for line in out.getvalue().splitlines()] == [0, 100]
