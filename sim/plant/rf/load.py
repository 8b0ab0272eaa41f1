"""The impedance behind the network: the unlit chamber, a burning plasma, an arc.

Owns the equivalent circuit of the discharge: two sheaths and the bulk in series, the chamber's stray capacitance beside
them, the feed before both. Source: Lieberman & Lichtenberg, 11.2 (homogeneous sheaths); feed and stray are assumed.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import CHARGE_C, ELECTRON_KG, EPSILON_0
from sim.plant.tool import section

SHEATH_CAPACITY = 1.23  # paper: C = 1.23 eps0 A/s of a collisionless Child sheath (L&L 11.2), s its full width


class LoadSpec(Record):
    """Feed and electrode."""

    stray_r_ohm: float
    stray_x_ohm: float
    arc_r_ohm: float
    arc_x_ohm: float
    feed_r_ohm: float
    feed_x_ohm: float
    heating: float
    electrode_area_m2: float
    gap_m: float


OF_PLASMA = ("electrode_area_m2", "gap_m")  #: fields that table [plasma] gives


def specification(tables: dict[str, Any]) -> LoadSpec:
    """Table [load], with the electrode and the gap of table [plasma]: they are the same."""
    spec = section("load", LoadSpec, tables, OF_PLASMA)
    spec.electrode_area_m2, spec.gap_m = tables["plasma"]["electrode_area_m2"], tables["plasma"]["zone_height_m"]
    return spec


@law
def sheath_x_ohm(spec: LoadSpec, omega: float, sheath_m: float) -> float:
    """Both sheaths in series: X = -2/(w C), C = 1.23 eps0 A/s."""
    return -2.0 * sheath_m / (omega * SHEATH_CAPACITY * EPSILON_0 * spec.electrode_area_m2)


@law
def bulk_r_ohm(spec: LoadSpec, density_m3: float, collision_hz: float) -> float:
    """Electrons that collide: R_p = m nu l/(e^2 n A), times what the moving sheath edges add to their heating."""
    return spec.heating * ELECTRON_KG * collision_hz * spec.gap_m / (CHARGE_C**2 * density_m3 * spec.electrode_area_m2)


@law
def bulk_x_ohm(spec: LoadSpec, omega: float, density_m3: float) -> float:
    """Electrons that are slow to follow: X = w m l/(e^2 n A)."""
    return omega * ELECTRON_KG * spec.gap_m / (CHARGE_C**2 * density_m3 * spec.electrode_area_m2)


@law
def beside_r_ohm(spec: LoadSpec, r: float, x: float) -> float:
    """Real part of the feed in series with (r + jx beside the stray capacitance)."""
    g, b = parallel_g(spec, r, x), parallel_b(spec, r, x)
    return spec.feed_r_ohm + g / (g * g + b * b)


@law
def beside_x_ohm(spec: LoadSpec, r: float, x: float) -> float:
    """Imaginary part of the same."""
    g, b = parallel_g(spec, r, x), parallel_b(spec, r, x)
    return spec.feed_x_ohm - b / (g * g + b * b)


@law
def parallel_g(spec: LoadSpec, r: float, x: float) -> float:
    """Conductance of r + jx beside the stray capacitance [S]."""
    stray = spec.stray_r_ohm**2 + spec.stray_x_ohm**2
    return r / (r * r + x * x) + spec.stray_r_ohm / stray


@law
def parallel_b(spec: LoadSpec, r: float, x: float) -> float:
    """Susceptance of the same [S]."""
    stray = spec.stray_r_ohm**2 + spec.stray_x_ohm**2
    return -x / (r * r + x * x) - spec.stray_x_ohm / stray


@law
def plasma_current_a(spec: LoadSpec, current_a: float, r: float, x: float) -> float:
    """Part of the feed's current that goes through the plasma r + jx and not through the stray capacitance."""
    g, b = parallel_g(spec, r, x), parallel_b(spec, r, x)
    return current_a / sqrt((g * g + b * b) * (r * r + x * x))


@law
def ion_r_ohm(ion_power_w: float, current_a: float) -> float:
    """Resistance that the ions' power asks for: R = 2 P/I^2; the power is the plasma room's, of its one sheath."""
    if current_a <= 0.0:
        return 0.0
    return 2.0 * ion_power_w / (current_a * current_a)


def resonance_hz(spec: LoadSpec, density_m3: float, sheath_m: float) -> float:
    """Where sheaths and bulk cancel [Hz]; far above the drive in a normal discharge (for tests and for the curious)."""
    x = -sheath_x_ohm(spec, 1.0, sheath_m)
    inductance = bulk_x_ohm(spec, 1.0, density_m3)
    return float((x / inductance) ** 0.5 / (2.0 * pi))
