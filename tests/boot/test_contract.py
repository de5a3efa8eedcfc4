"""The contract between the parts: whatever file our DHCP offers to a kind of firmware, our TFTP and HTTP serve by that name."""

import random
from pathlib import Path

from boot.clock import SystemClock
from boot.config import DhcpMode
from boot.dhcp.answer import Site, decide_boot_server, decide_proxy
from boot.dhcp.packet import encode_packet, parse_packet
from boot.dhcp.request import read_request
from boot.firmware import ARCHITECTURES, BOOT_FILE_NAMES
from boot.ipxe.binaries import Binaries
from boot.stack import open_stack
from boot.wire.advertised import Advertised, fetch_advertised
from sidero_tui.launch.demo import build_demo_config
from sidero_tui.settings import Settings
from tests.boot.dhcp import frames

CODES = range(64)
"""Every architecture IANA has a number for, and some that have none."""


def offered_files(site: Site) -> dict[int, set[str]]:
    """Architecture -> what the header of our OFFER and of our ACK on port 4011 name, off the wire."""
    files: dict[int, set[str]] = {}
    for code in CODES:
        vendor = "HTTPClient" if code in ARCHITECTURES and ARCHITECTURES[code].http else "PXEClient"
        for kind, decide in ((1, decide_proxy), (3, decide_boot_server)):
            options = frames.pxe_options(kind, code, f"{vendor}:Arch:{code:05d}:UNDI:003000")
            answer = decide(site, read_request(parse_packet(frames.frame(options, ciaddr="10.0.0.9"))))
            if answer.packet is not None:
                files.setdefault(code, set()).add(parse_packet(encode_packet(answer.packet)).file.decode())
    return files


async def test_every_file_that_is_offered_is_served_byte_for_byte_by_that_name(tmp_path: Path) -> None:
    directory = tmp_path / "builds"
    directory.mkdir()
    for number, name in enumerate(sorted(BOOT_FILE_NAMES)):
        (directory / name).write_bytes(random.Random(number).randbytes(2000 + number))
    config = build_demo_config(Settings(), tmp_path).model_copy(update={"ipxe_dirs": (directory,)})
    async with open_stack(config, SystemClock()) as stack:
        await stack.bound()
        site = Site(DhcpMode.PROXY, "127.0.0.1", stack.config.boot_url, Binaries([directory]).choose)
        offered = offered_files(site)
        assert offered.keys() == {code for code, row in ARCHITECTURES.items() if row.boot_files}
        wanted = []
        for name in {name for names in offered.values() for name in names if name}:
            url = name if "://" in name else f"tftp://127.0.0.1:{stack.config.ports.tftp}/{name}"
            wanted.append(Advertised(url, (directory / url.rpartition("/")[2]).stat().st_size))
        assert {one.url.partition(":")[0] for one in wanted} == {"tftp", "http"}
        assert await fetch_advertised(wanted, "127.0.0.1") == []
