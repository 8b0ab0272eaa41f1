"""Contamination: how fast it goes, where it stays, and that no atom is made or lost on the way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.species import CH4, CO, COMPOSITION, COUNT, ELEMENTS, H2, HCN, N2, NH3, O2, SNH4, H, N, O
from sim.plant.surface.contamination import CONTAMINATIONS, atoms, contaminate, load
from sim.plant.surface.maps import SIDE, uneven
from sim.plant.surface.removal import ion_assisted, thermal_hydrogen
from sim.plant.surface.surface import BINARY, EUV, PHASE_SHIFT, Surface, specification, step
from sim.plant.surface.tin import wall_loss_per_s

SPEC = specification()
O2_PLASMA = {"o": 5.36e22, "ions": 5.76e18, "ion_ev": 36.9}  # at the mask: O2/Ar, 450 W, 8 Pa
H2_PLASMA = {"h": 2.84e21, "ions": 2.58e19, "ion_ev": 62.3, "light_part": 0.9}  # H2/Ar, 450 W, 2.4 Pa
CARRIED = np.array(COMPOSITION, dtype=float)  # species x elements


def mask(contamination="organic", nm=0.0, kind=BINARY, seed=0, **arriving):
    surface = new(Surface)
    load(surface, SPEC, contamination, nm, seed, kind)
    for name, value in arriving.items():
        setattr(surface.arriving, name, value)
    return surface


def chamber(**molecules):
    gas = np.zeros(COUNT)
    gas[O2], gas[H2], gas[N2], gas[O], gas[H] = 3.5e19, 8e18, 1e19, 9e18, 1e18
    for name, count in molecules.items():
        gas[{"o2": O2, "h2": H2, "n2": N2, "o": O, "h": H, "n": N, "snh4": SNH4}[name]] = count
    return gas


def live(surface, seconds, kelvin=295.6, dt=0.05, gas=None):
    gas = chamber() if gas is None else gas
    for _ in range(round(seconds / dt)):
        step(surface, SPEC, dt, kelvin, gas)
    return surface


@pytest.mark.parametrize(
    ("film", "nm", "plasma", "nm_min"),
    [("organic", 7.0, O2_PLASMA, 4.53), ("resist", 500.0, O2_PLASMA, 4.53), ("carbon", 6.6, H2_PLASMA, 5.98)],
)
def test_nominal_rates_are_those_that_the_recipes_were_made_for(film, nm, plasma, nm_min):
    surface = mask(film, nm, **plasma)
    before = surface.film.mean_nm
    live(surface, 10.0)
    assert 6.0 * (before - surface.film.mean_nm) == pytest.approx(nm_min, rel=0.1)


def test_an_organic_film_is_gone_in_minutes_and_its_end_is_a_tail():
    surface = mask("organic", 2.0, **O2_PLASMA)
    rates = []
    while surface.film.mean_nm > 0.0 and len(rates) < 3000:
        live(surface, 0.05)
        rates.append(surface.film.carbon_per_s)
    assert 20.0 < 0.05 * len(rates) < 150.0
    assert surface.film.max_nm == 0.0
    late = [rate for rate in rates if 0.0 < rate < 0.5 * max(rates)]
    assert len(late) > 40  # falls over seconds, not at once


def test_oxygen_and_hydrogen_leave_their_own_products():
    burnt = live(mask("organic", 50.0, **O2_PLASMA), 0.05).exchange.source
    hydrated = live(mask("carbon", 50.0, **H2_PLASMA), 0.05).exchange.source
    assert burnt[CO] > 0.0 > burnt[O2] and burnt[O] < 0.0 and burnt[CH4] == 0.0
    assert hydrated[CH4] > 0.0 > hydrated[H2] and hydrated[H] < 0.0 and hydrated[CO] == 0.0


def test_nitrogen_beside_hydrogen_takes_carbon_as_hcn_only_with_a_bias():
    biased, floating = ({"h": 2e21, "n": 1e20, "ions": 2e19, "ion_ev": ev} for ev in (100.0, 15.0))
    assert live(mask("carbon", 50.0, **biased), 0.05).exchange.source[HCN] > 0.0
    assert live(mask("carbon", 50.0, **floating), 0.05).exchange.source[HCN] == 0.0
    alone = {**biased, "h": 0.0}
    assert live(mask("carbon", 50.0, **alone), 0.05).exchange.source[HCN] == 0.0


def test_nitrogen_helps_a_biased_and_hinders_a_floating_surface():
    def rate(nitrogen, ion_ev):
        return sum(ion_assisted(SPEC.removal, 0.0, 2e21 * (1.0 - nitrogen), 5e20 * nitrogen, 1e19, ion_ev))

    assert rate(0.25, 200.0) > 1.5 * rate(0.0, 200.0)
    assert rate(0.25, 200.0) > rate(0.75, 200.0)
    assert rate(0.0, 15.0) > rate(0.25, 15.0) > rate(0.75, 15.0)


def test_hydrogen_without_ions_is_slow_when_cold_and_has_a_peak_when_hot():
    cold, peak, hotter = (thermal_hydrogen(SPEC.removal, 1e20, kelvin) / 1e20 for kelvin in (300.0, 750.0, 900.0))
    assert 5e-5 < cold < 1e-3
    assert peak == pytest.approx(0.01, rel=0.01)
    assert hotter < 0.3 * peak
    assert thermal_hydrogen(SPEC.removal, 0.0, 300.0) == 0.0


def test_residue_shows_where_radicals_are_few_and_ions_are_many():
    radicals = mask("resist", 0.0, o=1e22)
    radicals.film.film_m[:] = 100e-9
    radicals.film.mean_nm = 100.0
    live(radicals, 20.0, kelvin=420.0)
    middle = SIDE // 2
    film = radicals.film.film_m
    assert film[middle, middle] > film[0, 0]  # loading: thicker in the centre
    assert film[middle, -1] > film[middle, 0]  # flow: thicker far from the inlet
    ions = mask("resist", 0.0, ions=1e20, ion_ev=100.0)
    ions.film.film_m[:] = 100e-9
    ions.film.mean_nm = 100.0
    live(ions, 20.0)
    assert ions.film.film_m[middle, middle] < ions.film.film_m[0, 0]


def test_contamination_is_uneven_by_seed_with_unit_mean():
    one, two = uneven(0.03, 1), uneven(0.03, 2)
    assert one.mean() == pytest.approx(1.0) and one.std() == pytest.approx(0.03, rel=0.01)
    assert np.array_equal(one, uneven(0.03, 1)) and not np.array_equal(one, two)


def test_a_wrong_class_or_thickness_is_refused_by_name():
    surface = new(Surface)
    with pytest.raises(ValueError, match="film class 'dust': must be one of organic, carbon, resist"):
        load(surface, SPEC, "dust", 1.0, 0)
    for nm in (-1.0, 5001.0, math.nan):
        with pytest.raises(ValueError, match=r"must be within 0\.\.5000 nm"):
            load(surface, SPEC, "organic", nm, 0)


def test_the_length_of_a_step_does_not_matter_much():
    coarse, fine = (live(mask("resist", 20.0, **O2_PLASMA), 60.0, dt=dt).film.mean_nm for dt in (0.1, 0.002))
    assert coarse == pytest.approx(fine, rel=1e-3)


def test_hydrogen_takes_tin_and_oxygen_shuts_it_in():
    fresh = mask("tin", 20.0, **H2_PLASMA)
    live(fresh, 10.0)
    speed = 20.0 - fresh.tin.mean_nm
    assert speed > 0.01 and fresh.exchange.source[SNH4] > 0.0
    shut = mask("tin", 20.0, **O2_PLASMA)
    live(shut, 10.0)
    by_ions = 20.0 - shut.tin.mean_nm
    assert by_ions < 0.1 and shut.exchange.source[SNH4] == 0.0
    for name in {*O2_PLASMA, *H2_PLASMA}:
        setattr(shut.arriving, name, H2_PLASMA.get(name, 0.0))
    before = shut.tin.mean_nm
    live(shut, 10.0)
    at_once = before - shut.tin.mean_nm
    live(shut, 1200.0, dt=0.1)
    before = shut.tin.mean_nm
    live(shut, 10.0)
    assert at_once < 0.5 * speed
    assert before - shut.tin.mean_nm > 0.9 * speed  # reduced at last


def test_a_hot_mask_keeps_its_tin():
    cool, hot = (live(mask("tin", 5.0, h=1e22), 10.0, kelvin=kelvin).tin.mean_nm for kelvin in (300.0, 430.0))
    assert 5.0 - hot < 0.3 * (5.0 - cool)


def test_stannane_falls_apart_on_hot_walls():
    surface = mask(snh4_loss_per_s=0.5)
    live(surface, 0.05, gas=chamber(snh4=1e16))
    source, wall = surface.exchange.source, surface.exchange.wall
    assert source[SNH4] == pytest.approx(-0.5e16, rel=0.03)
    assert source[H2] == -2.0 * source[SNH4]
    assert wall[ELEMENTS.index("sn")] == pytest.approx(-0.05 * source[SNH4])
    cold, hot = (wall_loss_per_s(SPEC.tin, 0.6, 0.03, 300.0, kelvin) for kelvin in (300.0, 400.0))
    assert 0.001 < cold < 0.1 * hot


def test_plasma_takes_the_organic_part_of_a_haze_and_leaves_the_sulphate():
    surface = mask("haze", 3.0, **O2_PLASMA)
    salt = surface.haze.mean_nm
    assert surface.film.mean_nm == pytest.approx(0.9)
    live(surface, 120.0)
    assert surface.film.mean_nm < 0.01
    assert surface.haze.mean_nm > 0.9 * salt
    assert live(mask("haze", 3.0), 1.0, kelvin=450.0).exchange.source[NH3] > 0.0


def test_a_film_shields_what_is_under_it():
    bare, under = mask("tin", 5.0, **H2_PLASMA), mask("tin", 5.0, **H2_PLASMA)
    contaminate(under, SPEC, "carbon", 20.0, 0)
    live(bare, 5.0)
    live(under, 5.0)
    assert bare.tin.mean_nm < 5.0 - 1e-3
    assert under.tin.mean_nm == pytest.approx(5.0, abs=1e-6)


fluxes = st.one_of(st.just(0.0), st.floats(1e14, 1e24))
cases = st.fixed_dictionaries(
    {
        "o": fluxes,
        "h": fluxes,
        "n": fluxes,
        "o2": fluxes,
        "h2": fluxes,
        "ions": st.one_of(st.just(0.0), st.floats(1e14, 1e22)),
        "ion_ev": st.floats(0.0, 1000.0),
        "light_part": st.floats(0.0, 1.0),
        "snh4_loss_per_s": st.floats(0.0, 100.0),
    }
)
counts = st.one_of(st.just(0.0), st.floats(1e10, 1e22))


@settings(max_examples=200, deadline=None)
@given(
    case=cases,
    contamination=st.sampled_from(CONTAMINATIONS),
    nm=st.one_of(st.just(0.0), st.floats(1e-4, 100.0)),
    film_nm=st.sampled_from([0.0, 0.2]),
    kind=st.sampled_from([BINARY, PHASE_SHIFT, EUV]),
    kelvin=st.floats(77.0, 1500.0),
    dt=st.floats(0.001, 0.1),
    stock=st.lists(counts, min_size=COUNT, max_size=COUNT),
)
def test_no_atom_is_made_or_lost_and_no_gas_falls_below_zero(case, contamination, nm, film_nm, kind, kelvin, dt, stock):
    surface = mask(contamination, nm, kind, **case)
    if film_nm > 0.0:
        contaminate(surface, SPEC, "carbon", film_nm, 1)
    gas = np.array(stock)

    def everything():
        on_mask = np.array([atoms(surface, SPEC)[element] for element in ELEMENTS])
        return gas @ CARRIED + on_mask + surface.exchange.wall

    before = everything()
    scale = np.abs(before) + 1e10
    for _ in range(5):
        step(surface, SPEC, dt, kelvin, gas)
        gas += dt * surface.exchange.source
        assert np.isfinite(gas).all()
        assert (gas >= 0.0).all()
        for layer in (surface.film.film_m, surface.tin.tin_m, surface.haze.haze_m, surface.tin.oxygen_m2):
            assert np.isfinite(layer).all() and (layer >= 0.0).all()
        uptakes = surface.exchange
        assert min(uptakes.o_uptake_per_s, uptakes.h_uptake_per_s, uptakes.n_uptake_per_s) >= 0.0
    assert np.all(np.abs(everything() - before) <= 1e-9 * scale)


def test_what_is_taken_from_molecules_is_told_as_an_uptake_of_atoms():
    gas = chamber()
    surface = live(mask("resist", 500.0, **O2_PLASMA), 0.05, gas=gas)
    exchange = surface.exchange
    from_molecules = -2.0 * exchange.source[O2]
    assert exchange.o_uptake_per_s * gas[O] == pytest.approx(from_molecules)
    assert from_molecules - exchange.source[O] == pytest.approx(exchange.o_need)


def test_without_gas_nothing_burns():
    surface = live(mask("organic", 10.0, o=1e22, h=1e22, n=1e22), 1.0, gas=np.zeros(COUNT))
    assert surface.film.mean_nm == pytest.approx(10.0, abs=1e-12)
