from pathlib import Path

from boot.assets.agent import AGENT_ENVIRONMENT, AgentFiles


def test_it_is_served_to_x86_servers_once_both_files_are_there(tmp_path: Path) -> None:
    files = AgentFiles(tmp_path)
    (tmp_path / "vmlinuz").touch()
    assert not files.serves("amd64")
    (tmp_path / "initramfs.xz").touch()
    assert files.serves("amd64")
    assert not files.serves("arm64")


def test_only_its_two_files_are_found_under_its_name(tmp_path: Path) -> None:
    for file in ("vmlinuz", "initramfs.xz", "agent.json"):
        (tmp_path / file).touch()
    files = AgentFiles(tmp_path)
    assert files.find(AGENT_ENVIRONMENT, "vmlinuz") == tmp_path / "vmlinuz"
    assert files.find(AGENT_ENVIRONMENT, "agent.json") is None
    assert files.find("default", "vmlinuz") is None
