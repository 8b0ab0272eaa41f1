"""The mask: quartz, five layers through its thickness, heated from above, cooled through the gas below and its rim.

Owns conduction in the quartz. Explicit steps of 50 ms: the fastest layer follows in 1.3 s.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector
from sim.plant.species import ZERO_C_K

LAYERS = 5  #: through the thickness
STEFAN_W_M2_K4 = 5.670374e-8  # paper: CODATA


class MaskSpec(Record):
    """A 6 inch mask on its pads."""

    side_m: float
    thickness_m: float
    capacity_j_k: float
    conductivity_w_m_k: float
    emissivity: float
    contact_w_m2_k: float
    gas_contact_w_m2_k_pa: float
    gas_contact_limit_w_m2_k: float


class Mask(Record):
    """Temperatures [degC], top layer first, and heat that left it in the last step [W]."""

    layer_c: Floats = vector(LAYERS)
    down_w: float
    radiated_w: float


@law
def gap_w_m2_k(spec: MaskSpec, gap_pa: float) -> float:
    """Pads and radiation, and the gas in the gap: proportional to pressure until it is viscous (100 W/m2/K, 1 Torr)."""
    return spec.contact_w_m2_k + min(spec.gas_contact_w_m2_k_pa * gap_pa, spec.gas_contact_limit_w_m2_k)


@law
def radiated_w_m2(emissivity: float, surface_c: float, walls_c: float) -> float:
    """Stefan-Boltzmann between a face and the walls: eps sigma (T^4 - T_w^4)."""
    hot, cold = surface_c + ZERO_C_K, walls_c + ZERO_C_K
    hot2, cold2 = hot * hot, cold * cold
    return emissivity * STEFAN_W_M2_K4 * (hot2 * hot2 - cold2 * cold2)


@law
def conduct(mask: Mask, spec: MaskSpec, heat_w: float, gap_pa: float, chuck_c: float, wall_c: float, dt: float) -> None:
    """One step: C dT/dt = what comes from above - what goes below, for every layer; face and rim also radiate."""
    area = spec.side_m**2
    node = dt * LAYERS / spec.capacity_j_k
    between = spec.conductivity_w_m_k * area * LAYERS / spec.thickness_m
    rim = 4.0 * spec.side_m * spec.thickness_m / LAYERS
    layer = mask.layer_c
    arriving = heat_w - area * radiated_w_m2(spec.emissivity, layer[0], wall_c)
    mask.radiated_w = heat_w - arriving
    for i in range(LAYERS):
        if i < LAYERS - 1:
            leaving = between * (layer[i] - layer[i + 1])
        else:
            leaving = gap_w_m2_k(spec, gap_pa) * area * (layer[i] - chuck_c)
        edge = rim * radiated_w_m2(spec.emissivity, layer[i], wall_c)
        mask.radiated_w += edge
        layer[i] += node * (arriving - leaving - edge)
        arriving = leaving
    mask.down_w = arriving
