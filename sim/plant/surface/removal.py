"""How fast radicals and ions take carbon away: rates per area of a covered surface, for O, H, N and bare ions.

Owns the equations and their parameters. All rates are carbon atoms per m2 and second; fluxes are per m2 and second.
"""

from __future__ import annotations

from math import exp, sqrt

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import BOLTZMANN_J_K, CHARGE_C

EV_PER_K = BOLTZMANN_J_K / CHARGE_C

#: C/m2/s: by O and by H without ions; by ions on sites with O, with H, with N beside H; by ions alone
Channels = tuple[float, float, float, float, float, float]


class RemovalSpec(Record):
    """Section [removal]."""

    o_activation_ev: float
    o_prefactor: float
    reaction_cap: float
    o_sticking: float
    o_yield: float
    o_threshold_ev: float
    sites_per_ion: float  # beta of the surface balance
    h_sticking: float
    h_yield: float
    h_threshold_ev: float
    h_peak_yield: float
    h_peak_k: float
    h_peak_flux_m2s: float
    h_activation_ev: float
    h_release_ev: float
    n_sticking: float
    n_yield: float
    n_threshold_ev: float
    sputter_yield: float
    sputter_threshold_ev: float


@law
def arrhenius(prefactor: float, activation_ev: float, temperature_k: float) -> float:
    """A exp(-E/kT)."""
    return prefactor * exp(-activation_ev / (EV_PER_K * temperature_k))


@law
def root_yield(amplitude: float, threshold_ev: float, ion_ev: float) -> float:
    """Atoms per ion, Y = A (sqrt E - sqrt E_th), zero below the threshold. Source: PHYSICS d.1; Steinbruechel 1989."""
    return amplitude * max(sqrt(ion_ev) - sqrt(threshold_ev), 0.0)


@law
def thermal_oxygen(spec: RemovalSpec, o_flux: float, surface_k: float) -> float:
    """R_th = k0 exp(-Ea/kT) Gamma_O, its probability capped. Source: downstream ashing, Ea 0.48..0.50 eV."""
    return min(arrhenius(spec.o_prefactor, spec.o_activation_ev, surface_k), spec.reaction_cap) * o_flux


@law
def thermal_hydrogen(spec: RemovalSpec, h_flux: float, surface_k: float) -> float:
    """R = a exp(-Ea/kT)/(1 + b (Gamma_0/Gamma) exp(-Er/kT)) Gamma_H: hydrogenation of the surface against the loss of
    its hydrogen, which wins above a peak (Schlueter and Jacob's scheme, reduced to its two outer steps).

    a and b follow from the yield and the temperature of the peak at Gamma_0 (J.Phys.Chem.B 105 6194).
    """
    if h_flux <= 0.0:
        return 0.0
    inverse = (1.0 / surface_k - 1.0 / spec.h_peak_k) / EV_PER_K
    at_peak = spec.h_activation_ev / (spec.h_release_ev - spec.h_activation_ev)
    released = at_peak * spec.h_peak_flux_m2s * exp(-spec.h_release_ev * inverse)
    rising = spec.h_peak_yield * (1.0 + at_peak) * exp(-spec.h_activation_ev * inverse)
    return rising * h_flux * h_flux / (h_flux + released)


@law
def adsorbed(stuck: float, other: float, used: float) -> float:
    """Part of the sites that hold a species: theta = s Gamma/(s Gamma + others + beta Y Gamma_i), Joubert et al."""
    return 0.0 if stuck <= 0.0 else stuck / (stuck + other + used)


@law
def ion_assisted(
    spec: RemovalSpec, o_flux: float, h_flux: float, n_flux: float, ion_flux: float, ion_ev: float
) -> tuple[float, float, float, float]:
    """Rates by ions on sites with O, with H, with N beside H, and of bare ions: R = Y(E) Gamma_i theta.

    Oxygen takes its sites first; H and N share the rest. Carbon leaves with N only where H is beside it (HCN), and no
    faster than N sticks.
    """
    by_o = root_yield(spec.o_yield, spec.o_threshold_ev, ion_ev) * ion_flux
    by_h = root_yield(spec.h_yield, spec.h_threshold_ev, ion_ev) * ion_flux
    by_n = root_yield(spec.n_yield, spec.n_threshold_ev, ion_ev) * ion_flux
    bare = root_yield(spec.sputter_yield, spec.sputter_threshold_ev, ion_ev) * ion_flux
    o_stuck, h_stuck, n_stuck = spec.o_sticking * o_flux, spec.h_sticking * h_flux, spec.n_sticking * n_flux
    with_o = adsorbed(o_stuck, 0.0, spec.sites_per_ion * by_o)
    with_h = (1.0 - with_o) * adsorbed(h_stuck, n_stuck, spec.sites_per_ion * by_h)
    with_n = (1.0 - with_o) * adsorbed(n_stuck, h_stuck, spec.sites_per_ion * by_h)
    pairs = by_n * with_h * with_n
    as_hcn = 0.0 if pairs <= 0.0 else pairs * n_stuck / (pairs + n_stuck)
    return by_o * with_o, by_h * with_h, as_hcn, bare


@law
def channels(
    spec: RemovalSpec,
    o_flux: float,
    h_flux: float,
    n_flux: float,
    ion_flux: float,
    ion_ev: float,
    surface_k: float,
) -> Channels:
    """All ways that carbon takes from a covered surface."""
    o_ion, h_ion, n_ion, sputter = ion_assisted(spec, o_flux, h_flux, n_flux, ion_flux, ion_ev)
    return (
        thermal_oxygen(spec, o_flux, surface_k),
        thermal_hydrogen(spec, h_flux, surface_k),
        o_ion,
        h_ion,
        n_ion,
        sputter,
    )


@law
def rationed(wanted: Channels, o: float, h: float, n: float) -> Channels:
    """The same with no more than these parts of the O, H and N that they want."""
    o_thermal, h_thermal, o_ion, h_ion, n_ion, sputter = wanted
    return o * o_thermal, h * h_thermal, o * o_ion, h * h_ion, min(h, n) * n_ion, sputter
