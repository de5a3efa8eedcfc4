"""What iPXE sends to register, over real HTTP: one machine per number."""

import re
import uuid

import aiohttp


def identity(number: int) -> tuple[str, str]:
    """(uuid, mac with hyphens)."""
    return str(
        uuid.uuid5(uuid.NAMESPACE_OID, f"registration {number}")
    ), f"52-54-00-{number >> 16:02x}-{number >> 8 & 255:02x}-{number & 255:02x}"


async def register(session: aiohttp.ClientSession, base: str, number: int) -> str:
    """Follow the scripts from the system report to the wait screen; the uuid once the last answer is there."""
    own, mac = identity(number)
    query = f"uuid={own}&mac={mac}&arch=x86_64&platform=efi&1.1=1b&1.4=Maker&1.5=Model&1.7=S{number}"
    url = f"{base}/register/system?{query}"
    async with session.get(url) as response:
        response.raise_for_status()
        script = await response.text()
    while following := re.search(r"chain --replace --autofree (http://\S+/register/processor/\S+)", script):
        socket = (
            "4.1=30&4.7=Intel(R)%20Corporation&4.16=Atom&4.20=9808&4.24=41&4.35=04&4.37=04" if "/0/" in following[1] else "4.1="
        )
        address = following[1].split("?")[0]
        async with session.get(f"{address}?uuid={own}&mac={mac}&{socket}") as response:
            response.raise_for_status()
            script = await response.text()
    return own
