"""The catalogue's faults of plant and physics (C): each is an injection, and what the controller makes of it.

Those that test_lost_in_the_middle.py tests already are named in the table; the others are here.
"""

from __future__ import annotations

import importlib

import pytest

from controller.scan.unit_state import UnitState
from sim.plant.faults import PLANT_FAULTS
from tests.system.test_lost_in_the_middle import Watch

LOST, LAB, HERE = "system.test_lost_in_the_middle", "sim.test_lab", "system.test_plant_faults"
#: number in the catalogue -> what it is, the words that inject it, and the tests
CATALOGUE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "C1": ("no ignition", ("plasma.no_ignite",), (f"{LOST}.test_no_ignition_ends_after_three_attempts",)),
    "C2": ("goes out", ("plasma.extinguish",), (
        f"{LOST}.test_lost_plasma_is_off_within_half_a_second_and_struck_again",
    )),
    "C3": ("reflected power", ("match.detune", "match.drift"), (
        f"{LOST}.test_rf_is_off_in_time_and_stays_off", f"{HERE}.test_a_match_that_drifts_away_holds_the_run",
    )),
    "C4": ("leak, outgassing", ("chamber.leak", "chamber.virtual_leak", "chamber.outgassing"), (
        f"{LOST}.test_a_leak_is_found_and_told_apart", f"{HERE}.test_gas_from_within_is_no_leak_from_without",
    )),
    "C5": ("pressure runs away", ("throttle.closed",), (f"{HERE}.test_a_closed_throttle_ends_gas_and_rf",)),
    "C6": ("arcs", ("plasma.arc",), (f"{HERE}.test_arcs_cost_power_and_light_and_nothing_else",)),
    "C7": ("endpoint", ("oes.flat", "oes.step", "co_line.step"), (
        f"{LAB}.test_dead_spectrometer_makes_no_endpoint", f"{HERE}.test_a_step_of_all_light_is_no_endpoint",
    )),
    "C8": ("lid", ("lid.open",), (f"{LOST}.test_rf_is_off_in_time_and_stays_off",)),
}  # fmt: skip


@pytest.mark.parametrize("number", CATALOGUE)
def test_every_fault_can_be_injected_and_has_its_test(number: str):
    _, words, tests = CATALOGUE[number]
    assert set(words) <= set(PLANT_FAULTS)
    for name in tests:
        file, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(f"tests.{file}"), function)), name


def test_a_closed_throttle_ends_gas_and_rf(lab_at):
    lab = lab_at("main clean")
    watch = Watch(lab)
    since = watch.fault("throttle.closed")
    watch.step()
    watch.rf_off_after(since, 15.0)
    watch.run(5.0)
    assert lab.scan.unit.state in (UnitState.HELD, UnitState.HOLDING)
    assert lab.world.plant.truth()["o2_flow_sccm"] == 0.0
    assert lab.world.plant.truth()["chamber_pressure_pa"] < 100.0


def test_a_match_that_drifts_away_holds_the_run(lab_at):
    """Its controller goes straight to where its own scale says: only reflected power tells that the scale is off."""
    lab = lab_at("main clean")
    watch = Watch(lab)
    watch.fault("match.drift:pct_per_h=3000")
    watch.until_it_stops_running(lab.now + 30.0)
    watch.run(2.0)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    assert any("reflected_power_w" in reason for reason in lab.scan.unit.reasons)


@pytest.mark.parametrize("fault", ["chamber.outgassing:factor=20", "chamber.virtual_leak:conductance=1e-8"])
def test_gas_from_within_is_no_leak_from_without(lab_at, fault):
    """What fades cannot be a hole: the leak check stops the run and does not call it a leak."""
    lab = lab_at("soft pump")
    watch = Watch(lab)
    watch.fault(fault)
    watch.until_it_stops_running(900.0)
    runner = lab.scan.unit.runner
    assert runner.leak_check is None or runner.leak_check.verdict != "leak"
    assert lab.scan.unit.reasons


@pytest.mark.parametrize("rate", [2, 20])
def test_arcs_cost_power_and_light_and_nothing_else(lab_at, rate):
    """The generator meets an arc within a millisecond; none of the devices' sheets has a counter of arcs to read."""
    lab, well = lab_at("main clean"), lab_at("main clean")
    watch = Watch(lab)
    watch.fault(f"plasma.arc:rate={rate}")
    watch.run(20.0)
    well.run_for(20.0)
    assert lab.world.plant.truth()["arcs"] == pytest.approx(20 * rate, rel=0.4)
    assert lab.scan.unit.state is UnitState.RUNNING
    assert lab.world.plant.film_nm >= well.world.plant.film_nm


def test_a_step_of_all_light_is_no_endpoint(lab_at):
    """The endpoint looks at CO over argon: a window that is dirty at once, or a fibre that has moved, is no end."""
    lab = lab_at("main clean")
    watch = Watch(lab)
    watch.fault("oes.step:factor=0.3")
    watch.until_it_stops_running(lab.now + 600.0)
    assert lab.scan.unit.state is UnitState.COMPLETE
    assert lab.world.plant.film_nm == 0.0
