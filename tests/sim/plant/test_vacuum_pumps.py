"""Pumps and valves: speeds of the sheets, roll-off, limits, run-up, brake, warmth, throttle characters and wear."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plant.cables import GAS_0, ISOLATION
from sim.plant.records import new
from sim.plant.species import AR, CONDUCTANCE_FACTOR, COUNT, H2, H2O, MASS_AMU, N2, O2, H
from sim.plant.vacuum.dry_pump import dry_speed_m3_s
from sim.plant.vacuum.path import BUTTERFLY, EQUAL_PERCENTAGE, PENDULUM, conductance_m3_s
from sim.plant.vacuum.pumping import blades, inlet_pa
from sim.plant.vacuum.room import alone, specification
from sim.plant.vacuum.turbo import log_compression, speed_m3_s
from sim.plant.vacuum.valves import Throttle, move_throttle
from sim.validate.vacuum import STEPS, driven_miss
from tests.sim.plant.vacuum_bench import Bench, evacuated, with_gas

SPEC = specification()


@pytest.mark.parametrize(("index", "speed"), [(N2, 0.685), (AR, 0.665), (H2, 0.555)])
def test_turbo_speeds_are_the_sheet_s(index, speed):
    assert speed_m3_s(SPEC.turbo, MASS_AMU[index]) == pytest.approx(speed, rel=1e-9)  # DESIGN 4


def test_turbo_speeds_of_other_gases():
    assert speed_m3_s(SPEC.turbo, MASS_AMU[O2]) == pytest.approx(0.68, abs=0.005)
    assert speed_m3_s(SPEC.turbo, 4.0026) == pytest.approx(0.655, rel=0.05)  # He of the sheet, not used in the fit
    speeds = alone(SPEC).turbo.pumping_m3_s
    assert all(0.4 < speeds[i] < 0.7 for i in range(COUNT))


def test_turbo_speed_follows_any_sheet():
    """A pump of one speed for three gases has it for all."""
    spec = specification().turbo
    spec.speed_n2_m3_s = spec.speed_h2_m3_s = spec.speed_ar_m3_s = 0.3
    assert [speed_m3_s(spec, mass) for mass in MASS_AMU] == pytest.approx([0.3] * COUNT)


def test_light_gas_is_compressed_less():
    logs = [log_compression(SPEC.turbo, MASS_AMU[i]) for i in (H, H2, N2)]
    assert logs == sorted(logs)
    assert logs[0] > 5.0


def test_turbo_rolls_off_at_its_pressure():
    assert SPEC.turbo.rolloff_pa == 3.0  # DESIGN 4
    p_in = inlet_pa(10.0, 0.1, 0.7, 3.0)
    assert 0.1 * (10.0 - p_in) == pytest.approx(0.7 / (1.0 + p_in / 3.0) * p_in)


@given(st.floats(0.0, 1e5), st.floats(1e-5, 1.0), st.floats(1e-3, 1.0))
def test_the_inlet_lies_below_the_chamber(chamber, path, standing):
    assert 0.0 <= inlet_pa(chamber, path, standing, 3.0) <= chamber


def test_a_high_exhaust_pressure_stops_the_blades():
    turbo = alone(SPEC).turbo
    turbo.fraction = 1.0
    assert blades(turbo, SPEC.turbo, 10.0) > 0.999
    assert blades(turbo, SPEC.turbo, SPEC.turbo.critical_exhaust_pa) == pytest.approx(0.5)


def test_without_backing_pressure_comes_back_through_a_standing_turbo():
    bench = evacuated()
    bench.commands.turbo_on = 0.0
    bench.room.turbo.fraction = 0.0
    bench.set_valves(foreline=False)
    gas = bench.gas
    gas.exhaust_molecules[:] *= 300.0
    bench.live(5.0)
    assert gas.pressure_pa == pytest.approx(gas.exhaust_pa, rel=0.01)


def test_dry_pump_falls_to_its_ultimate_sooner_for_light_gas():
    def speed(pa: float, gas: int) -> float:
        return dry_speed_m3_s(SPEC.dry_pump, 1.0, pa, CONDUCTANCE_FACTOR[gas])

    assert speed(1e3, N2) == pytest.approx(SPEC.dry_pump.speed_m3_s, rel=0.001)
    assert speed(1.4, N2) == pytest.approx(0.5 * SPEC.dry_pump.speed_m3_s)
    assert speed(SPEC.dry_pump.ultimate_pa, N2) == speed(0.0, N2) == speed(2.0, H2) == 0.0
    assert speed(10.0, H2) < 0.8 * speed(10.0, N2)


def test_foreline_comes_to_the_ultimate_pressure():
    bench = evacuated()
    bench.set_valves(isolation=False)
    bench.live(200.0)
    ultimate = SPEC.dry_pump.ultimate_pa
    assert ultimate <= bench.gas.foreline_pa < ultimate * CONDUCTANCE_FACTOR[H2O]  # what is left is water
    assert bench.slow.foreline_ok == 1.0


def test_turbo_runs_up_in_three_minutes_and_brakes():
    bench = Bench()
    bench.commands.turbo_on = bench.commands.dry_pump_on = 1.0
    bench.set_valves(foreline=True)
    seconds = 0
    while bench.slow.turbo_speed_hz < 0.99 * SPEC.turbo.nominal_hz:
        bench.live(5.0)
        seconds += 5
        assert seconds < 400
    assert 120 < seconds < 240
    bench.live(600.0)
    assert bench.slow.turbo_power_w == pytest.approx(40.0 / 0.9 + 15.0, rel=0.05)
    assert bench.slow.turbo_current_a == pytest.approx(bench.slow.turbo_power_w / 48.0)
    assert 25.0 < bench.slow.turbo_bearing_c < 60.0
    bench.room.turbo.available = 0.0
    bench.live(4000.0)
    assert bench.slow.turbo_speed_hz == bench.slow.turbo_power_w == 0.0


def test_too_much_gas_slows_the_turbo():
    bench = with_gas(100.0, n2=300.0)
    bench.live(60.0)
    assert bench.room.turbo.fraction > 0.99
    bench.source[N2] = 3e20
    bench.live(120.0)
    assert bench.gas.throughput_pa_m3_s > 0.7
    assert bench.room.turbo.fraction < 0.97


def test_dry_pump_ramps_and_warms():
    bench = Bench()
    bench.commands.dry_pump_on = 1.0
    bench.live(SPEC.dry_pump.ramp_s / 2.0)
    assert bench.slow.dry_pump_speed_hz == pytest.approx(SPEC.dry_pump.nominal_hz / 2.0, rel=0.02)
    bench.live(6000.0, 0.1)
    assert bench.slow.dry_pump_power_w == pytest.approx(220.0, rel=0.02)
    assert bench.slow.dry_pump_temperature_c == pytest.approx(22.0 + 0.12 * 220.0, abs=1.5)
    bench.room.dry_pump.available = 0.0
    bench.live(10.0)
    assert bench.slow.dry_pump_speed_hz == 0.0


def character(kind: int):
    spec = specification().path
    spec.character = kind
    return [conductance_m3_s(spec, float(pct)) for pct in range(101)]


@pytest.mark.parametrize("kind", [BUTTERFLY, PENDULUM, EQUAL_PERCENTAGE])
def test_every_throttle_opens_ever_more(kind):
    speeds = character(kind)
    assert all(low < high for low, high in pairwise(speeds))
    assert (speeds[0], speeds[-1]) == pytest.approx((SPEC.path.leak_m3_s, SPEC.path.open_m3_s))


def test_throttles_differ_in_character():
    assert SPEC.path.character == BUTTERFLY
    flap, plate, equal = character(BUTTERFLY), character(PENDULUM), character(EQUAL_PERCENTAGE)
    assert plate[10] > 1.5 * flap[10] > 3.0 * equal[10]
    assert plate[10] / plate[5] == pytest.approx(2.0**1.9, rel=0.1)


def test_throttle_takes_its_travel_time_in_steps_of_its_motor():
    bench = evacuated()
    bench.commands.throttle_target_pct = 0.0
    steps = 0
    while bench.fast.throttle_pct > 0.0:
        bench.live(0.01)
        steps += 1
        assert steps < 200
    assert steps * 0.01 == pytest.approx(SPEC.path.throttle_stroke_s, abs=0.02)
    bench.commands.throttle_target_pct = 33.3333
    bench.live(1.0)
    assert bench.fast.throttle_pct * SPEC.path.throttle_steps / 100.0 == pytest.approx(3704.0)


def test_a_worn_gear_has_play():
    throttle = new(Throttle, pct=50.0, motor_pct=50.0, backlash_pct=2.0)
    move_throttle(throttle, SPEC.path, 60.0, 1.0, 1.0)
    assert (throttle.motor_pct, throttle.pct) == pytest.approx((60.0, 59.0), abs=0.01)
    move_throttle(throttle, SPEC.path, 59.0, 1.0, 1.0)
    assert throttle.pct == pytest.approx(59.0, abs=0.01)  # the play takes it
    move_throttle(throttle, SPEC.path, 50.0, 1.0, 1.0)
    assert throttle.pct == pytest.approx(51.0, abs=0.01)
    assert throttle.travelled_pct == pytest.approx(20.0, abs=0.05)


def test_stuck_throttle_and_valve_stay():
    bench = evacuated()
    bench.room.throttle.stuck = 1.0
    bench.room.valves.stuck[ISOLATION] = 1.0
    bench.commands.throttle_target_pct = 0.0
    bench.set_valves(isolation=False)
    bench.live(2.0)
    assert bench.fast.throttle_pct == 100.0
    assert bench.room.valves.position[ISOLATION] == 1.0


def test_valves_take_their_time_and_tell():
    bench = Bench()
    bench.set_valves(isolation=True, n2=True)
    bench.live(0.05)
    assert bench.room.valves.position[GAS_0 + 3] == pytest.approx(1.0)
    assert 0.0 < bench.room.valves.position[ISOLATION] < 0.1
    assert bench.room.valves.changed == 1.0
    bench.live(1.0)
    bench.room.valves.changed = 0.0
    bench.live(0.1)
    assert bench.room.valves.changed == 0.0
    assert bench.room.valves.position[ISOLATION] == 1.0


@pytest.mark.parametrize("row", STEPS)
def test_the_plant_meets_the_bound_of_a_pressure_step(row):
    assert driven_miss(*row[:3]) < 0.01
