"""Alarms: every transition of ISA-18.2 that there is, none that there is not, shelving, order, journal."""

from __future__ import annotations

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from controller.scan.alarms import MAX_SHELVED_S, MIN_SHELVED_S, Alarm, AlarmBook, AlarmState

A = AlarmState
EVENTS = ("raise", "clear", "acknowledge", "reset")
#: (latching, state, event) -> state after; what is not here changes nothing
NEXT = {
    (False, A.NORMAL, "raise"): A.NEW,
    (False, A.NEW, "acknowledge"): A.SEEN,
    (False, A.NEW, "clear"): A.CLEARED,
    (False, A.SEEN, "clear"): A.NORMAL,
    (False, A.CLEARED, "acknowledge"): A.NORMAL,
    (False, A.CLEARED, "raise"): A.NEW,
    (True, A.NORMAL, "raise"): A.NEW,
    (True, A.NEW, "acknowledge"): A.SEEN,
    (True, A.NEW, "clear"): A.LATCHED_NEW,
    (True, A.SEEN, "clear"): A.LATCHED_SEEN,
    (True, A.LATCHED_NEW, "acknowledge"): A.LATCHED_SEEN,
    (True, A.LATCHED_NEW, "raise"): A.NEW,
    (True, A.LATCHED_SEEN, "raise"): A.NEW,
    (True, A.LATCHED_NEW, "reset"): A.NORMAL,
    (True, A.LATCHED_SEEN, "reset"): A.NORMAL,
}


def book(latch: bool = False, priority: int = 2) -> AlarmBook:
    made = AlarmBook()
    made.declare_other(Alarm("XX-01", "one", priority, latch=latch))
    made.declare_other(Alarm("XX-02", "two", 1))
    return made


def do(made: AlarmBook, event: str, now: float = 1.0) -> None:
    match event:
        case "raise":
            made.update("XX-01", True, now, "why")
        case "clear":
            made.update("XX-01", False, now)
        case "acknowledge":
            made.acknowledge("XX-01", now)
        case _:
            made.reset_latched(now, set())


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", list(A))
@pytest.mark.parametrize("latch", [False, True])
def test_every_transition(latch, state, event):
    if not latch and state in (A.LATCHED_NEW, A.LATCHED_SEEN):
        return  # cannot be
    if latch and state is A.CLEARED:
        return
    made = book(latch)
    alarm = made.alarms["XX-01"]
    alarm.state = state
    version = made.version
    do(made, event)
    after = NEXT.get((latch, state, event), state)
    assert alarm.state is after
    assert (made.version > version) is (after is not state) and len(made.events) == (after is not state)


def test_each_says_what_it_is():
    made = book()
    do(made, "raise", 3.0)
    event = made.events[0]
    assert (event.time_s, event.id, event.event, event.text, event.first_out) == (3.0, "XX-01", "raised", "why", False)
    alarm = made.alarms["XX-01"]
    assert alarm.active and alarm.shown and alarm.raised_s == 3.0
    do(made, "raise", 4.0)
    assert alarm.raised_s == 3.0, "still the same incident"


def test_acknowledging_what_does_not_wait_says_so():
    made = book()
    assert "no alarm" in (made.acknowledge("XX-99", 1.0) or "")
    assert "not waiting" in (made.acknowledge("XX-01", 1.0) or "")
    do(made, "raise")
    assert made.acknowledge("XX-01", 1.0) is None
    assert "not waiting" in (made.acknowledge("XX-01", 1.0) or "")


def test_a_latched_one_whose_row_still_trips_stays():
    made = book(latch=True)
    do(made, "raise")
    do(made, "clear")
    made.reset_latched(2.0, {"XX-01"})
    assert made.alarms["XX-01"].state is A.LATCHED_NEW


