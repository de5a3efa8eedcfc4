"""Is an address free on the servers' network? ARP probes as RFC 5227 has them, and the component that answers who asks."""
