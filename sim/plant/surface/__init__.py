"""The mask: films, what removes them, what harms it."""
