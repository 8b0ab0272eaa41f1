"""An output that reads back as something else than was written: once it is set again, then its device is doubted."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.attached import Attached
from drivers.bus import Bus
from drivers.device import poll
from drivers.tags import Output, Quality, Tag
from tests.drivers.oven import Clock, Oven, heard, run


class ToldOven(Oven):
    """It says what setpoint it has."""

    readback = Tag("setpoint_readback_c", "Get setpoint [°C, 0..300]", 0.0, 300.0, period_s=0.2)
    setpoint = Output(
        "setpoint_c",
        "Set temperature [°C, 0..300]",
        safe=20.0,
        low=0.0,
        high=300.0,
        readback=("setpoint_readback_c", 0.5),
    )

    def __init__(self, name: str, port: Any) -> None:
        super().__init__(name, port)
        self.has_c = 20.0
        self.deaf = 0  # writes that it acknowledges and does not take

    @poll(readback)
    def read_setpoint(self) -> dict[str, Any]:
        self._do("setpoint")
        return {"setpoint_readback_c": self.has_c}

    def write(self, values: Any) -> None:
        super().write(values)
        if "setpoint_c" in values:
            if self.deaf:
                self.deaf -= 1
            else:
                self.has_c = values["setpoint_c"]


@pytest.fixture
def told() -> tuple[Bus, ToldOven]:
    port = Clock()
    oven = ToldOven("oven", port)
    names = {local: local for local in (*oven.tags, *oven.outputs)}
    periods = [(p.method, p.tags, oven.tags[p.tags[0]].period_s) for p in oven.polls()]
    return Bus("heat", port, [Attached(oven, names, periods)]), oven  # type: ignore[arg-type]


def setpoints(oven: ToldOven) -> list[float]:
    return [values["setpoint_c"] for values in oven.written() if "setpoint_c" in values]


def test_what_reads_back_right_is_left_alone(told):
    bus, oven = told
    run(bus, 3.0, {"setpoint_c": 150.0})
    run(bus, 6.0, {"setpoint_c": 150.4})
    assert setpoints(oven) == [150.0, 150.4]
    assert bus.errors == 0


def test_one_write_that_is_lost_is_made_again(told):
    bus, oven = told
    run(bus, 1.0, {"setpoint_c": 50.0})
    oven.deaf = 1
    run(bus, 4.0, {"setpoint_c": 150.0})
    assert setpoints(oven) == [50.0, 150.0, 150.0]
    assert oven.has_c == 150.0
    assert len(oven.times("identify")) == 1
    assert [n.text for n in bus.notices if n.event == "error"] == [
        "setpoint_c was set to 150 and reads back 50; it is set again"
    ]


def test_a_device_that_takes_nothing_counts_as_lost_and_is_not_hammered(told):
    bus, oven = told
    run(bus, 1.0, {"setpoint_c": 50.0})
    oven.deaf = 1000
    run(bus, 61.0, {"setpoint_c": 150.0})
    assert any("does somebody else set it?" in notice.text for notice in bus.notices)
    assert [notice.event for notice in bus.notices].count("lost") == 1
    assert not bus.attached[0].told
    assert len(oven.times("identify")) <= 20, "with the pauses of a dead one"
    told_s = [reading.time_s for _, reading in heard(bus) if reading.quality is Quality.GOOD]
    assert max(told_s) < 3.0, "nothing that it says is believed"
    oven.deaf = 0
    bus.inbox.clear()
    run(bus, 75.0, {"setpoint_c": 150.0})
    assert oven.has_c == 150.0
    assert bus.attached[0].told
    assert heard(bus)[-1][1].quality is Quality.GOOD


def test_what_somebody_else_sets_is_set_back(told):
    bus, oven = told
    run(bus, 1.0, {"setpoint_c": 50.0})
    oven.has_c = 200.0
    run(bus, 3.0, {"setpoint_c": 50.0})
    assert oven.has_c == 50.0


def test_without_a_lease_the_safe_value_is_held_against_it(told):
    bus, oven = told
    run(bus, 1.0, {"setpoint_c": 150.0})
    oven.deaf = 1
    run(bus, 4.0)
    assert oven.has_c == 20.0
