"""What lies on a line that nobody asked for, and where a port looks when nobody known answers."""

from __future__ import annotations

import pytest

from drivers.bus import Bus
from drivers.device import BadReply, NoReply, PortLost
from drivers.tags import Quality
from tests.drivers.oven import Oven, heard, run, run_until, two_ovens


@pytest.fixture
def line() -> tuple[Bus, Oven, Oven]:
    return two_ovens()


def test_bytes_that_nobody_asked_for_cost_the_trust_in_the_one_asked_last(line):
    """A late reply of the first would else pass for that of the second."""
    bus, first, second = line
    run_until(bus, lambda: bool(first.times("door")) and bool(second.times("door")))
    asked_last = max((first, second), key=lambda oven: oven.done[-1][0])
    bus.port.unasked = 7  # type: ignore[attr-defined]
    before = {oven.name: len(oven.times("identify")) for oven in (first, second)}
    run(bus, bus.port.now() + 0.5)
    after = {oven.name: len(oven.times("identify")) for oven in (first, second)}
    assert {name for name in after if after[name] > before[name]} == {asked_last.name}
    assert bus.port.drained, "and the line is drained before anybody is asked again"  # type: ignore[attr-defined]
    assert any("7 bytes came unasked" in notice.text and "second master" in notice.text for notice in bus.notices)


def test_a_second_master_takes_the_line_out_of_trust(line):
    bus, _, _ = line
    run(bus, 1.0)
    bus.inbox.clear()
    for number in range(100):
        bus.port.unasked = 3  # type: ignore[attr-defined]
        run(bus, 1.0 + number * 0.05)
    assert any(reading.quality is Quality.BAD for _, reading in heard(bus))
    assert {notice.event for notice in bus.notices} >= {"lost"}


def test_only_where_nobody_known_answers_the_port_looks_elsewhere(line):
    bus, first, second = line
    run(bus, 1.0)
    first.moods = {"temperature": NoReply("dead"), "door": NoReply("dead"), "identify": NoReply("dead")}
    run(bus, bus.port.now() + 3.0)
    assert bus.port.moved == 0, "its neighbour answers: the line is the right one"  # type: ignore[attr-defined]
    second.moods = dict(first.moods)
    run(bus, bus.port.now() + 3.0)
    assert bus.port.moved > 0  # type: ignore[attr-defined]


def test_one_disturbed_reply_is_no_reason_to_look_elsewhere(line):
    bus, first, second = line
    run(bus, 1.0)
    for oven in (first, second):
        oven.moods = {"temperature": BadReply("noise")}
    run(bus, bus.port.now() + 0.15)
    for oven in (first, second):
        oven.moods = {}
    run(bus, bus.port.now() + 3.0)
    assert bus.port.moved == 0  # type: ignore[attr-defined]
    assert all(at.ready for at in bus.attached)


def test_every_device_is_looked_for_in_one_place_before_the_next(line):
    """One is dead: were they asked in turns in two places, the other would never be found."""
    bus, first, second = line
    first.moods = {"identify": NoReply("dead")}
    here: list[int] = []
    identify = second.identify

    def lives_in_the_second_place() -> str:
        here.append(bus.port.moved)  # type: ignore[attr-defined]
        if bus.port.moved % 2 == 0:  # type: ignore[attr-defined]
            second.port.spend(0.1)  # type: ignore[attr-defined]
            raise NoReply("nobody")
        return identify()

    second.identify = lives_in_the_second_place  # type: ignore[method-assign]
    run(bus, 10.0)
    assert bus.attached[1].ready
    assert bus.port.moved == 1, "and it stays there"  # type: ignore[attr-defined]


def test_after_the_port_was_lost_nobody_on_it_is_written_to_before_it_says_who_it_is(line):
    """What opens next may be another adapter."""
    bus, first, second = line
    wish = {"first_setpoint_c": 50.0, "second_setpoint_c": 60.0}
    run(bus, 1.0, wish)
    first.moods = {"temperature": PortLost("unplugged")}
    run_until(bus, lambda: bool(bus.errors), wish)
    lost_s = bus.port.now()
    first.moods = {}
    run(bus, lost_s + 2.0, {"first_setpoint_c": 50.0, "second_setpoint_c": 61.0})
    jobs = [what for at, what, _ in second.done if at >= lost_s - 0.01]
    assert jobs[0] == "identify"
    assert second.written()[-1]["setpoint_c"] == 61.0


def test_a_network_connection_on_which_nobody_answers_is_made_anew_but_not_for_one_dead_neighbour(line):
    bus, first, second = line
    bus.port.network = True  # type: ignore[attr-defined]
    run(bus, 1.0)
    first.moods = {"temperature": NoReply("dead"), "door": NoReply("dead"), "identify": NoReply("dead")}
    run(bus, bus.port.now() + 20.0)
    assert bus.port.hung_up == 0  # type: ignore[attr-defined]
    second.moods = dict(first.moods)
    run(bus, bus.port.now() + 3.0)
    assert bus.port.hung_up > 0  # type: ignore[attr-defined]


def test_a_disturbed_line_is_called_so_and_called_quiet_again(line):
    """One failure in ten: it answers again at once, so nothing is lost; but somebody has to look at the cable."""
    bus, first, _ = line

    def disturbed(seconds: float, every_s: float) -> None:
        began = bus.port.now()
        for number in range(round(seconds / every_s)):
            first.moods["temperature"] = NoReply("noise")
            run(bus, began + number * every_s + 0.12)
            first.moods.clear()
            run(bus, began + (number + 1) * every_s)

    run(bus, 1.0)
    disturbed(118.0, 0.4)
    told = [(notice.event, notice.device) for notice in bus.notices if notice.event in ("noisy", "quiet")]
    assert told == [("noisy", "heat")]
    assert not any(notice.event == "lost" for notice in bus.notices)
    run(bus, 310.0)
    assert [notice.event for notice in bus.notices if notice.event in ("noisy", "quiet")] == ["noisy", "quiet"]


def test_a_dead_device_is_lost_and_no_disturbance(line):
    bus, first, _ = line
    run(bus, 1.0)
    first.moods = {"temperature": NoReply("dead"), "door": NoReply("dead"), "identify": NoReply("dead")}
    run(bus, 200.0)
    assert {notice.event for notice in bus.notices} == {"ready", "error", "lost"}
