"""One class per component of the design guide."""
