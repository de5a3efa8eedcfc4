"""The busybox that the image is made with, for tests that run the agent's own scripts with it."""

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

BUSYBOX = shutil.which("busybox")
PROGRAM = Path(str(files("boot.agent_image").joinpath("program")))
MARKS = [
    pytest.mark.interop,
    pytest.mark.skipif(BUSYBOX is None, reason="wants busybox (apt install busybox-static)"),
]


def run_script(script: str, *arguments: str, stdin: bytes = b"") -> str:
    """What a piece of shell says, with $AGENT where the program's files are; CalledProcessError when it fails."""
    command = [str(BUSYBOX), "sh", "-c", script, "sh", *arguments]
    environment = {"AGENT": str(PROGRAM), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return subprocess.run(command, input=stdin, capture_output=True, check=True, env=environment).stdout.decode()
