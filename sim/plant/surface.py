"""The mask's film: a 21 x 21 map of thickness, what removes it, and what that gives back to the gas.

Owns the film and its element ledger. Rates are means over the mask times two smooth maps (radicals, ions); NumPy once
per 50 ms. Film that is sputtered rather than burnt lands on the walls and is counted there.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from sim.plant.gas import BOLTZMANN_J_K, CH4, CHARGE_C, CO, CO2, H2, H2O, O2, SPECIES
from sim.plant.tool import SurfaceSpec

FILM_CLASSES = ("organic", "carbon", "resist")
EMPTY_M = 1.0e-12  # a thousandth of a nanometre on average: take the rest away and stop computing  # assumed


class Surface:
    """Film thickness map [m] of one class, and the gas it exchanges."""

    __slots__ = (
        "_area_m2",
        "_carbon_m3",
        "_h_per_c",
        "_ion_map",
        "_radical_map",
        "_spec",
        "_spread_map",
        "carbon_per_s",
        "film_class",
        "film_m",
        "max_nm",
        "mean_nm",
        "min_nm",
        "source",
        "wall_carbon",
        "wall_hydrogen",
    )

    def __init__(self, spec: SurfaceSpec, seed: int) -> None:
        self._spec = spec
        self._area_m2 = spec.mask_side_m**2
        cells = int(spec.cells)
        axis = np.linspace(-1.0, 1.0, cells)
        radius2 = (axis[:, None] ** 2 + axis[None, :] ** 2) / 2.0  # 0 centre, 1 corner
        self._radical_map = _unit_mean(1.0 + spec.radical_droop * radius2)  # loading: fewer radicals over the centre
        self._ion_map = _unit_mean(1.0 - spec.ion_droop * radius2)  # diffusion profile of the density
        self._spread_map = _smooth_map(axis, spec.film_spread, seed)
        self.source = [0.0] * len(SPECIES)  # molecules/s to the gas, negative where it takes
        self.wall_carbon = self.wall_hydrogen = 0.0  # atoms that landed on the walls
        self.carbon_per_s = 0.0
        self.load("organic", 0.0)

    def load(self, film_class: str, film_nm: float) -> None:
        """Put a mask in with ``film_nm`` on average; film_class one of FILM_CLASSES, else ValueError."""
        spec = self._spec
        if film_class not in FILM_CLASSES:
            raise ValueError(f"film class {film_class!r}: must be one of {', '.join(FILM_CLASSES)}")
        if not 0.0 <= film_nm <= 5000.0:
            raise ValueError(f"film of {film_nm} nm: must be within 0..5000 nm")
        self.film_class = film_class
        self._carbon_m3 = {
            "organic": spec.organic_carbon_m3,
            "carbon": spec.carbon_carbon_m3,
            "resist": spec.resist_carbon_m3,
        }[film_class]
        self._h_per_c = {
            "organic": spec.organic_h_per_c,
            "carbon": spec.carbon_h_per_c,
            "resist": spec.resist_h_per_c,
        }[film_class]
        self.film_m: NDArray[np.float64] = film_nm * 1e-9 * self._spread_map
        self.source = [0.0] * len(SPECIES)
        self.carbon_per_s = 0.0
        self.mean_nm = float(self.film_m.sum()) / self.film_m.size * 1e9
        self._extremes()

    def step(self, dt: float, o_flux: float, h_flux: float, ion_flux: float, ion_ev: float, surface_k: float) -> None:
        """Remove film for ``dt``; fluxes [1/m2/s] at the mask; products leave as ``source`` until the next call."""
        if self.mean_nm <= 0.0 or o_flux + h_flux + ion_flux <= 0.0:
            if self.carbon_per_s > 0.0:
                self.source = [0.0] * len(SPECIES)
                self.carbon_per_s = 0.0
            return
        spec = self._spec
        o_rate = thermal_oxygen(spec, o_flux, surface_k)
        h_rate = thermal_hydrogen(spec, h_flux, surface_k)
        o_ion, h_ion, sputter = ion_assisted(spec, o_flux, h_flux, ion_flux, ion_ev)
        by_radicals, by_ions = o_rate + h_rate, o_ion + h_ion + sputter
        total = by_radicals + by_ions
        if total <= 0.0:
            return
        film = self.film_m
        cover = 1.0 - np.exp(film * (-1.0 / spec.monolayer_m))  # thin film no longer covers: the end is a tail
        scale = dt / self._carbon_m3
        want = (scale * by_radicals * self._radical_map + scale * by_ions * self._ion_map) * cover
        left = np.maximum(film - want, 0.0)
        mean = float(left.sum()) / left.size
        if mean < EMPTY_M:
            left, mean = np.zeros_like(film), 0.0
        carbon = (1e-9 * self.mean_nm - mean) * self._area_m2 * self._carbon_m3 / dt
        self.film_m = left
        self.mean_nm = mean * 1e9
        self._extremes()
        self._release(dt, carbon, (o_rate + o_ion) / total, (h_rate + h_ion) / total)

    def _release(self, dt: float, carbon: float, burnt: float, hydrated: float) -> None:
        """Element balance: C + O -> CO, CO2; film H + O -> H2O; C + H -> CH4; the rest is sputtered to the walls."""
        spec, h_per_c = self._spec, self._h_per_c
        source = self.source
        by_o, by_h = carbon * burnt, carbon * hydrated
        source[CO] = by_o * spec.co_fraction
        source[CO2] = by_o * (1.0 - spec.co_fraction)
        source[H2O] = 0.5 * h_per_c * by_o
        source[O2] = -(0.5 * source[CO] + source[CO2] + 0.5 * source[H2O])
        source[CH4] = by_h
        source[H2] = -0.5 * (4.0 - h_per_c) * by_h
        bare = max(0.0, carbon - by_o - by_h)
        self.wall_carbon += bare * dt
        self.wall_hydrogen += bare * h_per_c * dt
        self.carbon_per_s = carbon

    def _extremes(self) -> None:
        """Thickest and thinnest place [nm]."""
        self.max_nm = float(self.film_m.max()) * 1e9
        self.min_nm = float(self.film_m.min()) * 1e9

    def atoms(self) -> tuple[float, float]:
        """Carbon and hydrogen atoms in the film."""
        carbon = self.mean_nm * 1e-9 * self._area_m2 * self._carbon_m3
        return carbon, carbon * self._h_per_c


def thermal_oxygen(spec: SurfaceSpec, o_flux: float, surface_k: float) -> float:
    """R_th = k0 exp(-Ea/kT) Gamma_O [C/m2/s], probability capped. Source: downstream ashing, Ea 0.48..0.50 eV."""
    probability = spec.o_prefactor * exp(-spec.o_activation_ev * CHARGE_C / (BOLTZMANN_J_K * surface_k))
    return min(probability, spec.reaction_cap) * o_flux


def thermal_hydrogen(spec: SurfaceSpec, h_flux: float, surface_k: float) -> float:
    """C per H rising to its peak near 750 K (J.Phys.Chem.B 105 6194), Arrhenius below; held at the peak above."""
    inverse = max(0.0, 1.0 / surface_k - 1.0 / spec.h_peak_k)
    return spec.h_peak_yield * exp(-spec.h_activation_ev * CHARGE_C / BOLTZMANN_J_K * inverse) * h_flux


def ion_assisted(
    spec: SurfaceSpec, o_flux: float, h_flux: float, ion_flux: float, ion_ev: float
) -> tuple[float, float, float]:
    """R_ion = Y(E) Gamma_i theta for O and for H, and bare sputtering [C/m2/s]; Y = A (sqrt E - sqrt E_th).

    theta = s Gamma/(s Gamma + beta Y Gamma_i): monolayer adsorption (Joubert et al.).
    """
    root = sqrt(ion_ev)
    o_yield = spec.o_yield * max(0.0, root - sqrt(spec.o_threshold_ev))
    h_yield = spec.h_yield * max(0.0, root - sqrt(spec.h_threshold_ev))
    sputter = spec.sputter_yield * max(0.0, root - sqrt(spec.sputter_threshold_ev)) * ion_flux
    stuck_o, stuck_h = spec.o_sticking * o_flux, spec.h_sticking * h_flux
    ions_o, ions_h = o_yield * ion_flux, h_yield * ion_flux
    theta_o = stuck_o / (stuck_o + spec.o_per_ion * ions_o) if stuck_o > 0.0 else 0.0
    theta_h = stuck_h / (stuck_h + spec.o_per_ion * ions_h) if stuck_h > 0.0 else 0.0
    return ions_o * theta_o, ions_h * theta_h * (1.0 - theta_o), sputter


def _unit_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = values / values.mean()
    return scaled


def _smooth_map(axis: NDArray[np.float64], spread: float, seed: int) -> NDArray[np.float64]:
    """Low-order polynomial of random weights: contamination varies smoothly, mean 1, standard deviation ``spread``."""
    a, b, c, d, e = Generator(PCG64([seed, 1])).standard_normal(5)
    x, y = axis[None, :], axis[:, None]
    shape = a * x + b * y + c * x * y + d * (x * x) + e * (y * y)
    shape = shape - shape.mean()
    return _unit_mean(np.maximum(1.0 + spread * shape / max(float(shape.std()), 1e-12), 0.1))
