"""Measurements of speed, never part of the test suite: one file a benchmark, each with ``run() -> list[Row]``."""
