"""Which of the options a client asked for are granted (RFC 2347-2349, 7440); never more than it asked for.

EDK2 refuses the transfer when the OACK holds an unrequested tsize, a larger blksize or a larger windowsize, and takes a
missing tsize for "no boot file" (PXE-E53); all measured with OVMF 2022.11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from boot.tftp.packets import DEFAULT_BLOCK_SIZE, SMALLEST_BLOCK_SIZE

LARGEST_BLOCK_SIZE = 1468
"""Fits a 1500 byte MTU; larger blocks fragment and die in boot ROMs and firewalls."""
LARGEST_WINDOW = 32
"""At 64 one lost packet costs more than the larger window gains (measured at 0.5 ms and 0.1 % loss)."""
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the transfer goes. `oack` is what to acknowledge, in the order asked; empty: start with DATA 1."""

    block_size: int = DEFAULT_BLOCK_SIZE
    window: int = 1
    timeout: int = 0
    """Seconds between retransmissions the client wants at most; 0 leaves it to us."""
    oack: Mapping[str, int] = field(default_factory=dict)

    @property
    def probe_possible(self) -> bool:
        """A client that asked for the size may have wanted nothing else."""
        return "tsize" in self.oack


def negotiate(options: Mapping[str, str], size: int) -> Agreement:
    """Grants for a file of `size` bytes; options that are unknown or make no sense are left out, as RFC 2347 wants."""
    oack: dict[str, int] = {}
    for name, text in options.items():
        if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
            continue
        asked = int(text)
        if name == "blksize" and asked >= SMALLEST_BLOCK_SIZE:
            oack[name] = min(asked, LARGEST_BLOCK_SIZE)
        elif name == "windowsize" and asked >= 1:
            oack[name] = min(asked, LARGEST_WINDOW)
        elif name == "timeout" and 1 <= asked <= 255:
            oack[name] = asked  # RFC 2349: must be acknowledged unchanged; U-Boot checks
        elif name == "tsize":
            oack[name] = size
    return Agreement(oack.get("blksize", DEFAULT_BLOCK_SIZE), oack.get("windowsize", 1), oack.get("timeout", 0), oack)
