"""Where the power of a discharge ends as heat.

Owns the shares: together they are the whole load power, nothing is lost.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import CHARGE_C

ION_RELEASE_EV = 21.8  # paper: per ion pair at a surface, 15.8 eV recombination + about 6 eV of electrons


class Heat(Record):
    """Plasma heat [W]."""

    mask_w: float
    chuck_w: float
    wall_w: float


@law
def ion_w_m2(ion_flux_m2s: float, ion_energy_ev: float) -> float:
    """Heat that ions bring: e Gamma (E + 21.8 eV) [W/m2]; 1e20 at 20 eV: 670 W/m2."""
    return CHARGE_C * ion_flux_m2s * (ion_energy_ev + ION_RELEASE_EV)


@law
def share(
    heat: Heat,
    load_w: float,
    absorbed_w: float,
    ions_w_m2: float,
    mask_m2: float,
    electrode_m2: float,
    walls_m2: float,
    coupling_to_chuck: float,
) -> None:
    """Ions heat the electrode; light, hot gas, other ions: all walls alike; what was not absorbed: chuck and walls."""
    by_ions = ions_w_m2 * electrode_m2
    scale = 0.0 if by_ions <= 0.0 else min(absorbed_w / by_ions, 1.0)
    even = max(absorbed_w - by_ions, 0.0) / walls_m2
    heat.mask_w = mask_m2 * (scale * ions_w_m2 + even)
    heat.chuck_w = (electrode_m2 - mask_m2) * (scale * ions_w_m2 + even) + coupling_to_chuck * (load_w - absorbed_w)
    heat.wall_w = load_w - heat.mask_w - heat.chuck_w
