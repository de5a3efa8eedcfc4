"""A rack that outgrew the laptop: the same stack, on a plane that is somewhere else."""

from pathlib import Path

import aiohttp

from boot.client.remote import open_remote_client
from boot.resources.kinds import SERVER
from tests.support.program import serve
from tests.support.registration import register


async def test_boot_services_work_on_another_plane_by_its_kubeconfig(tmp_path: Path) -> None:
    for name in ("plane", "rack"):
        (tmp_path / name).mkdir()
    with serve(tmp_path / "plane") as plane, serve(tmp_path / "rack", "--kubeconfig", str(plane.kubeconfig)) as rack:
        assert "plane" not in rack.ports
        async with aiohttp.ClientSession() as session:
            server = await register(session, f"http://127.0.0.1:{rack.ports['http']}", 1)
        async with open_remote_client(plane.kubeconfig) as client:
            assert (await client.get(SERVER, server))["spec"]["accepted"] is False
