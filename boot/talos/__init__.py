"""Talos Linux: secrets, machine configs, patches, client configs; pure, and the machine API's client at the edge."""
