"""The world: built from the machine file's tables, advanced in whole sub-steps, its faults on time."""

import pickle
from pathlib import Path

import pytest

from sim.faults import parse_fault
from sim.plant.faults import PLANT_FAULTS
from sim.plant.plant import SUB_STEP_S
from sim.wiring import GASES, OES_LINES, VALVES, Commands, Sensors
from sim.world import World, bits_per_char

MACHINE = Path(__file__).parents[2] / "controller" / "machine" / "reference.toml"


@pytest.fixture
def world():
    return World(MACHINE)


def test_every_line_and_device_of_the_machine_file(world):
    assert {"rf", "gas", "throttle", "gauges", "turbo", "io", "spectrometer"} <= set(world.lines)
    assert len(world.lines["gas"].emulators) == 4
    assert set(world.lines) < set(world.fault_targets)


def test_advances_in_whole_sub_steps(world):
    world.advance(0.104)
    assert world.now == pytest.approx(0.10)
    assert world.plant.time_s == pytest.approx(0.10)
    world.advance(0.104)
    assert world.plant.time_s == pytest.approx(0.10)


def test_sub_step_is_what_the_plan_allows():
    assert SUB_STEP_S <= 0.010  # DESIGN 8


@pytest.mark.parametrize(("form", "bits"), [("8N1", 10), ("8E1", 11), ("8O1", 11), ("7E1", 10), ("8N2", 11)])
def test_bits_of_a_character(form, bits):
    assert bits_per_char(form) == bits


def test_plant_fault_begins_and_ends_on_time(world):
    world.add_faults([parse_fault("water.off@0.5:for=0.3", world.fault_targets, PLANT_FAULTS)])
    seen = []
    for step in range(1, 11):
        world.advance(0.1 * step)
        seen.append(world.wiring.sensors.water_flowing)
    assert seen == [True] * 4 + [False] * 3 + [True] * 3
    assert world.faults == world.running == []


def test_wire_fault_wakes_its_line(world):
    world.add_faults([parse_fault("spectrometer.off@0.2:for=0.2", world.fault_targets, PLANT_FAULTS)])
    line = world.lines["spectrometer"]
    assert line.faults and line.living_steps() == [line.step]
    world.advance(1.0)
    assert not line.faults[0].active(world.now)


def test_pumps_running_is_a_tool_at_rest(world):
    world.pumps_running()
    world.advance(2.0)
    sensors = world.wiring.sensors
    assert sensors.turbo_speed_hz == pytest.approx(820.0, rel=0.01)
    assert sensors.dry_pump_speed_hz == pytest.approx(30.0, rel=0.01)
    assert sensors.at_atmosphere and sensors.lid_closed


def test_another_make_of_turbo_runs_already(tmp_path):
    machine = tmp_path / "machine.toml"
    machine.write_text(MACHINE.read_text().replace("pump_hipace", "pump_turbovac"))
    world = World(machine)
    world.pumps_running()
    world.advance(5.0)
    assert world.wiring.sensors.turbo_speed_hz == pytest.approx(820.0, rel=0.01)
    (pump,) = world.lines["turbo"].emulators
    assert type(pump).__name__ == "Turbovac"
    world.advance(10.1)  # nobody has said a word to it: it stops, as the real one
    assert not world.wiring.commands.turbo_on


def test_world_is_plain(world):
    world.pumps_running()
    world.advance(0.5)
    twin = pickle.loads(pickle.dumps(world))
    for each in (world, twin):
        each.advance(1.0)
    assert world.plant.truth() == twin.plant.truth()
    assert world.wiring.sensors == twin.wiring.sensors
    assert twin.wiring is twin.plant.wiring


def test_wiring_starts_safe():
    commands, sensors = Commands(), Sensors()
    assert not any(commands.valve_open.values())
    assert set(commands.valve_open) == set(sensors.valve_opened) == set(sensors.valve_closed) == set(VALVES)
    assert set(commands.flow_setpoint_sccm) == set(GASES)
    assert set(sensors.oes_photons) == set(OES_LINES)
    assert commands.rf_forward_w == 0.0 and not commands.rf_permit


def test_two_wirings_share_nothing():
    one, other = Commands(), Commands()
    one.valve_open["vent"] = True
    assert not other.valve_open["vent"]


@pytest.mark.parametrize(
    ("permit", "chain", "closed"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_generator_s_loop_needs_permit_and_chain(world, permit, chain, closed):
    world.wiring.commands.rf_permit = permit
    world.wiring.sensors.chain_closed = chain
    assert world.wiring.rf_loop_closed() is closed
