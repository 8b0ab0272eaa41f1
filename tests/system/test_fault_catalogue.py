"""The catalogue of faults of lines (A) and devices (B): each is an injection of `--fault`, and each has a test.

Those that no other file tests are tested here; the table says where the others are, and a test sees that it is true.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from controller.scan.unit_state import UnitState
from drivers.catalogue import driver_class
from drivers.device import WrongDevice
from drivers.tags import Output, Quality
from sim.faults import WIRE_FAULTS, parse_fault
from sim.plant.faults import PLANT_FAULTS
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES, Pair
from tests.system.test_real_lines import Bench, bus_on, live, served

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
    "A8": ("port moves", ("unplug",), (
        f"{REAL}.test_a_device_that_moves_to_another_name_is_found_by_who_it_is",
        f"{HERE}.test_a_device_that_moves_takes_its_setpoint_along_and_leaves_none_behind",
    )),
    "A9": ("ports exchanged", ("unplug",), (f"{REAL}.test_exchanged_plugs_are_refused",)),
    "A10": ("exception", ("exc",), (
        GOOD, f"{HERE}.test_a_busy_device_is_asked_again_and_does_it_later",
        f"{HERE}.test_what_a_device_cannot_do_is_told_once_and_not_hammered",
    )),
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
        f"{HERE}.test_after_a_power_cycle_nothing_is_set_before_it_has_said_who_it_is",
        f"{HERE}.test_after_a_power_cycle_what_may_not_start_by_itself_stays_off",
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


@pytest.mark.realtime
def test_a_device_that_moves_takes_its_setpoint_along_and_leaves_none_behind(tmp_path: Path):
    """Its adapter comes back under another name; under its own there is one of another range: only asked who it is."""
    ours, other = Bench("mfc_elflow", "it.unplug@1.5:for=3"), Bench("mfc_elflow")
    other.emulator.instrument.capacity = 100.0  # type: ignore[attr-defined]
    heard: dict[str, list[tuple[float, bytes]]] = {"ours": [], "other": []}
    for name, bench in (("ours", ours), ("other", other)):
        bench.emulator.receive = noting(heard[name], bench.emulator.receive)  # type: ignore[method-assign]
    with served(ours) as (ours_url, _), served(other) as (other_url, _):
        (a, b) = (tmp_path / "usb-a", tmp_path / "usb-b")
        a.symlink_to(ours_url)
        bus = bus_on(str(tmp_path / "usb-*"), "mfc_elflow", {"flow_setpoint_sccm": 50.0})
        live(bus, lambda: ours.emulator.instrument.asked > 0.0, 3.0)  # type: ignore[attr-defined]
        live(bus, lambda: ours.line.link == "gone", 3.0)
        a.unlink()
        a.symlink_to(other_url)
        b.symlink_to(ours_url)
        heard["ours"].clear()
        live(bus, lambda: any(data[1] in WRITES for _, data in heard["ours"]), 10.0)
        bus.port.close()
    assert any("range of 100" in notice.text for notice in bus.notices), "the other one was met"
    assert heard["other"] and not [data for _, data in heard["other"] if data[1] in WRITES]
    functions = [data[1] for _, data in heard["ours"]]
    assert functions.index(16) > 2, "it is asked first, too"
    (ready,) = [notice for notice in bus.notices if notice.event == "ready"][1:]
    assert ready.time_s > max(notice.time_s for notice in bus.notices if "range of 100" in notice.text)


WRITES = (5, 6, 15, 16)  #: functions of Modbus


def noting(heard: list[tuple[float, bytes]], receive: Any) -> Any:
    def noted(data: bytes, now: float) -> bytes:
        heard.append((time.monotonic(), data))
        answer: bytes = receive(data, now)
        return answer

    return noted


MODBUS = {  #: driver -> what is asked of it, and then
    "mfc_elflow": ({"flow_setpoint_sccm": 10.0}, {"flow_setpoint_sccm": 50.0}),
    "io_bk9050": ({"rf_permit": False}, {"rf_permit": True}),
    "io_wago750": ({"rf_permit": False}, {"rf_permit": True}),
}


def refusing(driver: str, code: int, for_s: float) -> tuple[Pair, list[tuple[float, dict[str, Any]]]]:
    """A device that refuses everything from 4 s on, when something else is asked; and when it was told to do so."""
    pair = Pair(driver, parse_fault(f"it.exc@4:code={code},for={for_s}", ["it"]))
    pair.outputs = MODBUS[driver][0]
    pair.live(3.95)
    assert pair.at.ready
    pair.bus.notices.clear()
    pair.live(0.1)
    written: list[tuple[float, dict[str, Any]]] = []
    write = pair.at.device.write

    def noted(values: Any) -> None:
        written.append((pair.clock.now, dict(values)))
        write(values)

    pair.at.device.write = noted  # type: ignore[method-assign]
    pair.outputs = MODBUS[driver][1]
    return pair, written


@pytest.mark.parametrize("driver", MODBUS)
def test_a_busy_device_is_asked_again_and_does_it_later(driver: str):
    ((name, value),) = MODBUS[driver][1].items()
    pair, written = refusing(driver, 6, 2.0)
    pair.bus.inbox.clear()
    pair.live(1.8)
    assert len(written) >= 3, "tried again"
    assert pair.at.ready and pair.at.failures == 0, "it is there: nobody asks who it is"
    assert name not in pair.at.written
    assert {quality for arrival in pair.bus.inbox for _, _, quality in arrival.items} == {Quality.BAD}
    pair.bus.inbox.clear()
    pair.live(4.0)
    assert pair.at.written[name][0] == value
    actual = pair.emulator.instrument.asked if driver == "mfc_elflow" else pair.wiring.commands.rf_permit
    assert actual
    assert {quality for _, _, quality in pair.bus.inbox[-1].items} == {Quality.GOOD}


@pytest.mark.parametrize("driver", MODBUS)
def test_what_a_device_cannot_do_is_told_once_and_not_hammered(driver: str):
    pair, written = refusing(driver, 2, 100.0)
    pair.live(30.0)
    told = Counter(notice.text for notice in pair.bus.notices)
    assert told and set(told.values()) == {1}, told
    assert all("illegal data address" in text for text in told)
    assert 5 <= len(written) <= 12, "0.2 s, 0.4 s … 5 s between two attempts"
    assert written[-1][0] - written[-2][0] >= 4.9
    assert pair.at.ready


def able(driver: str) -> dict[str, Output]:
    """The outputs of a driver that anybody may set."""
    cls = driver_class(driver)
    device = cls("it", None, 1, cls.options_model.model_validate(OPTIONS[driver]))  # type: ignore[arg-type]
    return {name: output for name, output in device.outputs.items() if output.safe is not None}


def asked(output: Output) -> Any:
    """Something that is not safe."""
    if output.kind == "flag":
        return not output.safe
    assert output.low is not None and output.high is not None
    return output.low + (output.high - output.low) * 0.1


SETTING = [driver for driver in LINES if able(driver)]
CAREFUL = [driver for driver in SETTING if any(output.off_first for output in able(driver).values())]
CYCLE_S, BOOTS_S = 6.0, 2.0


def cycled(driver: str) -> tuple[Pair, list[tuple[float, str, dict[str, Any]]]]:
    """A device with all its outputs set, just before its power cycle; and every job done with it from then on."""
    pair = Pair(driver, parse_fault(f"it.reboot@{CYCLE_S}:for={BOOTS_S}", ["it"]))
    pair.wiring.commands.rf_permit = pair.wiring.sensors.chain_closed = True
    pair.outputs = {name: output.safe for name, output in able(driver).items()}
    pair.live(2.0)
    pair.outputs = {name: asked(output) for name, output in able(driver).items()}
    pair.live(CYCLE_S - 2.1)
    assert set(pair.outputs) <= set(pair.at.written), "all of it is set"
    done: list[tuple[float, str, dict[str, Any]]] = []
    identify, write = pair.at.device.identify, pair.at.device.write

    def identified() -> str:
        who = identify()
        done.append((pair.clock.now, "identify", {}))
        return who

    def wrote(values: Any) -> None:
        done.append((pair.clock.now, "write", dict(values)))
        write(values)

    pair.at.device.identify = identified  # type: ignore[method-assign]
    pair.at.device.write = wrote  # type: ignore[method-assign]
    return pair, done


@pytest.mark.parametrize("driver", SETTING)
def test_after_a_power_cycle_nothing_is_set_before_it_has_said_who_it_is(driver: str):
    pair, done = cycled(driver)
    pair.live(BOOTS_S + 12.0)
    after = [(job, values) for time_s, job, values in done if time_s >= CYCLE_S + BOOTS_S]
    assert after[0][0] == "identify"
    again = {name for job, values in after for name in values if job == "write"}
    assert again == set(able(driver)), "and then it gets all of it anew"
    assert pair.at.ready


@pytest.mark.parametrize("driver", CAREFUL)
def test_after_a_power_cycle_what_may_not_start_by_itself_stays_off(driver: str):
    pair, done = cycled(driver)
    careful = {name: output.safe for name, output in able(driver).items() if output.off_first}
    assert all(pair.at.written[name][0] != safe for name, safe in careful.items()), "it was on"
    pair.live(BOOTS_S + 12.0)
    after = [values for time_s, job, values in done if time_s >= CYCLE_S and job == "write"]
    assert all(values.get(name, safe) == safe for values in after for name, safe in careful.items()), after
    assert pair.wiring.commands.rf_forward_w == 0.0
    pair.outputs = {**(pair.outputs or {}), **careful}
    pair.live(1.0)
    pair.outputs = {name: asked(output) for name, output in able(driver).items()}
    pair.live(3.0)
    assert all(pair.at.written[name][0] != safe for name, safe in careful.items()), "asked off, then on, it goes on"


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
