from pathlib import Path

from boot.preflight.checks.ipxe import check_ipxe
from boot.preflight.result import Verdict
from tests.boot.preflight.config import build_config


def test_ipxe_files_are_found_or_their_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "undionly.kpxe").write_bytes(b"x")
    (tmp_path / "snponly.efi").write_bytes(b"x")
    bios, uefi, arm = check_ipxe(build_config(tmp_path))
    assert (bios.verdict, uefi.verdict, arm.verdict) == (Verdict.OK, Verdict.OK, Verdict.WARN)
    assert "Debian 13" in arm.mend
    missing = next(check_ipxe(build_config(tmp_path, ipxe_dirs=())))
    assert (missing.verdict, "apt install ipxe" in missing.mend) == (Verdict.FAIL, True)
