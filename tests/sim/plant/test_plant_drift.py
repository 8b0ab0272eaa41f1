"""Slow faults move at their stated rate, stop when they end, and have consequences."""

from __future__ import annotations

import pytest

from sim.plant.parameters import read
from sim.plant.plant import Plant
from tests.sim.plant.plant_bench import live, matched, nothing, ready

SECONDS = 10.0
#: fault, its parameters, the number that moves, and by how much within SECONDS
DRIFTS = [
    ("chamber.leak", {"rate": 1e-4, "growth": 1e-5}, "vacuum.gas.leak_pa_m3_s", 1e-4),
    ("match.drift", {"pct_per_h": 36.0}, "rf.detune", 1e-3),
    ("match.drift", {"pct_per_h": -36.0}, "rf.detune", -1e-3),
    ("throttle.wear", {"play": 0.5, "per_h": 360.0}, "vacuum.throttle.backlash_pct", 1.0),
    ("walls.drift", {"per_h": 36.0}, "walls.seasoned_o", -0.1),
    ("o2_mfc.drift", {"zero": 1.0, "rate": 0.1}, "vacuum.mfcs.zero_sccm[0]", 1.0),
    ("n2_mfc.drift", {"zero": 0.0, "rate": -0.1}, "vacuum.mfcs.zero_sccm[3]", -1.0),
    ("chamber_gauge.drift", {"offset": 0.1, "rate": 0.02}, "vacuum.chamber_gauge.offset_pa", 0.2),
    ("guard_gauge.drift", {"offset": 0.1, "rate": -0.02}, "vacuum.guard_gauge.offset_pa", -0.2),
    ("wide_gauge.drift", {"offset": 0.1, "rate": 0.02}, "vacuum.wide_gauge.offset_pa", 0.2),
]
BACK = {"chamber.leak", "throttle.wear", "o2_mfc.drift", "n2_mfc.drift"}  # are repaired, others stay as they are


@pytest.mark.parametrize(("key", "params", "path", "moved"), DRIFTS)
def test_moves_at_its_rate(key, params, path, moved):
    plant = ready("flowing")
    sound = read(plant, path)
    plant.inject(key, params, True)
    begun = read(plant, path)
    for part in (0.5, 1.0):
        live(plant, 0.5 * SECONDS)
        assert read(plant, path) - begun == pytest.approx(part * moved, rel=1e-6)
    plant.inject(key, {}, False)
    ended = read(plant, path)
    live(plant, 2.0)
    assert read(plant, path) == ended
    if key in BACK or key.endswith("_gauge.drift"):
        assert ended == sound
    else:
        assert ended == pytest.approx(sound + moved)


def test_a_window_gets_dirty_so_many_times_as_fast():
    clean, dirty = ready("cleaning"), ready("cleaning")
    before = read(clean, "light.window_depth")
    dirty.inject("window.fouling", {"times": 1000.0}, True)
    for plant in (clean, dirty):
        live(plant, 10.0, matched)
    grown = read(clean, "light.window_depth") - before
    assert read(dirty, "light.window_depth") - before == pytest.approx(1000.0 * grown, rel=1e-6)
    blue, red = (dirty.wiring.sensors.oes_photons[n] / clean.wiring.sensors.oes_photons[n] for n in ("oh_309", "o_777"))
    assert blue < red < 1.0


def test_a_limit_is_kept():
    plant = ready("flowing")
    plant.inject("walls.drift", {"per_h": 3600.0}, True)
    plant.inject("match.drift", {"pct_per_h": 36000.0 * 10}, True)
    plant.inject("throttle.wear", {"play": 19.0, "per_h": 3600.0 * 5}, True)
    live(plant, 3.0)
    assert read(plant, "walls.seasoned_o") == 0.0
    assert read(plant, "rf.detune") == 0.5
    assert read(plant, "vacuum.throttle.backlash_pct") == 20.0


def seen(plant: Plant, name: str) -> float:
    return plant.truth()[name]


@pytest.mark.parametrize(
    ("kind", "key", "params", "truth", "low", "high"),
    [
        ("burning", "match.drift", {"pct_per_h": 3600.0}, "reflected_power_w", 10.0, 400.0),
        ("burning", "walls.drift", {"per_h": 360.0}, "o_density_m3", -1e20, -2e18),
        ("flowing", "o2_mfc.drift", {"zero": 0.0, "rate": 1.0}, "chamber_pressure_pa", -1.0, -0.2),
        ("flowing", "chamber.leak", {"rate": 0.0, "growth": 1e-3}, "p_n2_pa", 0.1, 0.5),
    ],
)
def test_has_consequences(kind, key, params, truth, low, high):
    sound, faulty = ready(kind), ready(kind)
    faulty.inject(key, params, True)
    for plant in (sound, faulty):
        live(plant, SECONDS, matched if kind == "burning" else nothing)
    assert low < seen(faulty, truth) - seen(sound, truth) < high
