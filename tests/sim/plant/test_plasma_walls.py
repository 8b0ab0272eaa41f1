"""Walls: how radicals die on them, and how plasma and air change that."""

import pytest

from sim.plant.plasma.recombination import loss_hz, nitrogen_blocks
from sim.plant.plasma.walls import WallsSpec, season, seasoned
from sim.plant.tool import section
from tests.sim.plant.plasma_bench import Discharge

SPEC = section("walls", WallsSpec)
OXYGEN, HYDROGEN = (Discharge(**{gas: 1.0}).molecules for gas in ("o", "h"))


def lived(walls, molecules, seconds, lit=1.0, air=0.0):
    for _ in range(round(seconds / 0.05)):
        season(walls, SPEC, molecules, lit, air, 0.05)
    return walls


def test_a_tool_in_use_has_the_nominal_walls():
    walls = seasoned(SPEC)
    assert (walls.gamma_o, walls.gamma_h) == pytest.approx((0.05, 0.10))


def test_air_undoes_a_part_and_plasma_brings_it_back():
    walls = lived(seasoned(SPEC), OXYGEN, 600.0, lit=0.0, air=1.0)
    assert walls.seasoned_o == pytest.approx(SPEC.air_floor, abs=0.01)
    assert walls.gamma_o > 1.3 * SPEC.seasoned_o
    assert lived(walls, OXYGEN, 2000.0).gamma_o == pytest.approx(SPEC.seasoned_o, rel=0.02)


def test_nothing_drifts_in_vacuum():
    assert lived(seasoned(SPEC), OXYGEN, 100.0, lit=0.0).gamma_o == pytest.approx(SPEC.seasoned_o)


def test_each_gas_seasons_for_itself():
    walls = lived(seasoned(SPEC), HYDROGEN, 2000.0)
    assert walls.gamma_h == pytest.approx(SPEC.seasoned_h)
    assert walls.gamma_o > 1.3 * SPEC.seasoned_o


def test_first_mask_sees_fewer_atoms():
    fresh = Discharge(o2=6.0, ar=2.0)
    fresh.walls.seasoned_o = SPEC.air_floor
    season(fresh.walls, SPEC, fresh.molecules, 0.0, 0.0, 0.05)
    first, later = (made.lit().live(100).plasma.o_flux_m2s for made in (fresh, Discharge(o2=6.0, ar=2.0)))
    assert 0.7 < first / later < 0.95


def test_loss_is_limited_by_the_slower_of_diffusion_and_surface():
    """Chantry: 1/k = Lambda^2/D + 2 (V/A)(2 - gamma)/(v gamma)."""
    kinetic = loss_hz(16.0, 1e6, 0.06, 0.05, 300.0, 0.01)
    assert kinetic == pytest.approx(630.0 * 0.01 / (2.0 * 0.05 * 1.99), rel=0.01)
    assert loss_hz(16.0, 1e-3, 0.06, 0.05, 300.0, 1.0) == pytest.approx(1e-3 / 0.06**2, rel=0.01)
    assert loss_hz(16.0, 1.0, 0.06, 0.05, 300.0, 0.0) == 0.0


def test_nitrogen_keeps_oxygen_from_the_wall():
    pure, tenth = Discharge(o2=9.0), Discharge(o2=9.0, n2=1.0)
    assert nitrogen_blocks(SPEC, pure.molecules) == 1.0
    assert 0.3 < nitrogen_blocks(SPEC, tenth.molecules) < 0.6
    assert nitrogen_blocks(SPEC, Discharge().molecules) == 1.0
