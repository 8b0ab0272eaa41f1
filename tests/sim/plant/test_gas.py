"""Gas: nothing is lost, steady states as by hand, valves and pumps as their sheets say."""

import math

import pytest

from sim.plant.gas import BOLTZMANN_J_K, MOLECULES_PER_S_PER_SCCM, N2, O2, SPECIES
from sim.plant.tool import load_tool
from sim.plant.valves import butterfly_m3_s
from tests.sim.plant.conftest import evacuated, live, with_gas

TOOL = load_tool()
PA_M3_S_PER_SCCM = MOLECULES_PER_S_PER_SCCM * BOLTZMANN_J_K * TOOL.chamber.wall_temperature_k


def test_one_sccm_is_exact():
    assert pytest.approx(4.477967e17, rel=1e-6) == MOLECULES_PER_S_PER_SCCM  # PHYSICS V1


def test_no_molecule_is_lost():
    plant = evacuated()
    commands, vacuum = plant.wiring.commands, plant.vacuum
    commands.flow_setpoint_sccm.update(o2=120.0, ar=40.0, n2=300.0)
    commands.valve_open.update(o2=True, ar=True, n2=True)
    came = [0.0] * len(SPECIES)
    before, out = list(vacuum.molecules), list(vacuum.pumped)
    for _ in range(1000):
        commands.throttle_target_pct = 20.0 if plant.time_s < 10.0 else 60.0
        plant.step()
        came = [total + 0.01 * flow for total, flow in zip(came, vacuum.inflow, strict=True)]
    for i, name in enumerate(SPECIES):
        gone = vacuum.pumped[i] - out[i]
        assert vacuum.molecules[i] - before[i] == pytest.approx(came[i] - gone, abs=1e-9 * (came[i] + 1.0)), name


@pytest.mark.parametrize(("throttle_pct", "sccm"), [(20.0, 100.0), (40.0, 200.0), (100.0, 50.0)])
def test_steady_pressure_is_flow_over_speed(throttle_pct, sccm):
    plant = with_gas(throttle_pct=throttle_pct, n2=sccm)
    conductance = butterfly_m3_s(TOOL.path, throttle_pct)
    inlet_pa = plant.vacuum.inlet_pa
    blades = 1.0 / (1.0 + (plant.vacuum.exhaust_pa / TOOL.turbo.critical_exhaust_pa) ** 2)
    pump = (TOOL.turbo.speed_n2_m3_s * blades + TOOL.turbo.passive_m3_s) / (1.0 + inlet_pa / TOOL.turbo.rolloff_pa)
    speed = 1.0 / (1.0 / conductance + 1.0 / pump)
    assert plant.vacuum.pressure_pa == pytest.approx(sccm * PA_M3_S_PER_SCCM / speed, rel=0.02)


def test_open_path_gives_the_reference_speed():
    """DESIGN 4: 0.53 m3/s of path and the turbo give about 0.3 m3/s at the chamber."""
    plant = with_gas(throttle_pct=100.0, n2=20.0)
    assert 20.0 * PA_M3_S_PER_SCCM / plant.vacuum.pressure_pa == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(("index", "speed"), [(N2, 0.685), (2, 0.665), (1, 0.555)])
def test_turbo_speeds_are_the_sheet_s(plant, index, speed):
    assert plant.turbo.pumping_m3_s[index] == speed  # DESIGN 4


def test_turbo_rolls_off_at_its_pressure():
    assert TOOL.turbo.rolloff_pa == 3.0  # DESIGN 4


def test_throttle_takes_its_travel_time(plant):
    commands = plant.wiring.commands
    commands.throttle_target_pct = 0.0
    steps = 0
    while plant.wiring.sensors.throttle_pct > 0.0:
        plant.step()
        steps += 1
        assert steps < 200
    assert steps * 0.01 == pytest.approx(TOOL.path.throttle_stroke_s, abs=0.02)


