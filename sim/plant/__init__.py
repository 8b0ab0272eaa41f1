"""The physics of one tool, as laws that a compiler makes fast."""
