"""The table: every cause, most specific first. Its order is the order of the hints."""

from boot.diagnosis.cause import Cause
from boot.diagnosis.causes.assets import ASSETS
from boot.diagnosis.causes.boot_file import BOOT_FILE
from boot.diagnosis.causes.dhcp import DHCP
from boot.diagnosis.causes.identity import IDENTITY
from boot.diagnosis.causes.ipxe import IPXE
from boot.diagnosis.causes.reach import REACH
from boot.diagnosis.causes.site import SITE
from boot.diagnosis.causes.system import SYSTEM
from boot.diagnosis.causes.tftp import TFTP

CAUSES: tuple[Cause, ...] = (*SITE, *DHCP, *BOOT_FILE, *TFTP, *REACH, *IPXE, *ASSETS, *SYSTEM, *IDENTITY)
