"""Where things are on the mask: 21 x 21 cells, and how radicals and ions fall on them.

Owns the geometry. The maps have a mean of one: rates elsewhere are means over the mask.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid

SIDE = 21  #: cells along an edge
CELLS = SIDE * SIDE


class MapSpec(Record):
    """Section [surface]."""

    mask_side_m: float
    clear_part: float  # of the mask, not under absorber
    radical_droop: float  # centre to corner
    inlet_bias: float  # from the far edge to the edge where the gas comes in, over the mean
    ion_droop: float  # centre to corner
    film_spread: float


class Maps(Record):
    """Weights of each cell."""

    bare_mean: float
    bare: Floats = grid(21, 21)  # part of a cell that no contamination covers
    radicals: Floats = grid(21, 21)
    ions: Floats = grid(21, 21)


@law
def lay_bare(maps: Maps) -> None:
    """Nothing on the mask."""
    maps.bare_mean = 1.0
    for row in range(SIDE):
        for column in range(SIDE):
            maps.bare[row, column] = 1.0


@law
def average(values: Floats) -> float:
    """Mean over the cells, added up in one order everywhere: less in a cell is then never more in the mean."""
    total = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            total += values[row, column]
    return total / CELLS


def fill(maps: Maps, spec: MapSpec) -> None:
    """Loading leaves fewer radicals over the centre, flow brings more to the inlet's side (first column); ions follow
    the density profile, highest over the centre.
    """
    x, y = _axes()
    radius2 = (x * x + y * y) / 2.0  # 0 centre, 1 corner
    maps.radicals[:] = _unit_mean(1.0 + spec.radical_droop * radius2 - 0.5 * spec.inlet_bias * x)
    maps.ions[:] = _unit_mean(1.0 - spec.ion_droop * radius2)
    lay_bare(maps)


def uneven(spread: float, seed: int) -> NDArray[np.float64]:
    """Contamination varies smoothly: a low-order polynomial of random weights, mean 1, deviation ``spread``."""
    a, b, c, d, e = Generator(PCG64([seed, 1])).standard_normal(5)
    x, y = _axes()
    shape = a * x + b * y + c * x * y + d * (x * x) + e * (y * y)
    shape = shape - shape.mean()
    return _unit_mean(np.maximum(1.0 + spread * shape / max(float(shape.std()), 1e-12), 0.1))


def _axes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places from -1 to 1: columns, rows."""
    axis = np.linspace(-1.0, 1.0, SIDE)
    return axis[None, :], axis[:, None]


def _unit_mean(values: NDArray[Any]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = values / values.mean()
    return scaled
