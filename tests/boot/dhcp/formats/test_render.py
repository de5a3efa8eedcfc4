"""What the texts say; that the real servers load and obey them is shown in tests/interop/test_dhcp_config.py."""

import dataclasses
import json
import re

import pytest

from boot.dhcp.formats.isc import render_include
from boot.dhcp.formats.render import RENDERERS
from sidero_tui.cli import FORMATS
from tests.boot.dhcp.formats.plans import BOOT_URL, guides_plan


def test_the_command_line_offers_what_there_is() -> None:
    assert set(FORMATS) == RENDERERS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_every_kind_of_firmware_where_to_go(name: str) -> None:
    plan = guides_plan()
    text = RENDERERS[name](plan)
    for wanted in (plan.script_url, *(row.file for row in plan.rows), plan.next_server, "192.168.254.2", "HTTPClient", "iPXE"):
        assert wanted in text
    assert text.endswith("\n")
    assert text.lower().count("d0:50:99:d3:33:60") == 1


@pytest.mark.parametrize("name", FORMATS)
def test_what_the_site_has_itself_is_left_out(name: str) -> None:
    text = RENDERERS[name](dataclasses.replace(guides_plan(), pool=None, router="", dns="", hosts=()))
    assert not re.search(r"192\.168\.254\.(20|29|254)|192\.168\.1\.200|d0:50", text)


def test_the_guides_file_says_what_the_guides_says() -> None:
    text = render_include(guides_plan())
    for line in ("allow bootp;", "allow booting;", "next-server 192.168.254.1;", f'filename "{BOOT_URL}/boot.ipxe";'):
        assert line in text
    assert "host talos-mgmt-0 {\n    fixed-address 192.168.254.2;\n    hardware ethernet d0:50:99:d3:33:60;\n}" in text
    # A plain DHCP server that says PXEClient sends every UEFI board to port 4011.
    assert 'option vendor-class-identifier "PXEClient' not in text


def test_the_routers_paste_includes_the_file_it_writes() -> None:
    text = RENDERERS["vyatta"](guides_plan())
    written = re.search(r"<<'IPXE_METAL'\n(.*)\nIPXE_METAL\n", text, re.DOTALL)
    assert written
    assert written[1] + "\n" == render_include(guides_plan())
    assert 'subnet-parameters "include &quot;/etc/dhcp/ipxe-metal.conf&quot;;"' in text


def test_kea_reads_json_below_its_comment() -> None:
    config = json.loads(RENDERERS["kea"](guides_plan()).split("\n", 1)[1])["Dhcp4"]
    assert [found["name"] for found in config["client-classes"]][:2] == ["ipxe", "bios"]
    assert config["subnet4"][0]["reservations"][1] == {"hw-address": "52:54:00:aa:00:09"}
