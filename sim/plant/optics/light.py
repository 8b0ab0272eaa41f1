"""Light of the plasma through a window that gets dirty: photo-electrons per second of every line, and a continuum.

Owns I = K n_e n_X k_X(T_e) A/(A + k_q n) with one instrument constant K. The spectrometer's emulator spreads lines over
pixels, counts, and adds the noise of photons and read-out.
"""

from __future__ import annotations

from math import exp, log

from sim.plant.law import law
from sim.plant.optics.emission import (
    BLUENESS,
    DECAY,
    ENERGY_EV,
    FACTOR,
    LINE_OF,
    LINES,
    POWER,
    QUENCH_M3_S,
    SPECIES_OF,
)
from sim.plant.records import Floats, Record, vector
from sim.plant.vacuum.chamber import total

LINE_COUNT = len(LINES)
EMISSION_COUNT = len(LINE_OF)


class OpticsSpec(Record):
    """Fibre, spectrometer and window."""

    photons: float
    continuum: float
    dark: float
    fouling_per_plasma_s: float
    fouling_per_carbon_m2: float


class Light(Record):
    """Photo-electrons per second, and how much the window takes away."""

    photons: Floats = vector(LINE_COUNT)  # of each line, in the order of OES_LINES
    background: float  # per pixel
    window_depth: float  # optical depth of its film at 500 nm
    fouling_rate: float  # multiplies what dirties it; 1 nominal
    covered: float  # 1: no light reaches the fibre


@law
def excitation_m3_s(emission: int, te: float, ln_te: float) -> float:
    """k = A T^a exp(-b/T) of one row of EMISSIONS."""
    return FACTOR[emission] * exp(POWER[emission] * ln_te - ENERGY_EV[emission] / te)


@law
def radiating(line: int, gas_m3: float) -> float:
    """Part of the excited that shine before a collision takes their energy: A/(A + k_q n)."""
    return DECAY[line] / (DECAY[line] + QUENCH_M3_S * gas_m3)


@law
def transmitted(line: int, depth: float) -> float:
    """Beer-Lambert through the window's film, blue dimmed more."""
    return exp(-depth * BLUENESS[line])


@law
def shine(
    light: Light, spec: OpticsSpec, molecules: Floats, volume_m3: float, thin: float, n_e: float, te: float
) -> None:
    """All lines of this moment; without plasma only the dark current. ``thin``: hot gas of the zone over the mean."""
    photons = light.photons
    for line in range(LINE_COUNT):
        photons[line] = 0.0
    light.background = spec.dark
    if n_e <= 0.0 or light.covered != 0.0:
        return
    gas = total(molecules) * thin / volume_m3
    ln_te = log(te)
    scale = spec.photons * n_e * thin / volume_m3
    for emission in range(EMISSION_COUNT):
        amount = molecules[SPECIES_OF[emission]]
        if amount > 0.0:
            photons[LINE_OF[emission]] += scale * amount * excitation_m3_s(emission, te, ln_te)
    for line in range(LINE_COUNT):
        photons[line] *= radiating(line, gas) * transmitted(line, light.window_depth)
    light.background += exp(-light.window_depth) * spec.continuum * n_e * gas


@law
def foul(light: Light, spec: OpticsSpec, lit: float, carbon_m2s: float, dt: float) -> None:
    """The window's film grows with time in plasma, and with carbon that was removed and lands there."""
    grown = spec.fouling_per_plasma_s * lit + spec.fouling_per_carbon_m2 * carbon_m2s
    light.window_depth += light.fouling_rate * grown * dt
