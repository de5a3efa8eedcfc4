"""Which modules go into the image, with what, and what is told of those that are not there."""

from pathlib import Path

import pytest

from boot.agent_image.modules import ModulesDirectory, find_firmware_names, installed_path
from boot.errors import AssetError
from tests.boot.agent_image.sources import MODULE, write_modules


def _names(directory: ModulesDirectory, *wanted: str) -> list[str]:
    return [module.name for module in directory.select(wanted).modules]


@pytest.fixture
def directory(tmp_path: Path) -> ModulesDirectory:
    return ModulesDirectory(write_modules(tmp_path))


def test_a_module_comes_with_what_it_needs(directory: ModulesDirectory) -> None:
    assert _names(directory, "e1000e") == ["e1000e", "mdio"]


def test_a_soft_dependency_that_exists_comes_along(directory: ModulesDirectory) -> None:
    assert _names(directory, "ahci") == ["ahci", "crc_t10dif", "snd"]


def test_what_is_in_the_kernel_or_nowhere_is_told_apart(directory: ModulesDirectory) -> None:
    selection = directory.select(["nvme", "tg3", "e1000e"])
    assert (selection.builtin, selection.missing) == (("nvme",), ("tg3",))


@pytest.mark.parametrize(("name", "content"), [("e1000e", MODULE), ("igb", b"igb"), ("igc", b"igc")])
def test_a_module_is_read_as_the_kernel_loads_it(directory: ModulesDirectory, name: str, content: bytes) -> None:
    (module,) = (module for module in directory.select([name]).modules if module.name == name)
    assert directory.read(module) == content
    assert installed_path(module) == f"kernel/net/{name}.ko"


def test_the_tables_name_only_what_is_in_the_image(directory: ModulesDirectory) -> None:
    tables = directory.tables(directory.select(["e1000e"]).modules)
    assert tables["modules.dep"] == "kernel/net/e1000e.ko: kernel/net/mdio.ko\nkernel/net/mdio.ko:\n"
    assert tables["modules.alias"] == "alias pci:v00008086d000010D3* e1000e\n"


def test_a_module_says_which_firmware_it_asks_for() -> None:
    assert find_firmware_names(MODULE) == ["acme/nic.fw"]


def test_a_directory_without_tables_is_named_with_its_package(tmp_path: Path) -> None:
    with pytest.raises(
        AssetError, match="no modules directory; name the kernel's own with --modules, or apt install linux-image"
    ):
        ModulesDirectory(tmp_path)
