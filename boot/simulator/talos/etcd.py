"""etcd as far as a console sees it: who bootstrapped it, and who is a member. One per simulated cluster."""

import secrets
from dataclasses import dataclass, field


class BootstrappedError(Exception):
    """This node's data directory is not empty."""


@dataclass(slots=True)
class Etcd:
    """`members` maps hostname to (id, peer URL); `bootstraps` counts the clusters begun: more than one is a disaster."""

    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    bootstraps: int = 0
    departed: set[str] = field(default_factory=set)
    """Who left or was removed: such a node does not come back by itself, only by a new installation."""

    def bootstrap(self, hostname: str, address: str) -> None:
        if hostname in self.members:
            raise BootstrappedError(hostname)
        self.bootstraps += 1
        self._add(hostname, address)

    def join(self, hostname: str, address: str) -> bool:
        """Whether it is a member now: there must be a cluster to join."""
        if self.members and hostname not in self.members and hostname not in self.departed:
            self._add(hostname, address)
        return hostname in self.members

    def holds(self, hostname: str) -> bool:
        """Whether this node has data of it."""
        return hostname in self.members

    def welcome(self, hostname: str) -> None:
        """It is newly installed, its disk is empty."""
        self.departed.discard(hostname)

    def leave(self, hostname: str) -> None:
        if self.members.pop(hostname, None):
            self.departed.add(hostname)

    def remove(self, member: int) -> bool:
        for hostname, (identity, _) in list(self.members.items()):
            if identity == member:
                self.leave(hostname)
                return True
        return False

    def _add(self, hostname: str, address: str) -> None:
        self.members[hostname] = (secrets.randbits(63) + 1, f"https://{address}:2380")
