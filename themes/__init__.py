"""Colour themes of the console, one YAML file each: palette first, then where its colours go."""
