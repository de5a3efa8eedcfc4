"""From what a machine reports about itself to its Server."""
