"""Readings that should move and do not, alone and in the whole tool."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from controller.machine.model import PlausibleTable
from controller.scan.plausibility import Follows, Frozen
from sim.faults import parse_fault
from sim.lab import Lab
from sim.plant.faults import PLANT_FAULTS


def frozen(**more: object) -> Frozen:
    return Frozen(PlausibleTable.model_validate({"tag": "p", "frozen_s": 5.0, **more}))


def follows() -> Follows:
    return Follows(PlausibleTable.model_validate({"tag": "p", "asked": "sp", "moved": 10.0, "within_s": 3.0}))


def test_a_reading_with_noise_is_alive():
    monitor = frozen()
    assert all(monitor.step({"p": 8.0 + 0.001 * (n % 2)}, n * 0.05) for n in range(400))


def test_a_reading_without_noise_is_not_after_its_time():
    monitor = frozen()
    results = [monitor.step({"p": 8.0}, float(n)) for n in range(8)]
    assert results == [True] * 6 + [False] * 2
    assert monitor.step({"p": 8.1}, 9.0) is True


def test_a_reading_may_rest_while_nothing_is_asked_of_it():
    monitor = frozen(only_while="gas")
    assert all(monitor.step({"p": 0.0, "gas": False}, float(n)) for n in range(100))
    assert [monitor.step({"p": 0.0, "gas": True}, 100.0 + n) for n in range(7)][-1] is False


def test_unknown_is_unknown_and_begins_anew():
    monitor = frozen()
    for n in range(5):
        monitor.step({"p": 8.0}, float(n))
    assert monitor.step({}, 5.0) is None
    assert monitor.step({"p": 8.0}, 6.0) is True


def test_a_value_on_its_way_is_alive_however_slow():
    monitor = follows()
    assert all(monitor.step({"p": 5.0 * n, "sp": 450.0}, float(n)) for n in range(80))


def test_a_value_that_stands_still_is_not():
    monitor = follows()
    results = [monitor.step({"p": 100.0, "sp": 450.0}, float(n)) for n in range(5)]
    assert results == [True, True, True, True, False]
    assert monitor.step({"p": 100.0, "sp": 105.0}, 6.0) is True


def test_a_monitor_watches_one_thing():
    with pytest.raises(ValueError, match="either frozen_s or asked"):
        PlausibleTable.model_validate({"tag": "p"})


@pytest.mark.parametrize(
    ("fault", "rows", "within_s"),
    [
        ("chamber_gauge.stuck", {"IL-27"}, 6.0),
        ("rf_generator.wrong:factor=0,offset=150", {"IL-28", "IL-06", "IL-07", "IL-08"}, 5.0),
    ],
)
def test_faults_of_a_sensor_are_found(lab_at: Callable[[str], Lab], fault: str, rows: set[str], within_s: float):
    lab = lab_at("main clean")
    kind, _, more = fault.partition(":")
    text = f"{kind}@{lab.now + 0.1:.2f}" + (f":{more}" if more else "")
    lab.world.add_faults([parse_fault(text, lab.world.fault_targets, PLANT_FAULTS)])
    assert lab.run_until(lambda lab: lab.world.wiring.commands.rf_forward_w == 0.0, within_s + 1.0)
    tripped = {row.table.id for row in lab.scan.interlocks.rows if row.tripped}
    assert tripped & rows


def test_a_whole_clean_raises_no_false_alarm(saved: dict[str, bytes]):
    lab = Lab.restore(saved["end"])
    assert lab.recorder is not None
    assert lab.recorder.summary is not None
    assert lab.recorder.summary["alarms"] == []
    assert lab.recorder.summary["verdict"] == "pass"
