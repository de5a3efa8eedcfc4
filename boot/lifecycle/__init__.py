"""Pure decisions with reasons: what a server boots, who it is, which class it matches."""
