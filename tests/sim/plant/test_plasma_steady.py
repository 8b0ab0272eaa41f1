"""The steady reactor against a slow one, against the plant's own steps, and its published rows."""

import pytest

from sim.plant.plasma.particles import FORMULAS, NEUTRALISED, POSITIVE
from sim.plant.plasma.reactor import ROUNDS, bench, steady
from sim.validate.plasma import ROWS
from sim.validate.row import judge
from tests.sim.plant.plasma_reference import IONS, SlowReactor

GEOMETRY = (0.1524, 0.0762, 600.0)
CASES = {
    "argon": ({"Ar": 50.0}, 1.33, 500.0, 0.1),
    "argon, denser": ({"Ar": 50.0}, 13.3, 500.0, 0.1),
    "oxygen": ({"O2": 50.0}, 6.67, 500.0, 0.17),
    "oxygen on glass": ({"O2": 50.0}, 2.67, 500.0, 0.01),
    "oxygen and argon": ({"O2": 40.0, "Ar": 10.0}, 6.67, 300.0, 0.05),
    "hydrogen": ({"H2": 50.0}, 2.0, 300.0, 0.05),
    "hydrogen and argon": ({"H2": 20.0, "Ar": 20.0}, 2.0, 200.0, 0.1),
    "nitrogen": ({"N2": 50.0}, 6.67, 500.0, 0.07),
}


def at_rest(pressure_pa, watts, sccm, gamma):
    made = bench(*GEOMETRY, pressure_pa, watts, sccm, dict.fromkeys("ohn", gamma))
    steady(made)
    return made


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_every_particle_integrated(case):
    """Whether the algebra is right, and what it costs to count stars (O(1D): a tenth of O) as unexcited: 2 %, 10 %."""
    gas, pressure_pa, watts, gamma = CASES[case]
    slow = SlowReactor(*GEOMETRY, pressure_pa, watts, gas, gamma)
    n = slow.at_rest()
    made = at_rest(n["pressure"], watts, {name.lower(): flow for name, flow in gas.items()}, gamma)
    p = made.plasma
    errors = {"n_e": p.electron_density_m3 / n["e"] - 1.0, "T_e": p.electron_temperature_ev / n["T_e"] - 1.0}
    for ion in slow.ions:
        if n[ion] > 0.01 * n["e"]:
            errors[ion] = p.ion_m3[POSITIVE.index(ion)] / n[ion] - 1.0
    for name in set(slow.neutrals) & set(FORMULAS):
        theirs = n[name] + n.get(name + "*", 0.0) + (n.get("O-", 0.0) if name == "O" else 0.0)
        theirs += sum(n[ion] for ion in slow.ions if name in NEUTRALISED.get(ion, (ion[:-1],)))
        errors[name] = made.molecules[FORMULAS.index(name)] / slow.volume / theirs - 1.0
    print(case, {name: f"{100.0 * error:+.2f} %" for name, error in errors.items()})
    assert abs(errors.pop("n_e")) < 0.02
    assert abs(errors.pop("T_e")) < 0.02
    assert max(map(abs, errors.values())) < 0.10
    assert len(errors) >= 2
    assert set(slow.ions) <= set(IONS)


GASES = ({"ar": 50.0}, {"o2": 50.0}, {"h2": 20.0, "ar": 30.0}, {"n2": 25.0, "o2": 25.0}, {"h2": 50.0, "n2": 10.0})


@pytest.mark.parametrize("sccm", GASES, ids=lambda sccm: "+".join(sccm))
@pytest.mark.parametrize("pressure_pa", [0.5, 5.0, 50.0])
@pytest.mark.parametrize("watts", [30.0, 1000.0])
def test_comes_to_rest(sccm, pressure_pa, watts):
    made = at_rest(pressure_pa, watts, sccm, 0.05)
    p = made.plasma
    assert made.rounds < ROUNDS
    assert p.lit
    assert p.absorbed_w == pytest.approx(watts, rel=1e-9)
    assert p.lost_w == pytest.approx(watts, rel=1e-6)
    count = pressure_pa * 3.14159265 * GEOMETRY[0] ** 2 * GEOMETRY[1] / (1.380649e-23 * GEOMETRY[2])
    assert made.molecules.sum() == pytest.approx(count, rel=1e-6)


def test_says_when_nothing_burns():
    made = at_rest(1e-3, 500.0, {"ar": 50.0}, 0.1)
    assert not made.plasma.lit
    assert made.plasma.electron_density_m3 == 0.0


def test_comes_to_rest_in_few_rounds():
    """Each round is a step of the plant, about 4 us: the time itself is measured by `make bench`."""
    made = at_rest(6.67, 500.0, {"o2": 20.0, "n2": 20.0, "h2": 10.0, "ar": 10.0}, 0.05)
    assert 0 < made.rounds < 200


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_published_rows(row):
    verdict = judge(row)
    assert verdict.good, f"{verdict.word}: {verdict.ours}, published {row.published}"