def test_shelving():
    made = book()
    do(made, "raise")
    assert made.shelve("XX-01", 900.0, "sensor is on order", 10.0) is None
    assert made.shown() == [] and [alarm.id for alarm in made.listed()] == ["XX-01"]
    made.step(909.9)
    assert made.shown() == []
    made.step(910.0)
    assert [alarm.id for alarm in made.shown()] == ["XX-01"]
    assert [event.event for event in made.events] == ["raised", "shelved", "unshelved"]


@pytest.mark.parametrize("seconds", [15 * 60, 8 * 3600])
def test_the_bounds_themselves_are_shelved(seconds):
    made = book()
    do(made, "raise")
    assert (MIN_SHELVED_S, MAX_SHELVED_S) == (15 * 60, 8 * 3600), "what the screen offers: 15 min / 1 h / 4 h / 8 h"
    assert made.shelve("XX-01", seconds, "known", 1.0) is None


@pytest.mark.parametrize(
    ("id_", "seconds", "why", "says"),
    [
        ("XX-09", 900.0, "x", "no alarm"),
        ("XX-02", 900.0, "x", "priority 1"),
        ("XX-01", 900.0, "  ", "reason"),
        ("XX-01", 0.0, "x", "8 hours"),
        ("XX-01", -1.0, "x", "8 hours"),
        ("XX-01", MIN_SHELVED_S - 1, "x", "15 minutes to 8 hours"),
        ("XX-01", MAX_SHELVED_S + 1, "x", "8 hours"),
        ("XX-01", float("nan"), "x", "8 hours"),
        ("XX-01", float("inf"), "x", "8 hours"),
    ],
)
def test_what_is_not_shelved(id_, seconds, why, says):
    made = book()
    do(made, "raise")
    assert says in (made.shelve(id_, seconds, why, 1.0) or "")
    assert made.alarms["XX-01"].shown


def test_most_urgent_first_then_newest():
    made = book()
    made.declare_other(Alarm("XX-03", "three", 2))
    made.update("XX-01", True, 1.0)
    made.update("XX-02", True, 2.0)
    made.update("XX-03", True, 3.0)
    assert [alarm.id for alarm in made.shown()] == ["XX-02", "XX-03", "XX-01"]


def test_every_row_of_the_reference_tool_tells_what_to_do():
    """ISA-18.2: an alarm without a response is no alarm."""
    machine, _ = load_machine(REFERENCE)
    for row in (*machine.interlock, *machine.alarm):
        assert row.means.endswith(".") and row.otherwise.endswith("."), row.id
        assert 1 <= len(row.to_do) <= 3 and all(line[0].isupper() and line[-1] in ".?" for line in row.to_do), row.id
    priorities = [row.priority for row in (*machine.interlock, *machine.alarm)]
    assert set(priorities) <= {1, 2, 3, 4}


def test_a_flood_stays_a_list(frozen):
    """Everything fails at once: one first-out, all alarms once, no repetition."""
    tool = frozen("main clean")
    tool.change(**dict.fromkeys(tool.readings)).run(30.0)
    raised = [event.id for event in tool.scan.alarms.events] + [alarm.id for alarm in tool.scan.alarms.shown()]
    assert len(tool.scan.alarms.shown()) > 10 and len(set(raised)) == len(raised)
    assert sum(alarm.first_out for alarm in tool.scan.alarms.alarms.values()) == 1


def test_a_limit_that_is_only_told_reaches_the_list_and_leaves_it_with_the_run(lab_at):
    lab = lab_at("vent")  # near the end of the run
    state = lab.scan.unit.state
    lab.scan.unit.react("alarm", lab.now, "reflected_power_w is 50, above 45")
    lab.step()
    told = next(alarm for alarm in lab.scan.alarms.shown() if alarm.id == "RN-03")
    assert told.text == "reflected_power_w is 50, above 45" and told.priority == 3
    assert lab.scan.unit.state is state, "it is told, and no more"
    assert lab.run_until(lambda lab: lab.over, 900.0)
    lab.run_for(1.0)
    assert not lab.scan.alarms.alarms["RN-03"].active
    assert any(alarm["id"] == "RN-03" for alarm in lab.recorder.summary["alarms"])
