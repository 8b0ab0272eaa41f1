"""The closed-loop control core (NumPy)."""
