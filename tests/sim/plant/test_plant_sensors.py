"""What the electronics are given: from the first moment on, at air, under vacuum, and when something is amiss."""

from __future__ import annotations

import statistics

import pytest

from sim.plant.plant import Plant
from sim.wiring import VALVES, Sensors
from tests.sim.plant.plant_bench import fresh, live, matched, ready


def test_a_tool_at_rest_shows_itself_from_the_first_moment():
    """Whoever asks before the first slow step hears nothing that would trip an interlock."""
    plant = fresh()
    first = plant.wiring.sensors
    told = {name: getattr(first, name) for name in ("at_atmosphere", "lid_closed", "foreline_ok", "water_flowing")}
    warm = [first.chuck_c, first.mask_c, first.turbo_bearing_c, first.dry_pump_temperature_c, first.water_lpm]
    live(plant, 0.2)
    assert all(told.values())
    assert told == {name: getattr(first, name) for name in told}
    now = [first.chuck_c, first.mask_c, first.turbo_bearing_c, first.dry_pump_temperature_c, first.water_lpm]
    assert warm == pytest.approx(now, abs=1.0)


def test_sensors_are_plain_python():
    plant = ready("burning")
    nominal = Sensors()
    for name in Sensors.__dataclass_fields__:
        assert type(getattr(plant.wiring.sensors, name)) is type(getattr(nominal, name)), name
    for values in (plant.wiring.sensors.oes_photons, plant.wiring.sensors.flow_sccm):
        assert {type(value) for value in values.values()} == {float}
    assert {type(value) for value in plant.truth().values()} == {float}


@pytest.mark.parametrize("valve", VALVES)
def test_end_switches_follow_their_valve(valve):
    plant = fresh()
    sensors, commands = plant.wiring.sensors, plant.wiring.commands

    def switches() -> tuple[bool, bool]:
        return sensors.valve_opened[valve], sensors.valve_closed[valve]

    seen = [switches()]
    for wanted in (True, False):
        commands.valve_open[valve] = wanted
        for _ in range(150):
            plant.step()
            if switches() != seen[-1]:
                seen.append(switches())
    assert seen == [(False, True), (False, False), (True, False), (False, False), (False, True)]


def test_a_stuck_valve_s_switches_stay_between():
    plant = fresh()
    plant.wiring.commands.valve_open["isolation"] = True
    live(plant, 0.5)  # half of its travel
    plant.inject("isolation_valve.stuck", {}, True)
    live(plant, 3.0)
    sensors = plant.wiring.sensors
    assert not sensors.valve_opened["isolation"] and not sensors.valve_closed["isolation"]
    plant.inject("isolation_valve.stuck", {}, False)
    live(plant, 1.0)
    assert sensors.valve_opened["isolation"]


def test_the_lid_opens_only_its_switch_under_vacuum():
    sealed, air = ready("pumping"), fresh()
    before = sealed.truth()["chamber_pressure_pa"]
    for plant in (sealed, air):
        plant.inject("lid.open", {}, True)
        live(plant, 5.0)
        assert plant.wiring.sensors.lid_closed is False
    assert sealed.truth()["chamber_pressure_pa"] <= before
    assert air.state.vacuum.gas.lid_open == 1.0
    for plant in (sealed, air):
        plant.inject("lid.open", {}, False)
        live(plant, 0.1)
        assert plant.wiring.sensors.lid_closed is True
    assert air.state.vacuum.gas.lid_open == 0.0


def test_an_open_lid_undoes_the_seasoning_of_the_walls_and_wets_them():
    shut, aired = fresh(), fresh()
    aired.inject("lid.open", {}, True)
    for plant in (shut, aired):
        live(plant, 60.0)
    assert shut.state.walls.seasoned_o == 1.0
    assert 0.4 < aired.state.walls.seasoned_o < 0.8
    assert aired.truth()["wall_recombination_o"] > shut.truth()["wall_recombination_o"]


