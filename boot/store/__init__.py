"""Objects on disk: one SQLite file, one revision counter, one bounded log of changes; selectors and patches, pure."""
