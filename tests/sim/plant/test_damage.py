"""What plasma does to the mask itself: the cap's oxide and metal, the mirror under it, absorber and quartz, doses."""

import numpy as np
import pytest

from sim.plant.records import new
from sim.plant.species import COUNT, H2, N2, O2, H, O
from sim.plant.surface.contamination import contaminate, load
from sim.plant.surface.outcome import costs, outcome
from sim.plant.surface.ruthenium import oxygen_part, peroxide, tetroxide
from sim.plant.surface.surface import BINARY, EUV, PHASE_SHIFT, Surface, specification, step

SPEC = specification()
CAP_NM = SPEC.ruthenium.cap_m * 1e9


def mask(kind=EUV, **arriving):
    surface = new(Surface)
    load(surface, SPEC, "carbon", 0.0, 0, kind)
    expose(surface, **arriving)
    return surface


def expose(surface, **arriving):
    for name in surface.arriving.dtype.names:
        setattr(surface.arriving, name, arriving.get(name, 0.0))


def live(surface, seconds, kelvin=300.0, dt=0.05):
    gas = np.zeros(COUNT)
    gas[O2], gas[H2], gas[N2], gas[O], gas[H] = 3.5e19, 8e18, 1e19, 9e18, 1e18
    for _ in range(round(seconds / dt)):
        step(surface, SPEC, dt, kelvin, gas)
    return surface


def test_atomic_oxygen_oxidises_the_cap_to_a_limit_and_hydrogen_takes_it_back():
    surface = live(mask(o=5e22), 10.0)
    oxide = surface.cap.oxide_mean_nm
    assert 1.0 < oxide < SPEC.ruthenium.oxide_limit_m * 1e9 + 1e-9
    live(surface, 60.0)
    assert surface.cap.oxide_mean_nm == pytest.approx(oxide, abs=0.01)
    expose(surface, h=3e21)
    live(surface, 60.0)
    assert surface.cap.oxide_mean_nm < 0.01


def test_molecular_oxygen_leaves_a_cool_cap_alone_and_hydrogen_gas_reduces_it():
    assert live(mask(o2=3e23), 60.0, kelvin=370.0).cap.oxide_mean_nm < 0.01
    assert live(mask(o2=3e23), 60.0, kelvin=600.0).cap.oxide_mean_nm > 0.5
    surface = mask(h2=3e23)
    surface.cap.oxide_m[:], surface.cap.oxide_mean_nm = 1e-9, 1.0
    live(surface, 60.0, kelvin=360.0)
    assert surface.cap.oxide_mean_nm < 0.1


def test_ruthenium_is_lost_only_to_energetic_ions_on_a_hot_mask():
    def lost(ion_ev, kelvin):
        return tetroxide(SPEC.ruthenium, 5e22, 1e19, ion_ev, kelvin)

    assert lost(19.0, 400.0) == 0.0
    assert lost(100.0, 400.0) > 10.0 * lost(100.0, 295.0)
    assert lost(100.0, 400.0) > lost(30.0, 400.0) > 0.0
    assert tetroxide(SPEC.ruthenium, 0.0, 1e19, 100.0, 400.0) == 0.0


def test_a_surface_holds_more_oxygen_under_faster_ions():
    assert peroxide(SPEC.ruthenium, 10.0) == 0.0
    shares = [oxygen_part(SPEC.ruthenium, ion_ev) for ion_ev in (20.0, 60.0, 140.0, 1000.0)]
    assert shares == sorted(shares) and shares[0] == pytest.approx(0.6) and shares[-1] < 0.75


def test_film_shields_the_mask_until_it_is_thin():
    thick, bare = mask(o=1e21), mask(o=1e21)
    contaminate(thick, SPEC, "carbon", 10.0, 0)
    live(thick, 1.0)
    live(bare, 1.0)
    assert max(thick.cap.oxide_mean_nm, thick.absorber.oxide_mean_nm) < 1e-9
    assert bare.cap.oxide_mean_nm > 0.1
    thin = mask(o=1e21)
    contaminate(thin, SPEC, "carbon", 0.3, 0)
    live(thin, 1.0)
    assert 0.0 < thin.cap.oxide_mean_nm < bare.cap.oxide_mean_nm


