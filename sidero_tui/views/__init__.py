"""How each kind looks, as data: snapshot in, lines of text with roles out. Knows no widget."""
