"""Simulated Talos machines: they take a config as strictly as Talos does and serve the real machine API over mutual TLS."""
