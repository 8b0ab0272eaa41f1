"""The bus: identify before anything else, leases, back-off for one device alone, and what a loss looks like."""

from __future__ import annotations

import pickle

import pytest

from drivers.bus import Bus
from drivers.device import NoReply, Refused, WrongDevice
from drivers.tags import Output, Quality, quality_of
from tests.drivers.oven import Oven, heard, run, run_until, two_ovens


@pytest.fixture
def line() -> tuple[Bus, Oven, Oven]:
    return two_ovens()


def test_identify_comes_first(line):
    bus, first, second = line
    run(bus, 1.0)
    for oven in (first, second):
        assert [job for _, job, _ in oven.done][:2] == ["identify", "write"]
    assert [(notice.device, notice.event) for notice in bus.notices] == [("first", "ready"), ("second", "ready")]


def test_nothing_is_written_to_a_stranger(line):
    bus, first, second = line
    first.moods["identify"] = WrongDevice("range is 100")
    run(bus, 2.0, {"first_heater_enable": True, "second_heater_enable": True})
    assert not first.written()
    assert second.written()[0]["heater_enable"] is True


def test_without_a_lease_the_safe_values_are_written_once(line):
    bus, first, _ = line
    run(bus, 1.0)
    assert first.written() == [{"heater_enable": False, "setpoint_c": 20.0}]  # fan has none: left alone


def test_lease_expiry_writes_the_safe_values(line):
    bus, first, _ = line
    run(bus, 1.0, {"first_heater_enable": True, "first_setpoint_c": 150.0, "first_fan_enable": True})
    assert first.written() == [{"heater_enable": True, "setpoint_c": 150.0, "fan_enable": True}]
    run(bus, 3.0)  # the scan hangs, the line lives
    assert first.written()[1:] == [{"heater_enable": False, "setpoint_c": 20.0}]
    assert 1.4 < first.times("write")[-1] < 1.6


def test_only_changes_are_written(line):
    bus, first, _ = line
    run(bus, 0.5, {"first_setpoint_c": 100.0})
    run(bus, 1.0, {"first_setpoint_c": 110.0})
    assert first.written()[1:] == [{"setpoint_c": 110.0}]


def test_refresh(line):
    bus, first, _ = line
    first.outputs["setpoint_c"] = Output("setpoint_c", "Set [°C]", safe=20.0, low=0.0, high=300.0, refresh_s=0.1)
    run(bus, 1.0)
    assert 8 <= len(first.times("write")) <= 11


def test_a_mute_device_backs_off_and_its_neighbour_keeps_its_rate(line):
    bus, first, second = line
    run(bus, 2.0)
    first.moods = dict.fromkeys(("identify", "temperature", "door", "write"), NoReply("mute"))
    first.done.clear()
    second.done.clear()
    run(bus, 22.0)
    gaps = [b - a for a, b in zip(first.times("identify"), first.times("identify")[1:], strict=False)]
    assert gaps[0] < 0.5
    assert [round(gap, 2) for gap in gaps] == sorted(round(gap, 2) for gap in gaps)
    assert max(gaps) == pytest.approx(5.2, abs=0.2)
    assert len(second.times("temperature")) == pytest.approx(200, abs=15)
    assert [notice.event for notice in bus.notices if notice.device == "first"] == ["ready", "error", "lost"]


def test_after_an_error_the_line_is_drained_and_the_device_asked_again(line):
    bus, first, _ = line
    run(bus, 1.0)
    first.moods["temperature"] = NoReply("late")
    run(bus, 1.2)
    first.moods.clear()
    assert bus.port.drained
    run(bus, 2.0)
    assert first.times("identify")[1] >= bus.port.drained[0] + 0.05
    assert len(first.written()) >= 2  # it may have lost its setpoints


def test_loss_makes_every_tag_bad(line):
    bus, first, _ = line
    run(bus, 1.0)
    bus.inbox.clear()
    first.moods = dict.fromkeys(("identify", "temperature", "door"), NoReply("mute"))
    run(bus, 2.0)
    last = {name: reading for name, reading in heard(bus) if name.startswith("first_")}
    assert {reading.quality for reading in last.values()} == {Quality.BAD}
    assert set(last) == {"first_temperature_c", "first_door_closed"}
    first.moods.clear()
    bus.inbox.clear()
    run(bus, 8.0)
    assert {reading.quality for name, reading in heard(bus) if name.startswith("first_")} == {Quality.GOOD}


