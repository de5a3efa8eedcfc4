"""`sidero-tui agent build`: the image that inventories servers and wipes the accepted ones."""

from pathlib import Path

from boot.agent_image.image import Image, build_image
from boot.agent_image.sources import find_sources
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings
from sidero_tui.views.amounts import render_bytes


def run_agent_build(
    settings: Settings, output: Path | None, kernel: Path | None, busybox: Path | None, modules: Path | None
) -> int:
    """What is None is looked for on this machine; the output goes where the stack looks for it."""
    directory = output or settings.state_dir / "agent"
    sources = find_sources(kernel, busybox, modules)
    for line in describe_image(build_image(sources, directory, tell)):
        tell(line)
    return Exit.DONE


def tell(line: str) -> None:
    print(line, flush=True)


def describe_image(image: Image) -> list[str]:
    """What is on the disk now, and what this kernel cannot drive."""
    lines = [f"{image.directory / name}: {render_bytes(size)}" for name, size in image.sizes.items()]
    if image.missing:
        lines.append(f"not in this kernel: {', '.join(image.missing)}")
        if "cloud" in image.kernel.version:
            lines.append("it is made for virtual machines: for real servers apt install linux-image-amd64 and build again")
    if image.missing_firmware:
        lines.append(f"without their firmware, which Debian has in firmware-* packages: {', '.join(image.missing_firmware)}")
    return lines
