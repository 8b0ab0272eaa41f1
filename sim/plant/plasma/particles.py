"""The charged and excited particles of the discharge, and the grammar of its reactions.

Owns names, masses and what each ion becomes at a wall. Ions of minor molecules share one pool, "M+"; each keeps its own
name in the reaction tables, so that elements and charge can be counted there.
"""

from __future__ import annotations

import re
from math import sqrt

from sim.plant.species import AMU_KG, AR, CHARGE_C, ELEMENTS, H2, MASS_AMU, N2, O2, SPECIES, H, N, O

#: pools of positive ions, in an order in which charge passes downwards only, but for H3+ + Ar -> ArH+ + H2
POSITIVE = ("Ar+", "H2+", "N2+", "N+", "H+", "O+", "O2+", "ArH+", "H3+", "M+")
AR_ION, H2_ION, N2_ION, N_ION, H_ION, O_ION, O2_ION, ARH_ION, H3_ION, M_ION = range(10)
IONS = 10
H3_AMU, MIXED_AMU = 3.0 * MASS_AMU[H], 28.0  # assumed: M+ is as heavy as CO+
ION_AMU = (*(MASS_AMU[i] for i in (AR, H2, N2, N, H, O, O2)), MASS_AMU[AR] + MASS_AMU[H], H3_AMU, MIXED_AMU)
BOHM_PER_ROOT_EV = tuple(sqrt(CHARGE_C / (amu * AMU_KG)) for amu in ION_AMU)  # u_B = this * sqrt(T_e)

#: excited neutrals that live too short to be integrated: an ion's or star's atoms are counted with its ground state
STARS = ("Ar*", "N2*", "O*")
#: what is made but is no species of the gas: a bare carbon radical, and what stays on the walls
CARBON, TIN = 16, 17
PLACES = 18  #: species of the gas, then carbon and tin on the walls

FORMULAS = ("O2", "H2", "Ar", "N2", "CO", "CO2", "CH4", "H2O", "O", "H", "N", "OH", "NO", "NH3", "HCN", "SnH4")
PLACE = {formula: index for index, formula in enumerate(FORMULAS)} | {"C": CARBON, "Sn": TIN}

#: products of neutralisation at a wall where they are not simply the bare molecule
NEUTRALISED = {
    "ArH+": ("Ar", "H"),
    "H3+": ("H2", "H"),
    "N2H+": ("N2", "H"),
    "HCO+": ("CO", "H"),
    "H3O+": ("H2O", "H"),
    "O2H+": ("O2", "H"),
    "NH4+": ("NH3", "H"),
}

Side = dict[str, float]  #: how many of each particle

assert len(FORMULAS) == len(SPECIES)


def parse(equation: str) -> tuple[Side, Side]:
    """Both sides of an equation such as "e + O2 -> O2+ + 2e" as {particle: number}."""
    left, right = (_side(side) for side in equation.split("->"))
    return left, right


def _side(text: str) -> Side:
    side: Side = {}
    for term in text.split(" + "):
        found = re.fullmatch(r"([\d.]*)(\S+)", term.strip())
        assert found is not None, text
        side[found[2]] = side.get(found[2], 0.0) + float(found[1] or 1.0)
    return side


def charge_of(particle: str) -> int:
    """Elementary charges of a particle."""
    return {"+": 1, "-": -1}.get(particle[-1], 0) if particle != "e" else -1


def elements_of(particle: str) -> dict[str, int]:
    """Atoms of a particle by element; an electron has none."""
    atoms = re.findall(r"(Ar|Sn|[CHON])(\d*)", "" if particle == "e" else particle)
    count = dict.fromkeys(ELEMENTS, 0)
    for element, number in atoms:
        count[element.lower()] += int(number or 1)
    return count


def pool_of(ion: str) -> int:
    """Index in POSITIVE under which a positive ion is counted."""
    return POSITIVE.index(ion) if ion in POSITIVE else M_ION


def at_rest(particle: str) -> tuple[str, ...]:
    """The neutrals that a particle counts as: of an ion what it becomes at a wall, of a star its ground state."""
    if particle == "e":
        return ()
    return NEUTRALISED.get(particle, (particle.rstrip("+-*"),))


def change(equation: str) -> dict[int, float]:
    """Net change of each place when a reaction happens once, every particle counted at rest."""
    net: dict[int, float] = {}
    left, right = parse(equation)
    for side, sign in ((left, -1.0), (right, 1.0)):
        for particle, number in side.items():
            for neutral in at_rest(particle):
                net[PLACE[neutral]] = net.get(PLACE[neutral], 0.0) + sign * number
    return {place: number for place, number in net.items() if number != 0.0}
