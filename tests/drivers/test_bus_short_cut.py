"""The line's short cut past what need not be written: with and without it, the same goes out at the same time."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drivers.bus
from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import NoReply, Refused
from drivers.tags import Output
from tests.drivers.oven import Clock, Oven, attach


class Watched(Oven):
    """An oven with a watchdog that outlives a lease, one that does not, and a heater that must be asked off first."""

    heat = Output("heater_enable", "Switch heater [flag]", safe=False, kind="flag", off_first=True)
    pulse = Output("pulse_enable", "Switch pulse [flag]", safe=False, kind="flag", refresh_s=0.2)
    slow = Output("slow_pct", "Set slowness [%, 0..100]", safe=0.0, low=0.0, high=100.0, refresh_s=1.3)


NAMES = [f"oven_{name}" for name in ("heater_enable", "setpoint_c", "fan_enable", "pulse_enable", "slow_pct")]
FLAG = st.booleans()
VALUES = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(NAMES, FLAG)),
    st.booleans().map(lambda on: dict.fromkeys(NAMES, on)),  # to and fro
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, FLAG)),
)
MOODS = st.sampled_from(
    [{}, {}, {"write": Refused("no")}, {"write": NoReply("mute")}, {"temperature": NoReply("mute")}]
)
#: for how many scans: what the lease says (None: none is granted), and the device's mood
STORY = st.lists(st.tuples(st.sampled_from([1, 1, 2, 7, 40]), st.none() | VALUES, MOODS), max_size=8)


def told(
    story: list[tuple[int, dict[str, Any] | None, dict[str, Exception]]],
    since: bool = False,
    kind: type[Oven] = Watched,
    poll_s: float = 0.1,
) -> list[tuple[float, str, Any]]:
    """Everything that the device heard; ``since``: leases say since when they have asked the same."""
    port = Clock()
    oven = kind("oven", port)
    at: Attached = attach(oven)
    at.periods = [(method, tags, poll_s) for method, tags, _ in at.periods]
    bus = Bus("heat", port, [at])  # type: ignore[arg-type]
    now = 0.0
    asked = Lease(0.0, {})
    for scans, values, mood in story:
        oven.moods = mood
        for _ in range(scans):
            now = round(now + 0.05, 6)
            port.time = max(port.time, now)
            if values is not None:
                if values != asked.values:
                    asked = Lease(now, values, now)
                bus.lease = Lease(now, dict(values), asked.since_s if since else nan)
            bus.service(now)
    return oven.done


@settings(max_examples=300, deadline=None)
@given(STORY, st.sampled_from([Watched, Oven]), st.sampled_from([0.1, 2.0]))
def test_the_short_cut_changes_nothing(story, kind, poll_s):
    quick = told(story, True, kind, poll_s)
    short_cut = drivers.bus._same_again
    drivers.bus._same_again = lambda *_: False
    try:
        assert told(story, False, kind, poll_s) == quick
    finally:
        drivers.bus._same_again = short_cut


def test_the_short_cut_is_taken():
    taken = []
    short_cut = drivers.bus._same_again
    drivers.bus._same_again = lambda *arguments: taken.append(short_cut(*arguments)) or taken[-1]
    try:
        told([(100, dict.fromkeys(NAMES, False), {})])
    finally:
        drivers.bus._same_again = short_cut
    assert taken.count(True) > 50


def test_a_lease_that_has_long_asked_the_same_is_not_looked_at():
    looked = []
    changes = Bus._changes
    Bus._changes = lambda *arguments: looked.append(arguments) or changes(*arguments)  # type: ignore[method-assign]
    try:
        story = [(100, {"oven_heater_enable": False}, {})]  # not all outputs named
        for since, most in ((False, 100), (True, 40)):
            looked.clear()
            told(story, since)
            assert len(looked) <= most
    finally:
        Bus._changes = changes  # type: ignore[method-assign]


def test_after_a_gap_the_same_is_written_again():
    """The safe values went out when the lease ran out; one that asks the same as before the gap is looked at."""
    on = dict.fromkeys(NAMES, True)
    heard = told([(20, on, {}), (12, None, {}), (20, on, {})], since=True, kind=Oven, poll_s=5.0)
    heats = [
        (time, values["heater_enable"])
        for time, what, values in heard
        if what == "write" and "heater_enable" in values and time > 0.5
    ]
    assert [on for _, on in heats] == [False, True] and heats[1][0] == pytest.approx(33 * 0.05, abs=0.06)


def test_to_and_fro_within_two_scans_is_written_both_ways():
    on, off = dict.fromkeys(NAMES, True) | {"oven_heater_enable": False}, dict.fromkeys(NAMES, False)
    heard = told([(28, on, {}), (1, off, {}), (30, on, {})])  # between two refreshes
    fans = [values["fan_enable"] for _, what, values in heard if what == "write" and "fan_enable" in values]
    assert fans == [True, False, True]