def test_atmosphere_and_foreline_switches():
    plant = ready("flowing")
    sensors = plant.wiring.sensors
    assert not sensors.at_atmosphere and sensors.foreline_ok
    plant.inject("dry_pump.off", {}, True)
    live(plant, 30.0)
    assert not sensors.foreline_ok
    plant.inject("dry_pump.off", {}, False)
    live(plant, 60.0)
    assert sensors.foreline_ok
    commands = plant.wiring.commands
    commands.valve_open.update(isolation=False, o2=False, ar=False, vent=True)
    live(plant, 120.0)
    assert sensors.at_atmosphere


def test_water_is_flag_and_meter():
    plant = fresh()
    live(plant, 0.1)
    assert plant.wiring.sensors.water_lpm == plant.state.tool.utilities.water_lpm
    plant.inject("water.off", {}, True)
    live(plant, 0.1)
    assert plant.wiring.sensors.water_flowing is False and plant.wiring.sensors.water_lpm == 0.0
    plant.inject("water.off", {}, False)
    live(plant, 0.1)
    assert plant.wiring.sensors.water_flowing and plant.wiring.sensors.water_lpm > 0.0


def test_a_chiller_that_is_off_does_nothing_and_costs_nothing():
    plant = ready("pumping")
    plant.wiring.commands.chiller_setpoint_c = 40.0
    live(plant, 1.0)
    assert plant.wiring.sensors.chiller_power_pct > 90.0
    plant.inject("chiller.off", {}, True)
    live(plant, 1.0)
    assert plant.wiring.sensors.chiller_power_pct == 0.0
    assert plant.truth()["power_chiller_w"] == 0.0


def test_a_step_of_light_is_in_the_sensors_only():
    """The gas knows nothing of it: that is what makes the endpoint false."""
    sound, faulty = ready("cleaning"), ready("cleaning")
    faulty.inject("co_line.step", {"factor": 0.3}, True)
    for plant in (sound, faulty):
        live(plant, 2.0, matched)
    assert sound.truth() == faulty.truth()
    for line, photons in faulty.wiring.sensors.oes_photons.items():
        part = 0.3 if line.startswith("co_") else 1.0
        assert photons == pytest.approx(part * sound.wiring.sensors.oes_photons[line]), line


def test_noise_of_a_gauge_has_its_size_and_every_gauge_its_own():
    plant = ready("flowing")
    spec, sensors = plant.state.tool.vacuum.gauges, plant.wiring.sensors
    chamber, guard = [], []
    for _ in range(2000):
        plant.step()
        pressure = plant.truth()["chamber_pressure_pa"]
        chamber.append(sensors.chamber_gauge_pa - pressure)
        guard.append(sensors.guard_gauge_pa - pressure)
    wanted = spec.noise_of_reading * pressure + spec.noise_of_full_scale * spec.full_scale_pa
    for errors in (chamber, guard):
        assert statistics.stdev(errors) == pytest.approx(wanted, rel=0.1)
        assert statistics.mean(errors) == pytest.approx(0.0, abs=0.1 * wanted)
    assert statistics.correlation(chamber, guard) == pytest.approx(0.0, abs=0.1)


def test_the_quartz_crystal_loses_as_the_mask_does():
    plant = ready("cleaning")
    live(plant, 10.0, matched)
    assert plant.wiring.sensors.quartz_film_nm == pytest.approx(plant.film_nm, abs=0.01)
    assert plant.wiring.sensors.quartz_film_nm < 7.8


def test_every_mask_has_its_code():
    plant = fresh()
    codes = []
    for contamination in ("organic", "tin"):
        plant.load_mask(contamination, 1.0)
        codes.append(plant.wiring.sensors.mask_code)
    assert codes == ["MASK-0001", "MASK-0002"]


def test_a_machine_without_a_gas_stays_dry():
    plant = Plant(ready("pumping").wiring, 0, 0, ("o2",))
    plant.wiring.commands.flow_setpoint_sccm.update(o2=50.0, h2=50.0)
    plant.wiring.commands.valve_open.update(o2=True, h2=True)
    live(plant, 2.0)
    truth = plant.truth()
    assert truth["o2_flow_sccm"] == pytest.approx(50.0, rel=0.01)
    assert truth["h2_flow_sccm"] == 0.0
