"""The physics of the chamber and everything attached to it."""
