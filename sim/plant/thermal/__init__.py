"""Temperatures: mask, chuck, chiller, walls."""
