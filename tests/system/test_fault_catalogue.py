"""The catalogue of faults of lines (A) and devices (B): each is an injection of `--fault`, and each has a test.

Those that no other file tests are tested here; the table says where the others are, and a test sees that it is true.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from controller.scan.unit_state import UnitState
from drivers.device import WrongDevice
from drivers.tags import Quality
from sim.faults import WIRE_FAULTS, parse_fault
from sim.plant.faults import PLANT_FAULTS
from tests.system.pair import LINES, Pair

WIRE, REAL, LOST = "test_wire_faults", "test_real_lines", "test_lost_in_the_middle"
GOOD = f"{WIRE}.test_no_reading_is_good_that_is_not_what_the_device_said"
SENSOR = "test_sensor_faults.test_it_is_noticed_by_its_witness_in_time"
HERE = "test_fault_catalogue"

#: number in the catalogue -> what it is, the words that inject it, and the tests
CATALOGUE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "A1": ("silent", ("off",), (GOOD, f"{LOST}.test_rf_is_off_in_time_and_stays_off")),
    "A2": ("late reply", ("late", "slow"), (GOOD,)),
    "A3": ("errors in bursts", ("corrupt",), (GOOD, f"{HERE}.test_a_disturbed_line_is_an_alarm")),
    "A4": ("short, long", ("short", "long", "noise"), (GOOD,)),
    "A5": ("wrong unit", ("wrong_unit",), (GOOD, f"{HERE}.test_an_answer_under_another_address_is_named_so")),
    "A6": ("echo", ("echo",), (GOOD, f"{HERE}.test_an_echo_is_no_device")),
    "A7": ("port vanishes", ("unplug",), (
        f"{REAL}.test_a_port_that_vanishes_is_lost_within_a_second_and_found_again_under_its_name",
    )),
    "A8": ("port moves", ("unplug",), (f"{REAL}.test_a_device_that_moves_to_another_name_is_found_by_who_it_is",)),
    "A9": ("ports exchanged", ("unplug",), (f"{REAL}.test_exchanged_plugs_are_refused",)),
    "A10": ("exception", ("exc",), (GOOD,)),
    "A11": ("half-open", ("half_open",), (
        f"{REAL}.test_a_half_open_connection_is_noticed_and_made_anew_within_five_seconds",
    )),
    "A12": ("second master", ("chatter",), (GOOD, f"{REAL}.test_a_serial_line_behind_a_device_server_has_one_master")),
    "A13": ("not applied", ("wrong",), ("test_writes_read_back.test_a_write_that_is_not_taken_is_noticed",)),
    "B1": ("stuck", ("stuck",), (SENSOR,)),
    "B2": ("no number", ("garbage",), (SENSOR,)),
    "B3": ("out of range", ("garbage", "wrong"), (SENSOR,)),
    "B4": ("power cycle", ("reboot",), (
        f"{LOST}.test_a_rebooted_generator_has_lost_its_limits_and_gets_them_again",
        f"{REAL}.test_the_watchdog_is_armed_again_before_anything_is_set",
    )),
    "B5": ("word order", ("wrong",), (f"{HERE}.test_numbers_the_wrong_way_round_are_another_device",)),
    "B6": ("zero drift", ("o2_mfc.drift",), (
        "test_sensor_faults.test_a_flow_zero_is_noticed_at_rest_and_beyond_four_percent_nothing_starts",
    )),
    "B7": ("valve", ("isolation_valve.stuck",), (f"{LOST}.test_an_isolation_valve_that_does_not_open_holds_the_run",)),
    "B8": ("gauge off", ("chamber_gauge.off", "wide_gauge.off"), (SENSOR,)),
    "B9": ("generator", ("trouble",), (f"{HERE}.test_a_generator_in_trouble_is_off_and_not_tried_again",)),
    "B10": ("chiller, pump", ("trouble", "dry_pump.off"), (
        f"{LOST}.test_rf_is_off_in_time_and_stays_off", f"{HERE}.test_a_utility_that_trips_takes_rf_with_it",
    )),
}  # fmt: skip


@pytest.mark.parametrize("number", CATALOGUE)
def test_every_fault_can_be_injected_and_has_its_test(number: str):
    _, words, tests = CATALOGUE[number]
    assert set(words) <= {*WIRE_FAULTS, *PLANT_FAULTS}
    for name in tests:
        file, _, function = name.partition(".")
        assert callable(getattr(importlib.import_module(f"tests.system.{file}"), function)), name


def test_an_answer_under_another_address_is_named_so():
    pair = Pair("mfc_elflow", parse_fault("it.wrong_unit@2:as=9", ["it"]))
    pair.live(6.0)
    assert any("unit 9 answered in place of 1; do two devices share an address?" in n.text for n in pair.bus.notices)
    assert {q for arrival in list(pair.bus.inbox)[-1:] for _, _, q in arrival.items} == {Quality.BAD}


@pytest.mark.parametrize("driver", LINES)
def test_an_echo_is_no_device(driver: str):
    """The device is off and the line returns all that is sent: nothing is identified, read or set."""
    pair = Pair(driver, parse_fault("it.off@0", ["it"]), parse_fault("it.echo@0", ["it"]))
    pair.outputs = {name: output.safe for name, output in pair.at.outputs.items() if output.safe is not None}
    pair.live(8.0)
    assert not pair.at.ready
    assert not pair.at.written
    assert not any(quality is Quality.GOOD for arrival in pair.bus.inbox for _, _, quality in arrival.items)


@pytest.mark.parametrize("driver", ["mfc_elflow", "energy_sdm630"])
def test_numbers_the_wrong_way_round_are_another_device(driver: str):
    pair = Pair(driver, parse_fault("it.wrong@0:words=swapped", ["it"]))
    pair.live(5.0)
    assert not pair.at.ready
    assert not pair.bus.inbox or all(q is Quality.BAD for a in pair.bus.inbox for _, _, q in a.items)
    with pytest.raises(WrongDevice):
        pair.at.device.identify()


def inject(lab: Any, text: str) -> None:
    name, _, rest = text.partition(":")
    told = f"{name}@{lab.now}" + (f":{rest}" if rest else "")
    lab.world.add_faults([parse_fault(told, lab.world.fault_targets, PLANT_FAULTS)])


@pytest.mark.parametrize("trouble", ["local", "hot", "interlock"])
def test_a_generator_in_trouble_is_off_and_not_tried_again(lab_at, trouble: str):
    lab = lab_at("main clean")
    strikes = lab.scan.loops.rf_power.strikes
    inject(lab, f"rf_generator.trouble:with={trouble}")
    lab.run_for(25.0)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    assert lab.scan.unit.state is UnitState.HELD
    assert lab.scan.loops.rf_power.strikes == strikes, "not tried again"
    assert lab.scan.interlocks.first_out == "IL-30"
    assert any("IL-30" in reason for reason in lab.scan.unit.reasons)


@pytest.mark.parametrize(("device", "row"), [("chiller", "IL-25"), ("turbo", "IL-20"), ("dry_pump", "IL-19")])
def test_a_utility_that_trips_takes_rf_with_it(lab_at, device: str, row: str):
    lab = lab_at("main clean")
    inject(lab, f"{device}.trouble:with=trip")
    assert lab.run_until(lambda lab: lab.world.wiring.commands.rf_forward_w == 0.0, 6.0)
    assert lab.scan.interlocks.first_out == row
    lab.run_for(10.0)
    assert lab.scan.unit.state is UnitState.HELD
    if device != "chiller":
        assert not any(lab.world.wiring.commands.valve_open[gas] for gas in ("o2", "h2", "ar", "n2"))


def test_a_disturbed_line_is_an_alarm(lab_at):
    lab = lab_at("idle")
    inject(lab, "gas.corrupt:p=0.1")
    lab.run_for(125.0)
    assert "DV-02" in {alarm.id for alarm in lab.scan.alarms.shown()}
    assert any("line gas" in text for text in lab.scan.noisy.values())
