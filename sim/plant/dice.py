"""The only chance in the plant: numbers drawn in blocks from one seeded stream, dealt one by one to the laws.

Owns the order of draws; two plants with one seed and one history of commands draw the same numbers.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector

NORMALS, UNIFORMS = 1024, 256  #: drawn at a time
SPARE = 64  #: more than the laws take between two looks of `Plant`


class Dice(Record):
    """What is left of the last blocks."""

    normals: Floats = vector(NORMALS)
    uniforms: Floats = vector(UNIFORMS)
    at_normal: float
    at_uniform: float
    five: Floats = vector(5)  # hand of standard normals for a law that wants several


@law
def normal(dice: Dice) -> float:
    """One standard normal number."""
    at = int(dice.at_normal)
    dice.at_normal += 1.0
    return float(dice.normals[at])


@law
def uniform(dice: Dice) -> float:
    """One number, uniform in [0, 1)."""
    at = int(dice.at_uniform)
    dice.at_uniform += 1.0
    return float(dice.uniforms[at])


@law
def hand(dice: Dice) -> None:
    """Deal five normals into ``dice.five``."""
    for i in range(5):
        dice.five[i] = normal(dice)
