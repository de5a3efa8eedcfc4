"""One file per command: builds what the command needs, runs it, returns an exit code."""
