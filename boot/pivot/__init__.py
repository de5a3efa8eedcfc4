"""The pivot: everything moves to another plane, or nothing is lost."""
