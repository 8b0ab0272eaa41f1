"""The tables of reactions: nothing is made or lost, and the arrays of the laws say the same as the equations."""

from math import exp

import numpy as np
import pytest

from sim.plant.plasma import tables
from sim.plant.plasma.electron_reactions import IMPACTS
from sim.plant.plasma.heavy_reactions import (
    DETACHMENTS,
    EXCHANGES,
    NEUTRALS,
    QUENCHES,
    RECOMBINATIONS,
    WALL_REACTIONS,
)
from sim.plant.plasma.particles import (
    CARBON,
    FORMULAS,
    IONS,
    NEUTRALISED,
    POSITIVE,
    TIN,
    at_rest,
    charge_of,
    elements_of,
    parse,
)
from sim.plant.species import COMPOSITION, COUNT, ELEMENTS, MASS_AMU

MEETINGS = (*EXCHANGES, *RECOMBINATIONS, *DETACHMENTS, *QUENCHES, *NEUTRALS)
EQUATIONS = [reaction.equation for reaction in (*IMPACTS, *MEETINGS)] + list(WALL_REACTIONS)


def atoms(side):
    return {e: sum(number * elements_of(particle)[e] for particle, number in side.items()) for e in ELEMENTS}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_elements_and_charge_balance(equation):
    left, right = parse(equation)
    assert atoms(left) == pytest.approx(atoms(right))
    charges = [sum(number * charge_of(particle) for particle, number in side.items()) for side in (left, right)]
    assert charges[0] == charges[1]


def test_formulas_are_the_species():
    for formula, row in zip(FORMULAS, COMPOSITION, strict=True):
        assert tuple(elements_of(formula).values()) == row


@pytest.mark.parametrize("ion", [*POSITIVE[:-1], *NEUTRALISED])
def test_a_wall_gives_back_the_atoms_of_an_ion(ion):
    assert atoms(dict.fromkeys(at_rest(ion), 1.0)) == elements_of(ion)


def test_every_change_of_the_arrays_keeps_elements():
    places = np.vstack([np.array(COMPOSITION, float), np.zeros((2, len(ELEMENTS)))])
    places[CARBON, 0] = places[TIN, 5] = 1.0
    for change in range(tables.CHANGES):
        net = tables.CHANGE[change] @ places[tables.WHERE[change]]
        assert net == pytest.approx(0.0)
        used = tables.WHERE[change][tables.CHANGE[change] < 0.0]
        assert tables.KEY[change] in used  # so that its end makes the rate end


def test_gain_of_molecules_is_what_a_change_does_to_the_gas():
    for change in range(tables.CHANGES):
        gas = tables.WHERE[change] < COUNT
        assert tables.GAINED[change] == pytest.approx(tables.CHANGE[change][gas].sum())


def test_charge_passes_downwards_and_the_lighter_electron_rows_come_first():
    assert tables.UPWARDS == [("H3+", "ArH+")]
    assert len(POSITIVE) == IONS
    assert all(tables.HIT_ION[: tables.IONISING] >= 0)
    assert all(tables.HIT_ION[tables.IONISING :] == tables.NONE)


def rate(equation, te):
    return sum(i.a * te**i.power * exp(-i.b / te) for i in IMPACTS if i.equation == equation)


def test_argon_excitation_follows_its_table():
    """PHYSICS c.2: 37 levels, m3/s."""
    for te, k in ((2.0, 4.4e-17), (3.0, 4.4e-16), (4.0, 1.4e-15), (5.0, 2.7e-15)):
        assert rate("e + Ar -> e + Ar", te) == pytest.approx(k, rel=0.03)


def test_ionisation_costs_about_its_threshold():
    """The slope of a fit is its activation energy: no ion may be made for much less than its potential."""
    for impact in IMPACTS[: tables.IONISING]:
        assert impact.b + 0.5 * impact.power > 0.9 * impact.ev or impact.equation.startswith("e + NO")
        assert impact.ev > 9.0


def test_masses_agree():
    from sim.plant.plasma.particles import ION_AMU

    for ion, amu in zip(POSITIVE[:-1], ION_AMU, strict=False):
        mass = sum(MASS_AMU[FORMULAS.index(neutral)] for neutral in at_rest(ion))
        assert amu == pytest.approx(mass, rel=1e-3)
