"""Light on a stack of layers at normal incidence, and the Mo/Si mirror of an EUV mask.

Owns the recursion of Airy and Parratt and the optical constants at 13.5 nm. Plain NumPy, on demand: never in the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.plant.records import Record

Complexes = NDArray[np.complex128]
Layer = tuple[complex, Any]  #: refractive index n + ik, thickness [m] as a number or an array

LOW_M, HIGH_M = 13.5e-9, 13.6e-9  # paper: wavelengths of the table below
#: (delta, beta) of n = 1 - delta + i beta at 13.5 and at 13.6 nm, for densities in g/cm3
#: paper: Henke, Gullikson, Davis 1993, tables of CXRO, as shipped by the package periodictable 2
EUV_CONSTANTS = {
    "mo": ((0.076648, 0.006473), (0.078222, 0.006671)),  # 10.28
    "si": ((0.001000, 0.001827), (0.001550, 0.001835)),  # 2.33
    "ru": ((0.114012, 0.017121), (0.116533, 0.018167)),  # 12.45
    "ruo2": ((0.079275, 0.021539), (0.080732, 0.022275)),  # 6.97
    "sio2": ((0.021969, 0.010774), (0.022481, 0.010981)),  # 2.2
    "carbon": ((0.038426, 0.006905), (0.039002, 0.007066)),  # 2.2
    "organic": ((0.021121, 0.002773), (0.021439, 0.002839)),  # CH2, 0.95
    "resist": ((0.023775, 0.004501), (0.024126, 0.004603)),  # C8H8O, 1.2
    "tin": ((0.058349, 0.072430), (0.058064, 0.074018)),  # 7.29
    "haze": ((0.031417, 0.010314), (0.031851, 0.010529)),  # (NH4)2SO4, 1.77
}


class MultilayerSpec(Record):
    """Section [multilayer]."""

    wavelength_m: float
    pairs: float
    molybdenum_m: float
    silicon_m: float


def euv_index(material: str, wavelength_m: float) -> complex:
    """n + ik between 13.5 and 13.6 nm, linear; ValueError outside."""
    if not LOW_M <= wavelength_m <= HIGH_M:
        raise ValueError(f"optical constants at {wavelength_m * 1e9:g} nm: known from 13.5 to 13.6 nm")
    low, high = (complex(1.0 - delta, beta) for delta, beta in EUV_CONSTANTS[material])
    return low + (high - low) * (wavelength_m - LOW_M) / (HIGH_M - LOW_M)


def amplitudes(
    ambient: complex, layers: Sequence[Layer], substrate: complex, wavelength_m: float
) -> tuple[Complexes, Complexes]:
    """Reflected and transmitted field (r, t) of light that falls on ``layers`` from ``ambient``, first layer first.

    r = (r01 + r1 e)/(1 + r01 r1 e), t = t01 t1 sqrt(e)/(1 + r01 r1 e), e = exp(4 pi i n d/lambda), from below.
    """
    below = substrate
    reflected: Any = 0.0
    transmitted: Any = 1.0
    for n, thickness in [*reversed(layers), (ambient, 0.0)]:
        face = (n - below) / (n + below)
        through = 2.0 * n / (n + below)
        resonance = 1.0 + face * reflected
        reflected, transmitted = (face + reflected) / resonance, through * transmitted / resonance
        phase = np.exp(2j * np.pi * n * np.asarray(thickness) / wavelength_m)
        reflected, transmitted = reflected * phase * phase, transmitted * phase
        below = n
    return np.asarray(reflected), np.asarray(transmitted)


def reflectance(ambient: complex, layers: Sequence[Layer], substrate: complex, wavelength_m: float) -> Any:
    """Reflected part of the power."""
    return np.abs(amplitudes(ambient, layers, substrate, wavelength_m)[0]) ** 2


def transmittance(ambient: complex, layers: Sequence[Layer], substrate: complex, wavelength_m: float) -> Any:
    """Part of the power that enters the substrate."""
    field = amplitudes(ambient, layers, substrate, wavelength_m)[1]
    return np.abs(field) ** 2 * substrate.real / ambient.real


def euv_reflectance(spec: MultilayerSpec, on_top: Sequence[tuple[str, Any]], worn_m: Any = 0.0) -> Any:
    """Of the mirror under ``on_top``, (material, thickness [m]) from the top, with ``worn_m`` of Mo/Si gone."""
    index = {material: euv_index(material, spec.wavelength_m) for material in EUV_CONSTANTS}
    layers: list[Layer] = [(index[material], thickness) for material, thickness in on_top]
    gone = np.asarray(worn_m, dtype=float)
    for _ in range(int(spec.pairs)):
        for material, whole in (("si", spec.silicon_m), ("mo", spec.molybdenum_m)):
            layers.append((index[material], whole - np.minimum(gone, whole)))
            gone = np.maximum(gone - whole, 0.0)
    return reflectance(1.0 + 0.0j, layers, index["sio2"], spec.wavelength_m)
