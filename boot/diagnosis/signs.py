"""What can be seen of one machine on the wire, by name: the vocabulary of the causes."""

from enum import StrEnum


class Sign(StrEnum):
    """Names of sightings; what `detail` and `amount` hold is said where they hold something."""

    DISCOVER = "discover"
    """Of firmware. detail: PXEClient or HTTPClient; amount: `secs` of the first one."""
    RELAYED = "relayed"
    """detail: the relay's address (giaddr)."""
    UUID = "uuid"
    """detail: option 97."""
    UUID_CHANGED = "uuid-changed"
    OFFER = "offer"
    """Of ours. detail: the boot file."""
    REQUEST = "request"
    """detail: the server it chose."""
    ACK = "ack"
    """Of ours."""
    POOL_EXHAUSTED = "pool-exhausted"
    NOT_ITS_ADDRESS = "not-its-address"
    """detail of these refusals: the sentence told."""
    DECLINED = "declined"
    ADDRESS_IN_USE = "address-in-use"
    NO_RANGE = "no-range"
    UNSAVED = "unsaved"
    NO_ARCHITECTURE = "no-architecture"
    NO_BOOT_FILE = "no-boot-file"
    UNSENT = "unsent"
    BOOT_SERVER = "boot-server"
    """The second PXE round on port 4011, answered."""

    READ_REQUEST = "read-request"
    """detail: the file, as for all signs of transfers."""
    READ_AGAIN = "read-again"
    """The same request from the same port: it did not hear our answer."""
    PROBE = "probe"
    """A size probe it ended itself."""
    PROBE_UNANSWERED = "probe-unanswered"
    """An answer to a request that nothing came back to."""
    TRANSFER = "transfer"
    """A boot file under way. amount: bytes acknowledged."""
    REPEATS = "repeats"
    """amount: what was sent again in that transfer."""
    FETCHED = "fetched"
    """A boot file, whole."""
    STALLED = "stalled"
    """It fell silent midway. amount: at which byte."""
    BEGUN_ANEW = "begun-anew"
    """It asked for the file again before it had the whole of it. amount: from which byte on it was missing."""
    OPTIONS_REFUSED = "options-refused"
    STOPPED = "stopped"
    """The machine ended it by an ERROR midway."""
    OTHER_BUILD = "other-build"
    """It is given another iPXE build than it asks for. detail: which."""
    NOT_SERVED = "not-served"
    """A name we do not have."""
    UNREADABLE = "unreadable"
    AUTOEXEC = "autoexec"
    """The file every EFI iPXE asks for as it starts."""

    IPXE = "ipxe"
    """A DISCOVER of iPXE. amount: `secs` of the first one."""
    IPXE_UNMARKED = "ipxe-unmarked"
    """A DISCOVER with iPXE's features and without its user class."""
    IPXE_REQUEST = "ipxe-request"
    SCRIPT = "script"
    """detail: which."""
    REGISTERED = "registered"
    BY_MAC = "by-mac"
    """detail: why its UUID does not name it."""
    WAITING = "waiting"
    """detail: the Environment that it would boot and that is not there, or ""."""
    LEFT = "left"
    """It was sent to its own disk."""
    BOOTING = "booting"
    """It was told to boot. detail: the Environment."""
    KERNEL = "kernel"
    """Under way. amount: bytes."""
    KERNEL_FETCHED = "kernel-fetched"
    INITRD = "initrd"
    INITRD_FETCHED = "initrd-fetched"
    BROKEN_OFF = "broken-off"
    """A kernel or initramfs that the machine stopped fetching. amount: at which byte."""
    ALIVE = "alive"
    """An operating system or the agent spoke to us."""


FETCHING = frozenset(
    {
        Sign.READ_REQUEST,
        Sign.READ_AGAIN,
        Sign.PROBE,
        Sign.PROBE_UNANSWERED,
        Sign.TRANSFER,
        Sign.FETCHED,
        Sign.STALLED,
        Sign.OPTIONS_REFUSED,
        Sign.STOPPED,
        Sign.NOT_SERVED,
        Sign.UNREADABLE,
    }
)
"""It asks us for a boot file, whatever comes of it."""

STARTED = frozenset({Sign.IPXE, Sign.AUTOEXEC, Sign.SCRIPT})
"""iPXE runs."""
