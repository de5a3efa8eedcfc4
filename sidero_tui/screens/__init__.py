"""What fills the terminal: each screen shows values and posts messages, it starts nothing."""
