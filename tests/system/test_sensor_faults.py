"""A sensor that lies is noticed by a named witness within a stated time; what is not noticed is on a list."""

from __future__ import annotations

from pathlib import Path

import pytest

import controller
from controller.scan.unit_state import UnitState
from sim.faults import parse_fault
from sim.lab import Lab
from sim.plant.faults import PLANT_FAULTS
from tests.system.witnesses import SEEN, UNSEEN, Seen, Unseen, table

LOOKED_S = 65.0  #: longer than any witness takes


def first_word(lab: Lab, fault: str, within_s: float) -> tuple[str, float]:
    """The first new row that speaks after a fault, and when [s]; "" when none does."""
    name, _, rest = fault.partition(":")
    began = lab.now
    text = f"{name}@{began}" + (f":{rest}" if rest else "")
    lab.world.add_faults([parse_fault(text, lab.world.fault_targets, PLANT_FAULTS)])
    before = {alarm.id for alarm in lab.scan.alarms.shown()}
    while lab.now - began <= within_s:
        lab.step()
        for alarm in lab.scan.alarms.shown():
            if alarm.id not in before:
                return alarm.id, lab.now - began
    return "", lab.now - began


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.fault)
def test_it_is_noticed_by_its_witness_in_time(lab_at, seen: Seen):
    row, after_s = first_word(lab_at("main clean"), seen.fault, seen.within_s + 1.0)
    assert row == seen.row
    assert after_s <= seen.within_s


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda unseen: unseen.fault)
def test_what_is_said_not_to_be_noticed_is_not(lab_at, unseen: Unseen):
    """Else the list would be too modest: whoever adds a witness moves the row."""
    lab = lab_at("main clean")
    assert first_word(lab, unseen.fault, LOOKED_S)[0] == ""
    assert lab.scan.unit.state is UnitState.RUNNING


def test_a_flow_zero_is_noticed_at_rest_and_beyond_four_percent_nothing_starts(lab_at):
    lab = lab_at("idle")
    assert first_word(lab, "o2_mfc.drift:zero=5", 40.0)[0] == "IL-18", "gas where there should be none"
    lab.run_for(31.0)
    assert "AL-11" in {alarm.id for alarm in lab.scan.alarms.shown()}
    assert not any("MFC zeros" in reason for reason in lab.scan.why_not_start())
    lab = lab_at("idle")
    first_word(lab, "o2_mfc.drift:zero=10", 2.0)
    assert any("MFC zeros" in reason for reason in lab.scan.why_not_start())


def test_the_readme_has_this_table():
    readme = Path(controller.__path__[0]) / "machine" / "README.md"
    assert table() in readme.read_text("utf-8")