def test_one_that_only_says_who_it_is_backs_off_too(line):
    bus, first, second = line
    first.moods = dict.fromkeys(("temperature", "door", "write"), NoReply("mute"))
    run(bus, 20.0)
    assert len(first.times("identify")) < 15
    assert len(second.times("temperature")) == pytest.approx(200, abs=20)


def mute_polls() -> dict[str, Exception]:
    return dict.fromkeys(("temperature", "door"), NoReply("mute"))


@pytest.mark.parametrize("write", [None, Refused("interlock is open")], ids=["taken", "refused"])
def test_one_whose_polls_all_time_out_is_lost_though_it_takes_writes(line, write):
    """A write may get no answer, or a refusal: neither proves that the device tells anything any more."""
    bus, first, second = line
    run(bus, 1.0, {"first_heater_enable": True})
    bus.inbox.clear()
    first.moods = mute_polls() | ({"write": write} if write else {})
    first.done.clear()
    second.done.clear()
    run(bus, 21.0, {"first_heater_enable": True})
    told = [notice.event for notice in bus.notices if notice.device == "first" and notice.text != "interlock is open"]
    assert told[:2] == ["ready", "error"] and told[-1] == "lost"
    assert told.count("lost") == 1, "said once, not at every attempt"
    last = {name: reading.quality for name, reading in heard(bus) if name.startswith("first_")}
    assert last == {"first_temperature_c": Quality.BAD, "first_door_closed": Quality.BAD}
    tries = first.times("identify")
    assert len(tries) < 12 and tries[-1] - tries[-2] > 5.0
    assert len(second.times("temperature")) == pytest.approx(200, abs=15)


def test_one_that_was_lost_is_back_when_it_answers_a_poll(line):
    bus, first, _ = line
    run(bus, 1.0)
    first.moods = mute_polls()
    run(bus, 10.0)
    bus.notices.clear()
    bus.inbox.clear()
    first.moods.clear()
    run(bus, 16.0)
    assert [notice.event for notice in bus.notices if notice.device == "first"] == ["ready"]
    assert bus.notices[0].time_s == min(r.time_s for name, r in heard(bus) if name.startswith("first_"))
    assert bus.attached[0].failures == 0
    assert {reading.quality for name, reading in heard(bus) if name.startswith("first_")} == {Quality.GOOD}


def test_single_failures_between_good_polls_are_no_loss(line):
    bus, first, _ = line
    run(bus, 1.0)
    for again in range(1, 6):
        first.moods["temperature"] = NoReply("late")
        run_until(bus, lambda: bus.attached[0].failures > 0)
        first.moods.clear()
        run(bus, 1.0 + again)
    told = [notice.event for notice in bus.notices if notice.device == "first"]
    assert told == ["ready", *["error", "ready"] * 5]
    qualities = [reading.quality for name, reading in heard(bus) if name.startswith("first_")]
    assert set(qualities) == {Quality.GOOD}
    assert bus.attached[0].failures == 0


@pytest.mark.parametrize("answer", [None, Refused("interlock is open")], ids=["taken", "refused"])
def test_without_polls_a_write_is_the_proof(line, answer):
    bus, first, _ = line
    bus.attached[0].periods, bus.attached[0].due_s, bus.attached[0].next_s = [], [], float("inf")
    for fails in range(4):
        first.moods = {"write": NoReply("mute")}
        run_until(bus, lambda: bus.attached[0].failures > 0, {"first_setpoint_c": 100.0 + fails})
        first.moods = {"write": answer} if answer else {}
        run(bus, bus.port.now() + 1.0, {"first_setpoint_c": 100.0 + fails})
        assert bus.attached[0].failures == 0
    assert "lost" not in [notice.event for notice in bus.notices]
    first.moods = {"write": NoReply("mute")}
    run(bus, bus.port.now() + 5.0, {"first_setpoint_c": 200.0})
    assert "lost" in [notice.event for notice in bus.notices]


