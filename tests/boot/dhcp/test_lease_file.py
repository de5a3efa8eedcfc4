import asyncio
from pathlib import Path

from boot.dhcp.lease_file import LeaseFile


async def test_a_rack_that_asks_at_once_shares_a_few_writes_and_each_finds_its_own_on_disk(tmp_path: Path) -> None:
    path, rows = tmp_path / "leases.json", list[str]()
    written = 0

    def render() -> str:
        nonlocal written
        written += 1
        return "\n".join(rows)

    file = LeaseFile(path, render)

    async def take(number: int) -> None:
        rows.append(str(number))
        await file.save()
        assert str(number) in path.read_text().split()

    await asyncio.gather(*(take(number) for number in range(200)))
    assert written <= 3
