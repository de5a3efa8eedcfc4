"""Small equivalents of the Talos bootstrap and control-plane providers."""
