"""The gas species of the plant, their masses and atoms, and the exact conversions between gas units.

Owns constants only. Inside the plant gas is always counted in molecules and molecules per second.
"""

from __future__ import annotations

from math import sqrt

BOLTZMANN_J_K = 1.380649e-23  # paper: SI, exact
CHARGE_C = 1.602176634e-19  # paper: SI, exact
ELECTRON_KG = 9.1093837e-31  # paper: CODATA
EPSILON_0 = 8.8541878e-12  # paper: CODATA
AMU_KG = 1.66053907e-27  # paper: CODATA
ZERO_C_K = 273.15  # paper: SI, exact
ATMOSPHERE_PA = 101325.0  # paper: standard atmosphere, exact

#: 1 sccm = 1e-6 m3/min at 273.15 K and 101 325 Pa, in molecules per second  # paper: SEMI convention, 0 degC, exact
MOLECULES_PER_S_PER_SCCM = 1e-6 / 60.0 * ATMOSPHERE_PA / (BOLTZMANN_J_K * ZERO_C_K)

#: stable gases first, then what only a plasma makes
SPECIES = ("o2", "h2", "ar", "n2", "co", "co2", "ch4", "h2o", "o", "h", "n", "oh", "no", "nh3", "hcn", "snh4")
O2, H2, AR, N2, CO, CO2, CH4, H2O, O, H, N, OH, NO, NH3, HCN, SNH4 = range(16)
COUNT = 16
FEEDS = (O2, H2, AR, N2)  #: species of the gas lines, in the order of sim.wiring.GASES
MASS_AMU = (  # paper: IUPAC
    31.998,
    2.016,
    39.948,
    28.014,
    28.010,
    44.009,
    16.043,
    18.015,
    15.999,
    1.008,
    14.007,
    17.007,
    30.006,
    17.031,
    27.025,
    122.742,
)
CONDUCTANCE_FACTOR = tuple(sqrt(MASS_AMU[N2] / mass) for mass in MASS_AMU)  # molecular and choked flow: ~ 1/sqrt(M)

#: paper: dry air; water at 22 degC and 45 % humidity
AIR = (0.207, 0.0, 0.0093, 0.7717, 0.0, 0.0004, 0.0, 0.0116, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

#: atoms of (C, H, O, N, Ar, Sn) in each species, for balances
ELEMENTS = ("c", "h", "o", "n", "ar", "sn")
COMPOSITION = (
    (0, 0, 2, 0, 0, 0),
    (0, 2, 0, 0, 0, 0),
    (0, 0, 0, 0, 1, 0),
    (0, 0, 0, 2, 0, 0),
    (1, 0, 1, 0, 0, 0),
    (1, 0, 2, 0, 0, 0),
    (1, 4, 0, 0, 0, 0),
    (0, 2, 1, 0, 0, 0),
    (0, 0, 1, 0, 0, 0),
    (0, 1, 0, 0, 0, 0),
    (0, 0, 0, 1, 0, 0),
    (0, 1, 1, 0, 0, 0),
    (0, 0, 1, 1, 0, 0),
    (0, 3, 0, 1, 0, 0),
    (1, 1, 0, 1, 0, 0),
    (0, 4, 0, 0, 0, 1),
)


def elements(molecules: list[float]) -> list[float]:
    """Atoms of each of ELEMENTS in ``molecules`` [per species]."""
    return [sum(n * row[e] for n, row in zip(molecules, COMPOSITION, strict=True)) for e in range(len(ELEMENTS))]
