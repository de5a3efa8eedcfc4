"""Which rule of this machine's firewalls keeps machines from us: nftables and iptables read into one model, then walked."""
