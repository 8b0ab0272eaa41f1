"""RF: match, load, breakdown, arcs."""
