"""What the console knows: one frozen Snapshot, how it changes, and what follows from it. Pure."""
