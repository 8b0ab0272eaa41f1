"""The only chance in the plant: one seeded generator, drawn in blocks because single draws cost a microsecond.

Owns the order of draws; two plants with one seed and one command history draw the same numbers.
"""

from __future__ import annotations

from numpy.random import PCG64, Generator

_BLOCK = 2048


class Noise:
    """Standard normal and uniform numbers from one PCG64 stream."""

    __slots__ = ("_generator", "_i", "_j", "_normals", "_uniforms")

    def __init__(self, seed: int) -> None:
        self._generator = Generator(PCG64(seed))
        self._normals: list[float] = self._generator.standard_normal(_BLOCK).tolist()
        self._uniforms: list[float] = self._generator.random(_BLOCK).tolist()
        self._i = 0
        self._j = 0

    def normal(self) -> float:
        """Give one standard normal number."""
        i = self._i
        if i == _BLOCK:
            self._normals = self._generator.standard_normal(_BLOCK).tolist()
            i = 0
        self._i = i + 1
        return self._normals[i]

    def uniform(self) -> float:
        """Give one number uniform in [0, 1)."""
        j = self._j
        if j == _BLOCK:
            self._uniforms = self._generator.random(_BLOCK).tolist()
            j = 0
        self._j = j + 1
        return self._uniforms[j]
