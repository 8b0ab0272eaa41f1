"""Devices that the reference tool does not have: each driver, written from the fact sheet, meets the emulator that
somebody else wrote from the same sheet. Identity, every tag, writes, and what happens when one of them is silent.
"""

from __future__ import annotations

import pytest

from drivers.tags import Quality
from tests.system.pair import Pair

DEVICES = ("energy_sdm630", "io_wago750", "film_sqm160")


@pytest.fixture(params=DEVICES)
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


def test_they_understand_each_other(pair: Pair):
    told = pair.live(25.0)
    assert pair.at.ready, list(pair.bus.notices)
    assert [notice.event for notice in pair.bus.notices] == ["ready"], list(pair.bus.notices)
    assert set(told) == set(pair.at.device.tags)
    assert {name for name, (_, quality) in told.items() if quality is not Quality.GOOD} == set(), told


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
