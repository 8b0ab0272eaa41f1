"""What people do at a device itself: pumps that they reset do not start, another gas or mask is noticed."""

from __future__ import annotations

import pytest

from drivers.tags import Quality
from sim.faults import parse_fault
from tests.system.pair import Pair


@pytest.fixture
def turbo() -> Pair:
    pair = Pair("pump_turbovac")
    pair.wiring.sensors.turbo_bearing_c = 40.0
    pair.outputs = {"turbo_enable": True}
    pair.live(3.0)
    assert pair.emulator.drive.on
    pair.bus.notices.clear()
    return pair


def asked_anew(pair: Pair) -> bool:
    """Off, then on: whether it runs then."""
    pair.outputs = {"turbo_enable": False}
    pair.live(0.5)
    pair.outputs = {"turbo_enable": True}
    pair.live(1.0)
    return bool(pair.emulator.drive.on)


def said(pair: Pair) -> list[str]:
    return [notice.text for notice in pair.bus.notices if "without our order" in notice.text]


def test_a_turbo_that_tripped_and_was_reset_stays_off_until_asked_anew(turbo):
    turbo.emulator.trip()
    turbo.live(3.0)
    turbo.emulator.drive.error = 0  # by a person, at the pump
    told = turbo.live(10.0)
    assert not turbo.emulator.drive.on
    assert len(said(turbo)) == 1
    assert "stays off" in told["turbo_error"][0]
    assert asked_anew(turbo)


def test_a_turbo_that_was_switched_off_at_the_pump_stays_off(turbo):
    turbo.emulator.drive.on = False
    turbo.live(10.0)
    assert not turbo.emulator.drive.on and turbo.at.ready
    assert len(said(turbo)) == 1
    assert asked_anew(turbo)


def test_a_turbo_that_was_without_power_stays_off(turbo):
    turbo.emulator.reboot(turbo.clock.now)
    turbo.at.ready = False  # lost and found again
    turbo.live(10.0)
    assert not turbo.emulator.drive.on and turbo.at.ready
    assert len(said(turbo)) == 1
    assert asked_anew(turbo)


def test_an_order_that_was_refused_is_over():
    pair = Pair("pump_turbovac")
    pair.wiring.sensors.turbo_bearing_c = 40.0
    pair.live(1.0)
    pair.emulator.trip()
    pair.outputs = {"turbo_enable": True}
    pair.live(2.0)
    pair.emulator.drive.error = 0
    pair.live(10.0)
    assert not pair.emulator.drive.on
    assert asked_anew(pair)


def test_another_gas_selected_at_the_panel_is_another_device_until_it_is_set_back():
    pair = Pair("mfc_alicat")
    pair.outputs = {"flow_setpoint_sccm": 50.0}
    pair.live(3.0)
    was = pair.live(0.5)["mfc_gas"][0]
    pair.emulator.receive(b"AG 8\r", pair.clock.now)
    pair.live(20.0)
    assert not pair.at.ready
    pair.bus.inbox.clear()
    assert not pair.live(10.0), "no flow of a gas that nobody asked for"
    assert any(f"should be to {was}" in notice.text for notice in pair.bus.notices)
    pair.emulator.receive(b"AG 11\r", pair.clock.now)
    assert pair.live(10.0)["mfc_gas"] == (was, Quality.GOOD)


@pytest.mark.parametrize("by", [0.3, 0.95, 1.1, 1.5, 1.9])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_late_answer_is_not_the_code_of_the_next_mask(by, count):
    """Masks change all the time; a code is believed only when it was in view since the reader was asked."""
    pair = Pair("reader_ascii", parse_fault(f"it.late@3:by={by},n={count}", ["it"]))
    asked, read = [], pair.at.device.read_code
    pair.at.device.read_code = lambda: (asked.append(pair.clock.now), read())[1]
    in_view, believed = [], 0
    for tick in range(2000):
        pair.wiring.sensors.mask_code = f"M{tick // 73}"
        in_view.append((pair.clock.now + 0.01, pair.wiring.sensors.mask_code))
        pair.tick()
        while pair.bus.inbox:
            for name, value, quality in pair.bus.inbox.popleft().items:
                if name == "mask_code" and quality is Quality.GOOD:
                    believed += 1
                    assert value in {code for time, code in in_view if time >= asked[-1] - 0.001}
    assert believed >= 2