def test_a_pause_does_not_put_off_the_safe_values_of_one_that_takes_writes(line):
    """A device that hears but does not answer its polls: when the scan stops, it must not keep the scan's values."""
    bus, first, _ = line
    first.moods = mute_polls()
    wish = {"first_heater_enable": True, "first_setpoint_c": 150.0}
    run(bus, 20.0, wish)
    run_until(bus, lambda: bus.attached[0].next_try_s > bus.port.now() + 3.0, wish)
    stopped_s, before = bus.lease.granted_s, len(first.written())
    assert first.written()[-1] == {"heater_enable": True, "setpoint_c": 150.0}
    run(bus, stopped_s + 2.0)
    assert first.written()[before:] == [{"heater_enable": False, "setpoint_c": 20.0}], "once, then the pause goes on"
    assert first.times("write")[-1] == pytest.approx(stopped_s + 0.5, abs=0.1)


def test_a_refused_write_is_not_hammered(line):
    bus, first, second = line
    first.moods["write"] = Refused("interlock is open")
    run(bus, 10.0, {"first_heater_enable": True})
    assert len(first.times("identify")) == 1
    assert 4 <= len(first.times("write")) <= 10
    assert len(first.times("temperature")) == pytest.approx(100, abs=8)
    assert len(second.times("temperature")) == pytest.approx(100, abs=8)
    assert [notice.text for notice in bus.notices if notice.event == "error"] == ["interlock is open"]


def test_a_refusal_does_not_put_off_the_safe_values(line):
    """The scan stops while a device refuses a write: the pause before the next try must not outlast the lease."""
    bus, first, _ = line
    run(bus, 1.0, {"first_heater_enable": True})
    first.moods["write"] = Refused("too hot")
    run(bus, 8.0, {"first_heater_enable": True, "first_setpoint_c": 250.0})
    assert bus.attached[0].ask_again_s > bus.port.now() + 1.0, "the next try is far off"
    stopped_s = bus.lease.granted_s
    del first.moods["write"]
    run(bus, stopped_s + 0.7)  # no lease any more
    safe = [at for at, what, detail in first.done if what == "write" and detail.get("heater_enable") is False]
    assert safe[-1] == pytest.approx(stopped_s + 0.5, abs=0.1)


def test_after_a_refusal_another_wish_goes_out_at_once(line):
    bus, first, _ = line
    first.moods["write"] = Refused("interlock is open")
    run(bus, 10.0, {"first_heater_enable": True})
    before = len(first.written())
    run(bus, 10.1, {"first_heater_enable": False})
    assert first.written()[before]["heater_enable"] is False


def test_a_refused_reading_is_bad_and_the_others_go_on(line):
    bus, first, _ = line
    first.moods["door"] = Refused("no such command")
    run(bus, 2.0)
    readings = dict(heard(bus))
    assert readings["first_door_closed"].quality is Quality.BAD
    assert readings["first_temperature_c"].quality is Quality.GOOD
    assert len(first.times("identify")) == 1
    assert len([notice for notice in bus.notices if notice.event == "error"]) == 1


@pytest.mark.parametrize(
    ("value", "quality"),
    [
        (0.0, Quality.GOOD),
        (300.0, Quality.GOOD),
        (-0.1, Quality.BAD),
        (300.1, Quality.BAD),
        (float("nan"), Quality.BAD),
        (float("inf"), Quality.BAD),
        (None, Quality.BAD),
    ],
)
def test_quality(line, value, quality):
    bus, first, _ = line
    first.value = value
    run(bus, 0.3)
    assert heard(bus, "first_temperature_c")[0][1].quality is quality
    assert quality_of(Oven.temperature, value) is quality


def test_a_reading_carries_the_time_of_its_answer(line):
    bus, first, _ = line
    run(bus, 1.0)
    times = [reading.time_s for _, reading in heard(bus, "first_temperature_c")]
    assert times == pytest.approx([time + 0.005 for time in first.times("temperature")])


def test_rest_is_respected(line):
    bus, first, second = line
    run(bus, 1.0)
    first.rest(2.0)
    first.done.clear()
    second.done.clear()
    run(bus, 2.9)
    assert not first.done
    assert second.done


def test_next_due_is_never_in_the_past(line):
    bus, first, second = line
    run(bus, 1.0)
    assert bus.next_due(1.0) >= 1.0
    first.rest(3.0)
    second.rest(2.0)
    assert bus.next_due(1.0) == second.rest_until_s  # nobody need look before


def test_same_inputs_same_trace_after_a_restore(line):
    bus, first, _ = line
    run(bus, 1.0)
    copy = pickle.loads(pickle.dumps(bus))
    run(bus, 3.0)
    run(copy, 3.0)
    assert list(copy.inbox) == list(bus.inbox)
    assert copy.attached[0].device.done == first.done
