"""Light on layers: textbook cases, energy, a peer, and what harm to an EUV mask costs."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.surface.contamination import contaminate, load
from sim.plant.surface.multilayer import amplitudes, euv_index, euv_reflectance, reflectance, transmittance
from sim.plant.surface.outcome import clean_reflectance, costs, outcome, residue_map_nm, sensitivities
from sim.plant.surface.surface import BINARY, EUV, Surface, specification

SPEC = specification()
NM = 1e-9
indices = st.floats(1.0, 4.0)


def test_a_bare_surface_and_a_quarter_wave():
    assert reflectance(1.0 + 0j, [], 1.52 + 0j, 550 * NM) == pytest.approx((0.52 / 2.52) ** 2, rel=1e-14)
    quarter = [(1.38 + 0j, 550 * NM / 4 / 1.38)]
    assert reflectance(1.0 + 0j, quarter, 1.52 + 0j, 550 * NM) == pytest.approx(0.012600785, abs=1e-8)
    half = [(1.38 + 0j, 550 * NM / 2 / 1.38)]
    assert reflectance(1.0 + 0j, half, 1.52 + 0j, 550 * NM) == pytest.approx((0.52 / 2.52) ** 2, rel=1e-12)


@settings(max_examples=100)
@given(st.lists(st.tuples(indices, st.floats(0.0, 500.0)), max_size=6), indices, st.floats(200.0, 1000.0))
def test_without_absorption_all_light_is_somewhere(stack, substrate, wavelength_nm):
    layers = [(complex(n), nm * NM) for n, nm in stack]
    case = (1.0 + 0j, layers, complex(substrate), wavelength_nm * NM)
    assert reflectance(*case) + transmittance(*case) == pytest.approx(1.0, abs=1e-12)


def test_agrees_with_tmm():
    tmm = pytest.importorskip("tmm")
    layers = [(1.7 + 0.3j, 12 * NM), (2.3 + 0.6j, 68 * NM), (1.4 + 0j, 200 * NM)]
    theirs = tmm.coh_tmm(
        "s", [1.0, *(n for n, _ in layers), 1.5], [math.inf, *(d for _, d in layers), math.inf], 0, 4e-7
    )
    r, t = amplitudes(1.0 + 0j, layers, 1.5 + 0j, 4e-7)
    assert abs(r - theirs["r"]) < 1e-14 and abs(t - theirs["t"]) < 1e-14


def test_maps_of_thickness_are_as_good_as_numbers():
    thick = np.array([[0.0, 1.0], [2.0, 5.0]]) * NM
    at_once = euv_reflectance(SPEC.mirror, [("carbon", thick), ("ru", 2.5 * NM)])
    singly = [float(euv_reflectance(SPEC.mirror, [("carbon", nm), ("ru", 2.5 * NM)])) for nm in thick.flat]
    assert at_once.ravel() == pytest.approx(singly, rel=1e-13)


def test_constants_are_not_guessed_outside_their_table():
    assert euv_index("ru", 13.55 * NM).real == pytest.approx(1.0 - 0.11526, abs=2e-5)
    with pytest.raises(ValueError, match=r"13\.5 to 13\.6"):
        euv_index("ru", 13.7 * NM)


def test_dirt_oxide_and_wear_cost_reflectance():
    clean = clean_reflectance(SPEC)
    assert 0.73 < clean < 0.75
    per_nm = sensitivities(SPEC)
    assert per_nm["euv_reflectance_per_nm_tin"] < per_nm["euv_reflectance_per_nm_carbon"] < 0.0
    assert per_nm["euv_reflectance_per_nm_cap_oxide"] < 0.0
    worn = [float(euv_reflectance(SPEC.mirror, [], nm * NM)) for nm in (0.0, 2.0, 70.0, 1000.0)]
    assert worn[3] < 0.01 < worn[2] < worn[0]


def test_costs_of_a_mask_add_up_and_can_be_written():
    surface = new(Surface)
    load(surface, SPEC, "carbon", 2.0, 0, EUV)
    price = costs(surface, SPEC)
    assert price["euv_reflectance_lost"] == pytest.approx(clean_reflectance(SPEC) - price["euv_reflectance_mean"])
    assert 0.02 < price["euv_reflectance_lost"] < 0.04
    assert price["euv_reflectance_min"] < price["euv_reflectance_mean"]
    contaminate(surface, SPEC, "tin", 1.0, 0)
    assert costs(surface, SPEC)["euv_reflectance_mean"] < price["euv_reflectance_mean"] - 0.05
    result = outcome(surface, SPEC)
    assert result["residue_mean_nm"] == pytest.approx(3.0)
    assert all(type(value) is float and math.isfinite(value) for value in result.values())
    grid = residue_map_nm(surface)
    assert json.loads(json.dumps(grid)) == grid and len(grid) == len(grid[0]) == 21
    load(surface, SPEC, "organic", 2.0, 0, BINARY)
    assert costs(surface, SPEC) == {} and "quartz_lost_nm" in outcome(surface, SPEC)
