"""What one electron does to a particle of the gas: rate coefficients A T_e^a exp(-b/T_e) [m3/s], T_e in eV.

Owns numbers only. "paper" without a name: Maxwellian integral of the IST-Lisbon cross sections (LXCat, www.lxcat.net),
fitted over 1..8 eV. Energies [eV] are what the electron loses.
"""

from __future__ import annotations

from typing import NamedTuple


class Impact(NamedTuple):
    """e + X -> ...: coefficients of the fit, and the electron's loss."""

    equation: str
    a: float
    power: float
    b: float
    ev: float


IMPACTS = (
    # ions
    Impact("e + Ar -> Ar+ + 2e", 1.94e-14, 0.621, 16.08, 15.76),  # paper: within 2 %
    Impact("e + O2 -> O2+ + 2e", 1.85e-15, 1.344, 11.54, 12.07),  # paper: within 2 %
    Impact("e + O2 -> O+ + O + 2e", 7.1e-17, 0.5, 17.0, 18.73),  # paper: Lee & Lieberman 1995, from memory
    Impact("e + O -> O+ + 2e", 5.95e-15, 0.652, 13.45, 13.62),  # paper
    Impact("e + N2 -> N2+ + 2e", 5.00e-15, 0.911, 15.35, 15.58),  # paper: ground state of the ion
    Impact("e + N2 -> N2+ + 2e", 9.8e-16, 0.782, 18.64, 18.75),  # paper: B state of the ion
    Impact("e + N2 -> N+ + N + 2e", 2.9e-15, 0.72, 29.71, 24.3),  # paper: Thorsteinsson & Gudmundsson 2009, from memory
    Impact("e + N -> N+ + 2e", 3.72e-15, 0.888, 14.22, 14.53),  # paper
    Impact("e + H2 -> H2+ + 2e", 8.13e-15, 0.560, 15.60, 15.43),  # paper: within 1 %
    Impact("e + H2 -> H+ + H + 2e", 3.0e-14, 0.44, 37.73, 18.1),  # paper: Mendez et al. 2006, from memory
    Impact("e + H -> H+ + 2e", 1.93e-14, -0.162, 13.90, 13.60),  # paper
    Impact("e + CO -> CO+ + 2e", 5.0e-15, 0.9, 13.9, 14.01),  # assumed: shape of N2 at its own threshold
    Impact("e + CO2 -> CO2+ + 2e", 5.0e-15, 0.9, 13.7, 13.78),  # assumed: same
    Impact("e + H2O -> H2O+ + 2e", 3.0e-15, 1.1, 12.4, 12.62),  # assumed: between O2 and N2
    Impact("e + CH4 -> CH4+ + 2e", 5.0e-15, 0.9, 12.6, 12.61),  # assumed: shape of N2 at its own threshold
    Impact("e + NO -> NO+ + 2e", 3.0e-15, 1.1, 9.4, 9.26),  # assumed: between O2 and N2
    Impact("e + NH3 -> NH3+ + 2e", 4.0e-15, 1.0, 10.3, 10.07),  # assumed: same
    Impact("e + OH -> OH+ + 2e", 3.0e-15, 1.1, 12.8, 13.02),  # assumed: same
    Impact("e + HCN -> HCN+ + 2e", 5.0e-15, 0.9, 13.6, 13.60),  # assumed: shape of N2
    Impact("e + SnH4 -> SnH4+ + 2e", 6.0e-15, 0.9, 10.7, 10.75),  # assumed: a larger molecule
    # what else the electron balance needs
    Impact("e + O2 -> O- + O", 1.20e-15, -1.352, 6.53, 6.5),  # paper: within 2 %
    Impact("e + Ar -> e + Ar*", 8.74e-15, -0.588, 13.04, 11.55),  # paper: 3P2
    Impact("e + Ar -> e + Ar*", 1.69e-15, -0.652, 13.74, 11.72),  # paper: 3P0
    # dissociation
    Impact("e + O2 -> e + 2O", 1.80e-14, -0.722, 7.21, 6.1),  # paper: 2 O(3P)
    Impact("e + O2 -> e + O + O*", 4.03e-14, 0.017, 8.37, 8.4),  # paper: O(3P) + O(1D)
    Impact("e + H2 -> e + 2H", 1.37e-14, -0.11, 9.81, 10.0),  # paper: b 3Sigma
    Impact("e + H2 -> e + 2H", 2.37e-14, -0.712, 12.73, 11.8),  # paper: c 3Pi
    Impact("e + H2 -> e + 2H", 8.86e-15, -0.605, 13.25, 11.8),  # paper: a 3Sigma
    Impact("e + N2 -> e + 2N", 1.11e-14, 0.68, 13.25, 13.0),  # paper: singlet sum
    Impact("e + H2O -> e + H + OH", 1.14e-14, 0.937, 6.95, 7.0),  # paper
    Impact("e + OH -> e + O + H", 7.0e-15, 0.5, 7.0, 7.0),  # assumed: like water
    Impact("e + CO -> e + C + O", 3.38e-15, 0.784, 10.99, 11.1),  # paper
    Impact("e + CO2 -> e + CO + O", 1.0e-14, 0.3, 10.0, 10.5),  # assumed: order of published sets
    Impact("e + CH4 -> e + C + 2H + H2", 1.2e-14, 0.5, 10.0, 9.0),  # assumed: order; CH3 counted as C + H2 + H
    Impact("e + NO -> e + N + O", 5.0e-15, 0.7, 9.0, 9.0),  # assumed: order of published sets
    Impact("e + NH3 -> e + N + H + H2", 1.0e-14, 0.6, 7.0, 7.0),  # assumed: like water; NH2 counted as N + H2
    Impact("e + HCN -> e + H + C + N", 3.4e-15, 0.784, 9.0, 9.0),  # assumed: like CO
    Impact("e + SnH4 -> e + Sn + 2H2", 1.2e-14, 0.5, 8.0, 8.0),  # assumed: like methane
    # excitation
    Impact("e + Ar -> e + Ar", 6.64e-14, -0.202, 14.36, 12.1),  # paper: sum of 37 levels, table at 2..5 eV, within 1 %
    Impact("e + O2 -> e + O2", 1.98e-15, -0.2, 2.80, 0.98),  # paper: O2(a)
    Impact("e + O -> e + O*", 7.97e-15, -0.277, 3.03, 1.97),  # paper: O(1D)
    Impact("e + N2 -> e + N2*", 1.0e-14, 0.5, 8.0, 8.0),  # assumed: A, B, W, B', a: peak cross sections about 1e-20 m2
    Impact("e + N2 -> e + N2", 6.40e-14, -0.742, 12.92, 11.03),  # paper: N2(C)
    Impact("e + N2 -> e + N2", 1.2e-14, 0.0, 1.5, 0.6),  # assumed: vibration, sum of the resonant rates at 2..4 eV
    Impact("e + CO -> e + CO", 1.2e-14, 0.0, 1.5, 0.5),  # assumed: vibration, like N2
    Impact("e + CO2 -> e + CO2", 8.0e-15, 0.0, 1.5, 0.3),  # assumed: vibration
    Impact("e + H2 -> e + H2", 8.0e-15, 0.0, 1.5, 0.516),  # assumed: vibration, cross section about 4e-21 m2 at 2..5 eV
    Impact("e + H2 -> e + H2", 3.4e-15, 0.5, 12.0, 12.0),  # assumed: B and C singlets, Lyman and Werner bands
    Impact("e + H -> e + H", 2.0e-14, 0.2, 10.3, 10.2),  # assumed: n = 2, six times n = 3
    Impact("e + N -> e + N", 8.0e-15, 0.0, 3.0, 2.4),  # assumed: N(2D), like O(1D)
)

