"""What the heavy particles do to each other: ions, excited atoms and molecules, radicals; and at the walls.

Owns numbers only: rate coefficients [m3/s], at 300 K unless given as (A, E/k_B [K]) for A exp(-E/T_gas). "memory" marks
a published value quoted from memory.
"""

from __future__ import annotations

from typing import NamedTuple


class Meeting(NamedTuple):
    """X + Y -> ..., the first one being the scarcer partner."""

    equation: str
    k: float
    kelvin: float = 0.0  #: activation temperature


#: ion + neutral -> ion + neutrals
EXCHANGES = (
    Meeting("Ar+ + H2 -> ArH+ + H", 8.7e-16),  # paper: Anicich, Mendez 2006, memory
    Meeting("Ar+ + H2 -> H2+ + Ar", 1.8e-17),  # paper: same
    Meeting("Ar+ + N2 -> N2+ + Ar", 1.1e-17),  # paper: Anicich, memory
    Meeting("Ar+ + O2 -> O2+ + Ar", 5.1e-17),  # paper: memory
    Meeting("Ar+ + CO -> CO+ + Ar", 4.0e-17),  # paper: Anicich, memory
    Meeting("Ar+ + CO2 -> CO2+ + Ar", 4.8e-16),  # paper: same
    Meeting("Ar+ + H2O -> H2O+ + Ar", 1.4e-15),  # paper: same
    Meeting("Ar+ + CH4 -> CH4+ + Ar", 1.0e-15),  # paper: same, all products as CH4+
    Meeting("Ar+ + NH3 -> NH3+ + Ar", 1.6e-15),  # paper: same
    Meeting("Ar+ + NO -> NO+ + Ar", 3.0e-16),  # paper: same
    Meeting("H2+ + H2 -> H3+ + H", 2.0e-15),  # paper: memory
    Meeting("H2+ + H -> H+ + H2", 6.4e-16),  # paper: memory
    Meeting("H2+ + Ar -> ArH+ + H", 2.1e-15),  # paper: memory
    Meeting("H2+ + N2 -> N2H+ + H", 2.0e-15),  # paper: Anicich, memory
    Meeting("H2+ + O2 -> O2+ + H2", 8.0e-16),  # paper: same
    Meeting("H2+ + O2 -> O2H+ + H", 1.9e-15),  # paper: same
    Meeting("H2+ + CO -> HCO+ + H", 2.9e-15),  # paper: same
    Meeting("H2+ + H2O -> H3O+ + H", 3.4e-15),  # paper: same
    Meeting("N2+ + O2 -> O2+ + N2", 5.0e-17),  # paper: same
    Meeting("N2+ + O -> NO+ + N", 1.3e-16),  # paper: same
    Meeting("N2+ + H2 -> N2H+ + H", 2.0e-15),  # paper: same
    Meeting("N2+ + NO -> NO+ + N2", 3.3e-16),  # paper: same
    Meeting("N2+ + H2O -> H2O+ + N2", 2.3e-15),  # paper: same
    Meeting("N2+ + CO2 -> CO2+ + N2", 7.7e-16),  # paper: same
    Meeting("N+ + O2 -> O2+ + N", 2.8e-16),  # paper: same
    Meeting("N+ + O2 -> NO+ + O", 2.4e-16),  # paper: same
    Meeting("N+ + NO -> NO+ + N", 4.5e-16),  # paper: same
    Meeting("H+ + O -> O+ + H", 3.8e-16),  # paper: same
    Meeting("H+ + O2 -> O2+ + H", 2.0e-15),  # paper: same
    Meeting("H+ + H2O -> H2O+ + H", 8.2e-15),  # paper: same
    Meeting("H+ + NO -> NO+ + H", 1.9e-15),  # paper: same
    Meeting("H+ + CH4 -> CH4+ + H", 3.8e-15),  # paper: same
    Meeting("O+ + O2 -> O2+ + O", 2.0e-17),  # paper: memory
    Meeting("O+ + H2O -> H2O+ + O", 3.2e-15),  # paper: Anicich, memory
    Meeting("O+ + CO2 -> O2+ + CO", 9.4e-16),  # paper: same
    Meeting("O+ + H2 -> OH+ + H", 1.7e-15),  # paper: same
    Meeting("O2+ + NO -> NO+ + O2", 4.6e-16),  # paper: same
    Meeting("O2+ + N -> NO+ + O", 1.5e-16),  # paper: same
    Meeting("O2+ + NH3 -> NH3+ + O2", 2.0e-15),  # paper: same
    Meeting("ArH+ + H2 -> H3+ + Ar", 6.3e-16),  # paper: memory
    Meeting("ArH+ + N2 -> N2H+ + Ar", 8.0e-16),  # paper: Anicich, memory
    Meeting("ArH+ + O2 -> O2H+ + Ar", 5.0e-16),  # paper: same
    Meeting("ArH+ + CO -> HCO+ + Ar", 1.3e-15),  # paper: same
    Meeting("ArH+ + H2O -> H3O+ + Ar", 4.5e-15),  # paper: same
    Meeting("H3+ + Ar -> ArH+ + H2", 1.0e-17),  # paper: memory; vibrationally hot H3+ up to 3.65e-16
    Meeting("H3+ + N2 -> N2H+ + H2", 1.8e-15),  # paper: Anicich, memory
    Meeting("H3+ + O2 -> O2H+ + H2", 6.7e-16),  # paper: same
    Meeting("H3+ + CO -> HCO+ + H2", 1.7e-15),  # paper: same
    Meeting("H3+ + H2O -> H3O+ + H2", 5.9e-15),  # paper: same
    Meeting("H3+ + NH3 -> NH4+ + H2", 4.4e-15),  # paper: same
)

