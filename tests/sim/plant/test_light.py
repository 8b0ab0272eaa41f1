"""Light: which gas shines where, what dims it, and that a dirty window takes blue first."""

from __future__ import annotations

import numpy as np
import pytest

from sim.plant.optics.emission import EMISSIONS, LINES
from sim.plant.optics.light import Light, OpticsSpec, foul, shine
from sim.plant.records import new
from sim.plant.species import AR, COMPOSITION, COUNT, N2, O2, SPECIES, H, O
from sim.plant.tool import section

SPEC = section("optics", OpticsSpec)
VOLUME_M3 = 0.03


def lit(n_e: float = 5e16, te: float = 2.5, light: Light | None = None, **gases: float) -> dict[str, float]:
    light = new(Light) if light is None else light
    molecules = np.zeros(COUNT)
    for name, amount in gases.items():
        molecules[SPECIES.index(name)] = amount * VOLUME_M3
    shine(light, SPEC, molecules, VOLUME_M3, 1.0, n_e, te)
    return dict(zip(LINES, light.photons.tolist(), strict=True))


def test_every_line_shines_from_a_gas_that_has_its_atoms():
    atoms = {"co": 0, "oh": 2, "n2": 3, "ar": 4, "o": 2, "h": 1, "sn": 5, "no": 3, "nh": 3, "cn": 3, "ch": 0, "n2p": 3}
    assert {emission.line for emission in EMISSIONS} == set(LINES)
    for emission in EMISSIONS:
        element = atoms.get(emission.line.split("_")[0], 0)
        assert COMPOSITION[emission.species][element] > 0, emission


def test_no_plasma_no_light():
    assert not any(lit(n_e=0.0, ar=1e21).values())
    light = new(Light, covered=1.0)
    assert not any(lit(light=light, ar=1e21).values()) and light.background == SPEC.dark


def test_a_line_follows_its_gas_and_electrons_and_quenching_dims_the_slow_ones():
    once, twice = lit(ar=1e20, o=1e19), lit(ar=2e20, o=1e19)
    assert twice["ar_750"] == pytest.approx(2 * once["ar_750"], rel=0.01)
    assert once["n2_337"] == 0.0 and once["o_777"] > 0.0
    assert lit(n_e=1e17, ar=1e20)["ar_750"] == pytest.approx(2 * lit(ar=1e20)["ar_750"])
    thin, thick = lit(oh=1e18), lit(oh=1e18, ar=1e22)
    assert thick["oh_309"] < 0.6 * thin["oh_309"]  # OH(A) lives long enough to be hit


def test_an_air_leak_shows_its_bands():
    clean, leaking = lit(o2=2e21, o=2e20), lit(o2=2e21, o=2e20, n2=1e19, no=1e18, oh=1e17)
    for band in ("n2_337", "n2_357", "n2p_391", "no_247", "oh_309"):
        assert leaking[band] > 1e3 > clean[band], band


def test_oxygen_atoms_and_molecules_feed_777_and_844_differently():
    """Walkup 1986: dissociative excitation of O2 counts for 777, hardly for 844."""
    atoms, molecules = lit(te=3.0, o=1e20), lit(te=3.0, o2=1e20)
    assert molecules["o_777"] / atoms["o_777"] > 3 * molecules["o_844"] / atoms["o_844"]


def test_a_dirty_window_dims_blue_more_than_red():
    light = new(Light, fouling_rate=1.0)
    clean = lit(co=1e20, ar=1e20, n2=1e20)
    for _ in range(1000):
        foul(light, SPEC, 1.0, 1e19, 3600.0)
    dirty = lit(light=light, co=1e20, ar=1e20, n2=1e20)
    blue, red = dirty["n2_337"] / clean["n2_337"], dirty["ar_750"] / clean["ar_750"]
    assert 0.0 < blue < red < 1.0
    assert light.window_depth == pytest.approx(3.6e6 * (SPEC.fouling_per_plasma_s + 1e19 * SPEC.fouling_per_carbon_m2))


def test_constants_name_real_species():
    assert {emission.species for emission in EMISSIONS} <= set(range(COUNT))
    assert (O2, AR, N2, O, H) == (0, 2, 3, 8, 9)


def test_branches_of_one_excitation_are_no_more_than_the_whole():
    """CO(B) 2.40e-15 and N2(C) 6.40e-14 m3/s are for all bands of the system."""
    for prefix, whole in (("co_", 2.40e-15), ("n2_", 6.40e-14)):
        assert sum(emission.a for emission in EMISSIONS if emission.line.startswith(prefix)) <= 1.0001 * whole


def test_hot_gas_is_thinner_and_shines_less():
    light, molecules = new(Light), np.full(COUNT, 1e19)
    shine(light, SPEC, molecules, VOLUME_M3, 1.0, 5e16, 2.5)
    cold = light.photons.copy()
    shine(light, SPEC, molecules, VOLUME_M3, 0.5, 5e16, 2.5)
    ratio = light.photons / cold
    assert (ratio >= 0.5 - 1e-9).all() and (ratio < 0.66).all()  # half as much, and less quenched