def test_slow_throttle_is_slow(plant):
    plant.wiring.commands.throttle_target_pct, plant.wiring.commands.throttle_speed = 0.0, 0.25
    live(plant, TOOL.path.throttle_stroke_s)
    assert plant.wiring.sensors.throttle_pct == pytest.approx(75.0, abs=1.5)


def test_butterfly_opens_ever_more():
    speeds = [butterfly_m3_s(TOOL.path, float(pct)) for pct in range(101)]
    assert speeds == sorted(speeds)
    assert (speeds[0], speeds[-1]) == pytest.approx((TOOL.path.leak_m3_s, TOOL.path.open_m3_s))


def test_isolated_chamber_rises_by_leak_and_outgassing():
    plant = evacuated()
    plant.set_parameter("leak_pa_m3_s", 1e-4)
    plant.wiring.commands.valve_open["isolation"] = False
    live(plant, 2.0)
    vacuum, chamber = plant.vacuum, TOOL.chamber
    before, age = vacuum.pressure_pa, vacuum.age_s + chamber.outgassing_offset_s
    live(plant, 60.0)
    leak = 1e-4 * 60.0
    water = chamber.outgassing_pa_m_s * chamber.area_m2 * 3600.0 * math.log((age + 60.0) / age)
    assert vacuum.pressure_pa - before == pytest.approx((leak + water) / chamber.volume_m3, rel=0.02)


def test_outgassing_fades_and_a_leak_does_not():
    def rise(leak):
        plant = evacuated()
        plant.set_parameter("leak_pa_m3_s", leak)
        plant.wiring.commands.valve_open["isolation"] = False
        live(plant, 2.0)
        at = [plant.vacuum.pressure_pa]
        for _ in range(2):
            live(plant, 40.0)
            at.append(plant.vacuum.pressure_pa)
        return at[1] - at[0], at[2] - at[1]

    tight, leaky = rise(0.0), rise(1e-3)
    assert tight[1] < 0.8 * tight[0]
    assert leaky[1] - tight[1] == pytest.approx(leaky[0] - tight[0], rel=0.01)


def test_flow_follows_after_dead_time_and_lag():
    plant = evacuated()
    commands = plant.wiring.commands
    commands.valve_open["o2"] = True
    live(plant, 0.2)
    commands.flow_setpoint_sccm["o2"] = 100.0
    live(plant, TOOL.mfc.dead_time_s - 0.01)
    assert plant.mfcs[0].flow_sccm == 0.0
    live(plant, TOOL.mfc.lag_s + 0.02)
    assert 55.0 < plant.mfcs[0].flow_sccm < 72.0  # 63 % after one lag
    live(plant, 1.0)
    assert plant.mfcs[0].flow_sccm == pytest.approx(100.0, rel=0.001)


def test_shut_off_valve_stops_the_gas():
    plant = with_gas(o2=100.0)
    plant.wiring.commands.valve_open["o2"] = False
    live(plant, 20.0)  # eleven time constants of chamber and throttle
    assert plant.mfcs[0].flow_sccm < 0.1
    assert plant.vacuum.molecules[O2] * BOLTZMANN_J_K * 300.0 / TOOL.chamber.volume_m3 < 0.01


def test_soft_pump_and_vent_are_gentle(plant):
    """DESIGN 4: vent at most 2 kPa/s; PHYSICS a.4: pump-down at most 2..5 kPa/s."""
    commands = plant.wiring.commands
    commands.dry_pump_on, plant.dry_pump.fraction = True, 1.0
    commands.valve_open["soft_pump"] = True
    live(plant, 2.0)
    at = plant.vacuum.pressure_pa
    live(plant, 1.0)
    assert 500.0 < at - plant.vacuum.pressure_pa < 5000.0
    commands.valve_open.update(soft_pump=False, vent=True)
    live(plant, 2.0)
    at = plant.vacuum.pressure_pa
    live(plant, 1.0)
    assert 500.0 < plant.vacuum.pressure_pa - at < 2000.0
