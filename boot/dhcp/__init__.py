"""DHCP for netboot: a proxy beside the site's server, or the server of an isolated rack (ports 67 and 4011)."""