STEPWISE = (6.8e-15, 0.67, 4.20, 4.2)  # paper: e + Ar* -> Ar+ + 2e (Lieberman & Lichtenberg, from memory)
QUENCH_AR_STAR = 2.0e-13  # paper: e + Ar* -> e + resonant Ar [m3/s] (Lieberman & Lichtenberg, from memory)
DETACH = (5.47e-14, 0.324, 2.98)  # paper: e + O- -> O + 2e (Gudmundsson, from memory)

#: elastic momentum transfer A T_e^a [m3/s], by species
#: assumed: argon's Ramsauer rise, and 1e-13 m3/s near 2 eV for molecules, the order of published swarm data
MOMENTUM = (
    (4.7e-14, 0.5),
    (1.0e-13, 0.2),
    (2.6e-14, 1.35),
    (1.0e-13, 0.3),
    (1.2e-13, 0.2),
    (8.0e-14, 0.4),
    (8.0e-14, 0.6),
    (2.0e-13, -0.3),
    (4.0e-14, 0.5),
    (1.5e-13, 0.0),
    (6.0e-14, 0.4),
    (1.0e-13, 0.3),
    (8.0e-14, 0.4),
    (1.5e-13, 0.0),
    (1.5e-13, 0.0),
    (1.2e-13, 0.4),
)
