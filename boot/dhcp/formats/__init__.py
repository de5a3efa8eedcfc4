"""What to put on an existing DHCP server so that it sends machines here: one file per server, pure renderers."""
