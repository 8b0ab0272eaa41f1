"""What shines: every line and band, from which gas, and how strongly electrons excite it.

Owns numbers only. k = A T^a exp(-b/T) [m3/s], T_e in eV, as in plasma/electron_reactions; a line may
be fed by several gases.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.plant.species import AR, CH4, CO, CO2, H2, H2O, HCN, N2, NH3, NO, O2, OH, SNH4, H, O
from sim.wiring import OES_LINES

LINES = tuple(OES_LINES)


@dataclass(frozen=True, slots=True)
class Emission:
    """Electrons meet ``species``: photons of ``line`` with rate A T^a exp(-b/T)."""

    line: str
    species: int
    a: float
    power: float
    energy_ev: float


# CO(B): 2.40e-15 in all, branching 0.15, 0.27, 0.33, 0.15, 0.10 assumed; N2(C): 6.40e-14, 0.50, 0.35, 0.15 assumed
EMISSIONS = (
    Emission("co_451", CO, 3.6e-16, -0.082, 11.24),  # paper: its part of CO(B)
    Emission("co_483", CO, 6.5e-16, -0.082, 11.24),  # paper: same
    Emission("co_519", CO, 7.9e-16, -0.082, 11.24),  # paper: same
    Emission("co_561", CO, 3.6e-16, -0.082, 11.24),  # paper: same
    Emission("co_608", CO, 2.4e-16, -0.082, 11.24),  # paper: same
    Emission("co2_288", CO2, 5.0e-16, 0.6, 18.1),  # assumed: CO2+(B) by ionising excitation, threshold 18.1 eV
    Emission("oh_309", OH, 2.0e-15, 0.0, 4.05),  # assumed: direct
    Emission("oh_309", H2O, 8.0e-17, 0.3, 9.15),  # assumed: dissociative excitation of water, threshold 9.15 eV
    Emission("no_247", NO, 1.0e-15, 0.0, 5.5),  # assumed: NO gamma bands, threshold 5.5 eV
    Emission("n2_337", N2, 3.20e-14, -0.742, 12.92),  # paper: its part of N2(C)
    Emission("n2_357", N2, 2.24e-14, -0.742, 12.92),  # paper: same; 0.35
    Emission("n2_380", N2, 9.6e-15, -0.742, 12.92),  # paper: same; 0.15
    Emission("n2p_391", N2, 9.8e-16, 0.782, 18.64),  # paper: N2+(B) from the ground state
    Emission("nh_336", NH3, 3.0e-16, 0.2, 9.0),  # assumed: dissociative excitation of NH3
    Emission("cn_388", HCN, 5.0e-16, 0.2, 8.5),  # assumed: dissociative excitation of HCN
    Emission("ch_431", CH4, 6.0e-16, 0.2, 11.5),  # assumed: dissociative excitation of CH4
    Emission("h_656", H, 3.45e-15, 0.202, 12.15),  # paper: H alpha from atoms
    Emission("h_656", H2, 5.0e-17, 0.2, 16.6),  # assumed: H alpha from H2, dissociative, threshold 16.6 eV
    Emission("h_486", H, 5.2e-16, 0.202, 12.75),  # assumed: H beta, 0.15 of H alpha (n = 4)
    Emission("h_486", H2, 1.0e-17, 0.2, 17.2),  # assumed: same from H2
    Emission("ar_750", AR, 1.5e-15, 0.3, 13.48),  # assumed: absolute values are off by 3 in the literature too
    Emission("ar_763", AR, 1.6e-15, 0.2, 13.17),  # assumed: 2p6
    Emission("ar_811", AR, 2.2e-15, 0.2, 13.08),  # assumed: 2p9
    Emission("o_777", O, 1.5e-15, 0.1, 10.74),  # assumed: from atoms
    Emission("o_777", O2, 4.0e-16, 0.3, 15.9),  # assumed: dissociative excitation (strong: Walkup 1986)
    Emission("o_844", O, 2.0e-15, 0.1, 10.99),  # assumed: from atoms
    Emission("o_844", O2, 1.0e-16, 0.3, 16.1),  # assumed: mostly direct (Walkup 1986)
    Emission("sn_317", SNH4, 8.0e-16, 0.2, 7.0),  # assumed: tin atoms from SnH4, dissociative
)
#: radiative decay [1/s] of what emits: collisions with gas quench the slow ones  # paper: order of lifetimes
DECAY_PER_S = {"oh_309": 1.4e6, "no_247": 5.0e6, "co_451": 2.0e7, "co_483": 2.0e7, "co_519": 2.0e7, "co_561": 2.0e7}
FAST_PER_S = 4.0e7  # paper: allowed transitions of atoms and N2(C), 2..5e7 1/s
QUENCH_M3_S = 2.0e-16  # assumed: one coefficient for all, order of OH(A) and N2(C) with O2

# the same as columns, for the law that adds them up
LINE_OF = tuple(LINES.index(emission.line) for emission in EMISSIONS)
SPECIES_OF = tuple(emission.species for emission in EMISSIONS)
FACTOR = tuple(emission.a for emission in EMISSIONS)
POWER = tuple(emission.power for emission in EMISSIONS)
ENERGY_EV = tuple(emission.energy_ev for emission in EMISSIONS)
DECAY = tuple(DECAY_PER_S.get(line, FAST_PER_S) for line in LINES)
BLUENESS = tuple((500.0 / OES_LINES[line].nm) ** 2 for line in LINES)  # assumed: a film dims blue as 1/lambda^2
