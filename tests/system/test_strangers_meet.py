"""Devices that the reference tool does not have: each driver, written from the fact sheet, meets the emulator that
somebody else wrote from the same sheet. Identity, every tag, writes, and what happens when one of them is silent.
"""

from __future__ import annotations

import pytest

from drivers.tags import Quality
from tests.system.pair import Pair

DEVICES = (
    "energy_sdm630", "film_sqm160", "gauge_mks937b", "gauge_thyracont", "io_wago750", "match_ae", "mfc_alicat",
    "mfc_propar", "pump_turbovac", "reader_ascii", "rf_comet_cito", "rf_tandc_ag", "stage_zaber",
)  # fmt: skip


@pytest.fixture(params=DEVICES)
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


def test_they_understand_each_other(pair: Pair):
    sensors = pair.wiring.sensors
    sensors.guard_gauge_pa = sensors.wide_gauge_pa = 1.0
    sensors.mask_code = "MASK-0001"
    told = pair.live(25.0)
    assert pair.at.ready, list(pair.bus.notices)
    assert [notice.event for notice in pair.bus.notices] == ["ready"], list(pair.bus.notices)
    assert set(told) == set(pair.at.device.tags)
    unknown = {"stage_x_mm", "stage_y_mm"} & set(told)  # before it is homed
    assert {name for name, (_, quality) in told.items() if quality is not Quality.GOOD} == unknown, told


def test_silence_is_a_loss_and_its_end_is_noticed(pair: Pair):
    pair.live(3.0)
    pair.emulator.mute = True
    told = pair.live(10.0)
    assert {quality for _, quality in told.values()} == {Quality.BAD}
    pair.emulator.mute = False
    pair.bus.inbox.clear()
    assert pair.live(20.0) and pair.at.ready


def test_the_meter_says_what_the_tool_draws():
    pair = Pair("energy_sdm630")
    pair.wiring.sensors.mains_w = 2400.0
    told = pair.live(15.0)
    assert told["mains_power_w"][0] == pytest.approx(2400.0, rel=0.01)


def test_the_crystal_says_how_thick_the_film_is():
    pair = Pair("film_sqm160")
    pair.wiring.sensors.quartz_film_nm = 12.0
    told = pair.live(5.0)
    assert told["film_thickness_nm"][0] == pytest.approx(12.0, abs=0.1)


def test_the_coupler_s_watchdog_is_armed_and_drops_the_permit_when_nobody_writes():
    pair = Pair("io_wago750")
    pair.outputs = {"rf_permit": True, "vent_valve_open": False, "buzzer": False}
    pair.live(3.0)
    assert pair.wiring.commands.rf_permit
    fell_s = pair.clock.now + 1.0 + 0.1  # its watchdog, and one tick of it
    while pair.wiring.commands.rf_permit:  # nobody writes any more: the line is dead, the coupler lives
        pair.clock.now = round(pair.clock.now + 0.01, 6)
        pair.emulator.step(pair.clock.now, 0.01)
        assert pair.clock.now <= fell_s + 0.05
    assert not pair.wiring.commands.rf_permit


def test_the_stage_goes_where_it_is_sent_once_it_is_homed():
    pair = Pair("stage_zaber")
    pair.outputs = {"stage_stop": False, "stage_home": False}
    pair.live(2.0)
    pair.outputs = {"stage_stop": False, "stage_home": True}
    pair.live(30.0)
    pair.outputs = {"stage_stop": False, "stage_home": True, "stage_x_setpoint_mm": 40.0, "stage_y_setpoint_mm": 15.0}
    told = pair.live(30.0)
    assert told["stage_homed"][0] is True
    assert pair.wiring.commands.stage_mm["x"] == pytest.approx(40.0, abs=0.001)
    assert pair.wiring.commands.stage_mm["y"] == pytest.approx(15.0, abs=0.001)
    assert told["stage_x_mm"][0] == pytest.approx(40.0, abs=0.001)


def test_a_generator_that_hears_nothing_for_two_seconds_drops_control_and_rf():
    pair = Pair("rf_tandc_ag")
    pair.wiring.commands.rf_permit = True
    pair.outputs = {"rf_enable": False, "load_power_setpoint_w": 100.0, "match_auto": True}
    pair.live(2.0)
    pair.outputs = {"rf_enable": True, "load_power_setpoint_w": 100.0, "match_auto": True}
    pair.live(3.0)
    assert pair.wiring.commands.rf_forward_w > 90.0
    silent_s = 0.0
    while pair.wiring.commands.rf_forward_w > 0.0:  # our line is dead, the generator lives
        pair.clock.now = round(pair.clock.now + 0.01, 6)
        pair.line.step(pair.clock.now, 0.01)
        silent_s += 0.01
        assert silent_s < 2.2
    assert silent_s > 1.7
    pair.live(5.0)
    assert pair.at.ready
    assert pair.wiring.commands.rf_forward_w == 0.0, "it never comes back by itself"


def test_the_reader_says_which_mask_lies_there():
    pair = Pair("reader_ascii")
    pair.wiring.sensors.mask_code = "MASK-0042"
    told = pair.live(6.0)
    assert told["mask_code"][0] == "MASK-0042"
    assert told["mask_code_seen"][0] is True


@pytest.mark.parametrize("driver", ["mfc_propar", "mfc_alicat"])
def test_the_flow_is_what_was_set(driver: str):
    pair = Pair(driver)
    pair.outputs = {"flow_setpoint_sccm": 80.0}
    pair.live(2.0)
    assert pair.wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(80.0, rel=0.001)
    pair.wiring.sensors.flow_sccm["o2"] = 79.0
    told = pair.live(2.0)
    assert told["flow_sccm"][0] == pytest.approx(79.0, rel=0.005)
    assert told["flow_readback_sccm"][0] == pytest.approx(80.0, rel=0.001)


def test_the_turbo_turns_on_when_its_controller_has_died():
    pair = Pair("pump_turbovac", timeout_s=0.0)
    pair.outputs = {"turbo_enable": True}
    pair.live(3.0)
    assert pair.wiring.commands.turbo_on
    for _ in range(3000):  # half a minute without a word of ours
        pair.clock.now = round(pair.clock.now + 0.01, 6)
        pair.line.step(pair.clock.now, 0.01)
    assert pair.wiring.commands.turbo_on
