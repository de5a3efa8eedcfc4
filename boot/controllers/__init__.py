"""The small controllers of this release: one file per kind, all of them one component."""
