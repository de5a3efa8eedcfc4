"""TFTP server for boot ROMs: packets, names and transfers know no socket; server.py is the thin edge."""
