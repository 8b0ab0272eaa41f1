"""Stores of runs, trends and events; they keep, they never decide."""