def test_the_mirror_wears_only_when_the_cap_is_through():
    surface = mask(ions=1e21, ion_ev=200.0)
    live(surface, 1.0)
    assert surface.cap.lost_m.min() > 0.0 and surface.cap.layers_lost_m.max() == 0.0
    live(surface, 60.0)
    assert surface.cap.lost_m.max() == SPEC.ruthenium.cap_m
    assert surface.cap.layers_lost_m.max() > 0.0


@pytest.mark.parametrize(("ion_ev", "top"), [(4.0, 0.0), (30.0, 1.0), (60.0, 2.0)])
def test_slow_hydrogen_ions_stop_at_the_first_molybdenum(ion_ev, top):
    surface = mask(ions=1e22, ion_ev=ion_ev, light_part=1.0)
    surface.cap.lost_m[:] = SPEC.ruthenium.cap_m
    live(surface, 60.0)
    deepest = surface.cap.layers_lost_m.max() / SPEC.mirror.silicon_m
    assert deepest > 1.5 if top == 2.0 else deepest == pytest.approx(top)


def test_oxide_goes_with_its_metal():
    surface = live(mask(o=5e22), 5.0)
    expose(surface, o=5e22, ions=1e21, ion_ev=300.0)
    live(surface, 60.0)
    assert surface.cap.lost_m.min() == SPEC.ruthenium.cap_m
    assert surface.cap.oxide_m.max() == 0.0


def test_hydrogen_is_counted_and_tin_opens_the_cap_to_it():
    clean, tinned = (mask(h=3e21, ions=1e19, ion_ev=15.0, light_part=0.8) for _ in range(2))
    contaminate(tinned, SPEC, "tin", 3.0, 0)
    live(clean, 10.0)
    live(tinned, 10.0)
    assert clean.atom_dose_m2 == pytest.approx(3e22)
    assert clean.ion_dose_m2 == pytest.approx(8e19)
    assert tinned.cap.hydrogen_m2 > 1e6 * clean.cap.hydrogen_m2
    assert outcome(tinned, SPEC)["blister_risk"] > 0.0
    assert tinned.atom_dose_m2 < 0.01 * clean.atom_dose_m2  # the bare mask is under tin


def test_absorber_oxide_ends_at_its_limit_and_stays_in_hydrogen():
    surface = live(mask(BINARY, o=5e22), 20.0)
    oxide = surface.absorber.oxide_mean_nm
    assert oxide == pytest.approx(2.0, rel=0.1)
    expose(surface, h=3e21)
    live(surface, 20.0)
    assert surface.absorber.oxide_mean_nm == oxide


def test_heavy_ions_cost_phase_and_transmission_and_light_ones_do_not():
    heavy, light = (mask(PHASE_SHIFT, ions=1e20, ion_ev=150.0, light_part=part) for part in (0.0, 1.0))
    live(heavy, 20.0)
    live(light, 20.0)
    lost_nm = heavy.absorber.lost_m.mean() * 1e9
    quartz_nm = heavy.absorber.quartz_lost_m.mean() * 1e9
    assert lost_nm > 0.1 and quartz_nm > 0.1
    price = costs(heavy, SPEC)
    assert price["phase_change_deg"] == pytest.approx(1.05 * quartz_nm - 2.5 * lost_nm, rel=0.01)
    assert price["transmission_change_pct"] == pytest.approx(0.23 * lost_nm, rel=0.1)
    assert light.absorber.lost_m.max() == 0.0 and costs(light, SPEC)["phase_change_deg"] == 0.0


def test_damage_goes_on_without_a_film_and_nothing_happens_without_a_plasma():
    surface = live(mask(PHASE_SHIFT, o=5e22, ions=6e18, ion_ev=100.0), 10.0)
    lost = surface.absorber.lost_m.copy()
    assert lost.min() > 0.0
    expose(surface)
    live(surface, 10.0)
    assert np.array_equal(surface.absorber.lost_m, lost)
    assert not surface.exchange.source.any()


def test_a_new_mask_is_as_made():
    surface = live(mask(o=5e22, h=1e21, ions=1e20, ion_ev=100.0), 10.0)
    load(surface, SPEC, "organic", 8.0, 1, PHASE_SHIFT)
    fresh = new(Surface)
    load(fresh, SPEC, "organic", 8.0, 1, PHASE_SHIFT)
    assert outcome(surface, SPEC) == outcome(fresh, SPEC)
    assert surface.atom_dose_m2 == surface.ion_dose_m2 == 0.0