#: electron + molecular ion -> atoms, k T_e^-1/2 with T_e in eV
RECOMBINATIONS = (
    Meeting("e + O2+ -> 2O", 2.2e-14),  # paper: Gudmundsson, memory
    Meeting("e + N2+ -> 2N", 2.8e-14),  # paper: memory
    Meeting("e + H2+ -> 2H", 1.0e-14),  # assumed: order of published values
    Meeting("e + H3+ -> 3H", 1.2e-14),  # assumed: order of published values, all channels
)

#: O- with neutrals: the electron comes free
DETACHMENTS = (
    Meeting("O- + O -> O2 + e", 1.6e-16),  # paper: Gudmundsson, memory; another set has 5.0e-16
    Meeting("O- + H2 -> H2O + e", 7.0e-16),  # paper: memory
    Meeting("O- + CO -> CO2 + e", 5.5e-16),  # paper: memory
    Meeting("O- + N -> NO + e", 2.2e-16),  # paper: memory
)
DETACH_BY_O2A = 3.0e-17  # paper: O- + O2(a), Gudmundsson, memory
O2A_SHARE = 0.1  # assumed: O2(a) per O2
ION_ION_O2 = 2.6e-14  # paper: O- + O2+ -> O + O2, 300 K (Gudmundsson, memory); another set has ten times this
ION_ION = 4.0e-14  # paper: O- + O+ -> 2 O, 300 K (same); taken for every other ion, too
ION_ION_POWER = -0.44  # paper: same, ~ T_gas^-0.44

#: excited atom or molecule + neutral
QUENCHES = (
    Meeting("Ar* + O2 -> Ar + 2O", 2.1e-16),  # paper: memory
    Meeting("Ar* + H2 -> Ar + 2H", 1.1e-16),  # paper: memory
    Meeting("Ar* + N2 -> Ar + N2", 3.6e-17),  # paper: Velazco et al. 1978, memory
    Meeting("Ar* + CO -> Ar + CO", 1.4e-17),  # paper: same
    Meeting("Ar* + CO2 -> Ar + CO + O", 5.3e-16),  # paper: same
    Meeting("Ar* + H2O -> Ar + OH + H", 4.8e-16),  # paper: same
    Meeting("Ar* + CH4 -> Ar + C + 2H + H2", 3.3e-16),  # paper: same, CH3 counted as C + H2 + H
    Meeting("Ar* + NH3 -> Ar + N + H + H2", 5.4e-16),  # paper: same, NH2 counted as N + H2
    Meeting("Ar* + NO -> Ar + N + O", 2.2e-16),  # paper: same
    Meeting("Ar* + O -> Ar + O", 4.0e-17),  # paper: memory
    Meeting("N2* + O2 -> N2 + 2O", 3.0e-18),  # paper: N2(A) 2.5e-18, higher states 3e-16 (Guerra et al., memory)
    Meeting("N2* + O -> NO + N", 7.0e-18),  # paper: N2(A), same
    Meeting("N2* + O -> N2 + O", 2.1e-17),  # paper: N2(A), same
    Meeting("N2* + NO -> N2 + NO", 7.0e-17),  # paper: N2(A), same
    Meeting("N2* + N -> N2 + N", 4.0e-17),  # paper: N2(A), same
    Meeting("O* + O2 -> O + O2", 3.6e-17),  # paper: JPL evaluation, memory
    Meeting("O* + N2 -> O + N2", 2.9e-17),  # paper: same
    Meeting("O* + O -> O + O", 8.0e-18),  # paper: memory
    Meeting("O* + Ar -> O + Ar", 5.0e-19),  # paper: memory
    Meeting("O* + H2 -> OH + H", 1.2e-16),  # paper: JPL evaluation, memory
    Meeting("O* + H2O -> 2OH", 2.2e-16),  # paper: same
)

#: neutral + neutral
NEUTRALS = (
    Meeting("N + O2 -> NO + O", 1.5e-17, 3600.0),  # paper: JPL evaluation, memory
    Meeting("N + NO -> N2 + O", 2.1e-17, -100.0),  # paper: same
    Meeting("OH + O -> O2 + H", 2.2e-17, -120.0),  # paper: same
    Meeting("OH + N -> NO + H", 4.7e-17),  # paper: memory
    Meeting("OH + H2 -> H2O + H", 2.8e-18, 1800.0),  # paper: JPL evaluation, memory
    Meeting("OH + CO -> CO2 + H", 1.5e-19),  # paper: same
    Meeting("OH + NH3 -> H2O + N + H2", 1.7e-18, 710.0),  # paper: same, NH2 counted as N + H2
)
#: a bare carbon radical burns (C + O2 -> CO + O, and CH3 + O alike) or reaches a wall and stays
CARBON_BURNS = 3.0e-17  # paper: C + O2 [m3/s], memory

#: walls, in the order in which tables.py expects them
WALL_REACTIONS = ("O -> 0.5O2", "H -> 0.5H2", "N -> 0.5N2", "OH -> 0.5H2O + 0.25O2", "N + O -> NO", "N + 3H -> NH3")
