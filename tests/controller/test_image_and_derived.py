"""Quality over time, and tags made of others: memories, purges owed, timers."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE, CounterTable, MemoryTable
from controller.scan.derived import Counter, Derived, Memory, Timer
from controller.scan.image import Image
from drivers.bus import Arrival
from drivers.tags import Quality, Tag


class Line:
    def __init__(self) -> None:
        self.inbox: deque[Arrival] = deque()

    def say(self, time_s: float, ready_s: float | None = None, quality: Quality = Quality.GOOD, **values: Any) -> None:
        items = [(name, value, quality) for name, value in values.items()]
        self.inbox.append(Arrival(time_s if ready_s is None else ready_s, time_s, items))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def image() -> Image:
    tags = {
        name: Tag(name, "Measure [x]", kind=kind) for name, kind in (("a", "number"), ("b", "flag"), ("c", "array"))
    }
    return Image(tags, {"a": 0.5, "b": 2.0, "c": 1.0})


def test_a_reading_is_seen_when_its_last_byte_is_in(image, line):
    line.say(1.0, ready_s=1.12, a=3.0)
    image.take([line], 1.1)
    assert "a" not in image.values and image.reading("a").quality is Quality.BAD and image.reading("a").value is None
    image.take([line], 1.15)
    assert image.values == {"a": 3.0} and image.reading("a").time_s == 1.0
    assert image.taken == [Arrival(1.12, 1.0, [("a", 3.0, Quality.GOOD)])]


def test_stale_by_the_time_of_the_device_and_each_for_itself(image, line):
    line.say(1.0, a=3.0, b=True)
    image.take([line], 1.4)
    assert set(image.values) == {"a", "b"}
    image.take([], 1.51)
    assert image.reading("a").quality is Quality.STALE and image.reading("a").value == 3.0
    assert set(image.values) == {"b"}
    image.take([], 3.1)
    assert not image.values
    line.say(3.2, a=4.0)
    image.take([line], 3.2)
    assert image.values == {"a": 4.0}


def test_a_reading_that_was_old_when_it_came_is_stale_at_once(image, line):
    line.say(1.0, b=True)
    image.take([line], 1.0)
    line.say(1.0, ready_s=1.9, a=3.0)
    image.take([line], 1.9)
    assert "a" not in image.values and image.reading("a").quality is Quality.STALE


def test_no_good_reading_is_ever_older_than_its_stale_time(image, line):
    """The image looks for stale ones only when there can be any: try all sorts of ages."""
    for n in range(400):
        now = n * 0.05
        if n % 7 < 3:
            line.say(now - (n % 11) * 0.06, ready_s=now, a=float(n))
        if n % 43 == 0:
            line.say(now, b=True)
        image.take([line], now)
        for name in image.values:
            assert now - image.reading(name).time_s <= image.stale_after_s[name] + 1e-9


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.STALE, Quality.SIMULATED])
def test_whatever_is_not_good_is_unknown(image, line, quality):
    line.say(1.0, a=3.0)
    line.say(1.1, quality=quality, a=5.0)
    image.take([line], 1.2)
    assert "a" not in image.values and image.reading("a").quality is quality


def test_arrays_are_kept_but_decide_nothing(image, line):
    line.say(1.0, c=[1, 2, 3])
    image.take([line], 1.0)
    assert image.reading("c").value == [1, 2, 3] and "c" not in image.values


def test_what_the_core_makes(image):
    image.put("a", 1.0, 5.0)
    assert image.values["a"] == 1.0
    image.put("a", None, 5.1)
    assert "a" not in image.values and image.reading("a").quality is Quality.BAD


def test_memory_is_cautious():
    memory = Memory(MemoryTable(set_by="gas", cleared_by="p < 1"))
    assert memory.step({}) is True, "nobody knows what was"
    assert memory.step({"gas": False}) is True, "and the pressure is unknown"
    assert memory.step({"gas": False, "p": 0.5}) is False
    assert memory.step({"gas": False, "p": 50.0}) is False
    assert memory.step({"p": 0.5}) is True, "unknown counts as set"
    assert memory.step({"gas": True, "p": 0.5}) is True, "set goes before cleared"


def test_purges_are_counted_high_then_low():
    counter = Counter(CounterTable(start=3, set_by="h2", high="n2 > 100", low="n2 < 5"))
    low, high = {"h2": False, "n2": 0.0}, {"h2": False, "n2": 400.0}
    assert counter.step({}) == 3
    assert [counter.step(low), counter.step(low)] == [3, 3], "low alone pays nothing"
    assert [counter.step(high), counter.step(high), counter.step(low), counter.step(low)] == [3, 3, 2, 2]
    assert [counter.step(high), counter.step({"n2": 0.0, "h2": True}), counter.step(low)] == [2, 3, 3], (
        "and begins anew"
    )
    for _ in range(5):
        counter.step(high)
        counter.step(low)
    assert counter.value == 0
    assert counter.step({"n2": 0.0}) == 3, "unknown hydrogen is hydrogen"


def test_timer():
    timer = Timer("isolated")
    assert timer.step({"isolated": False}, 1.0) == 0.0
    assert timer.step({"isolated": True}, 2.0) == 0.0
    assert timer.step({}, 5.0) == 3.0, "unknown counts as true"
    assert timer.step({"isolated": False}, 6.0) == 0.0
    assert timer.step({"isolated": True}, 7.0) == 0.0


def test_derived_tags_of_the_reference_tool_are_evaluated_in_order():
    machine, _ = load_machine(REFERENCE)
    derived = Derived(machine)
    image = Image({}, {})
    shut = {f"{gas}_valve_closed": True for gas in ("o2", "h2", "ar", "n2")}
    flows = {f"{gas}_flow_sccm": 0.0 for gas in ("o2", "h2", "ar", "n2")}
    for name, value in {**shut, **flows, "isolation_valve_opened": False}.items():
        image.put(name, value, 0.0)
    derived.step(image, 1.0)
    values = image.values
    assert values["total_flow_sccm"] == 0.0 and values["gas_evidence"] is False and values["isolated_gas_s"] == 0.0
    image.put("h2_flow_sccm", 3.0, 2.0)
    derived.step(image, 2.0)
    assert values["h2_evidence"] is True and values["h2_in_chamber"] is True and values["h2_purges_owed"] == 3
    image.put("h2_flow_sccm", 0.0, 3.0)
    image.put("h2_valve_closed", None, 3.0)
    derived.step(image, 3.0)
    assert "h2_evidence" not in values, "by flow no, by valve unknown"
