"""The metadata service: an allocated server's machine config, for its UUID (port 9091)."""
