"""Three widgets on Textual's line API draw every view."""
