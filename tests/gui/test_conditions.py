"""Conditions and refusals in plain words: nothing of the rule's own text, every tag by its name."""

from __future__ import annotations

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from gui.conditions import NAMES, reason, told
from recipes.conditions import Condition

UNITS = {"chamber_pressure_pa": "Pa", "guard_pressure_pa": "Pa", "total_flow_sccm": "sccm", "isolated_gas_s": "s"}
PATH = (
    "isolation_valve_opened or (isolation_valve_closed and chamber_pressure_pa < 100 and not h2_evidence and not"
    " o2_evidence and not (ar_evidence and n2_evidence) and isolated_gas_s < 90)"
)
SHUT = {"isolation_valve_opened": False, "isolation_valve_closed": True, "chamber_pressure_pa": 101100.0}
CALM = {"h2_evidence": False, "o2_evidence": False, "ar_evidence": True, "n2_evidence": False, "isolated_gas_s": 0.6}


def test_only_the_broken_parts_of_a_long_rule_are_told() -> None:
    why = f"interlock IL-18 Gas needs an open path to the pump: {Condition(PATH).explain(SHUT | CALM)} (reset needed)"
    assert reason(why, UNITS) == (
        "IL-18 Gas needs an open path to the pump: isolation valve opened: no, chamber pressure 101\u202f100 Pa,"
        " must be < 100 Pa · gone now, press Reset trips"
    )


def test_unknown_is_told_of_each_tag_by_name() -> None:
    both = "; ".join(Condition(f"{tag} < 100").explain({}) for tag in ("chamber_pressure_pa", "guard_pressure_pa"))
    assert told(both, UNITS) == (
        "Chamber pressure unknown, must be < 100 Pa; pressure at the second gauge unknown, must be < 100 Pa",
        "",
    )


def test_several_interlocks_without_a_reset_keep_their_headings() -> None:
    one, two = Condition("lid_closed").explain({"lid_closed": False}), Condition("chain_closed").explain({})
    assert reason(f"PM-01 Opens: {one}; PM-01 Opens: {two}", {}) == (
        "PM-01 Opens: lid closed: no; PM-01 Opens: safety chain closed: unknown"
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("hold is not possible while the unit is aborting", "The tool is already ending the run."),
        ("start is not possible while the unit is running", "Not possible now: the tool is processing."),
        ("pause is not possible while the unit is idle", "No run is under way."),
        ("start is not possible while the unit is aborted", "The last run has ended. Press Make ready first."),
        ("no step is running while the unit is held", "No step is running now."),
        ("o2_mfc does not answer: no reply within 0.20 s", "O₂ MFC does not answer: no reply within 0.20 s"),
        ("held, but load_power_w: is 5, asked 0", "Held, but load power: is 5, asked 0"),
        ("x (y is (z)) w", "X (y is (z)) w"),
        ("(a or b_on (b_on is true)", "B on: yes"),
    ],
)
def test_what_the_controller_says_becomes_words(said: str, words: str) -> None:
    assert reason(said, {}) == words


def test_a_rule_that_is_met_again_tells_its_values() -> None:
    assert reason(Condition("chamber_pressure_pa < 100").explain({"chamber_pressure_pa": 42.0}), UNITS) == (
        "Chamber pressure 42.0 Pa"
    )


@pytest.mark.parametrize("value", [None, True, False, 0.0, 1e6])
def test_no_rule_of_the_tool_shows_its_own_text(value: float | bool | None) -> None:
    machine, _ = load_machine(REFERENCE)  # the rules that people really meet
    texts = [text for row in (*machine.interlock, *machine.alarm, *machine.permissive) for text in row.requires]
    texts += [check.requires for check in machine.start_check]
    assert len(texts) > 60
    for text in texts:
        condition = Condition(text)
        values = {} if value is None else dict.fromkeys(condition.names, value)
        said = " ".join(each for each in told(condition.explain(values), UNITS) if each)
        assert "_" not in said and " and not " not in said and " or " not in said.replace("flowing or its", ""), said


def test_the_words_of_odd_tags_are_those_of_tags_that_exist() -> None:
    machine, _ = load_machine(REFERENCE)  # the rules that people really meet
    names = {
        name
        for row in (*machine.interlock, *machine.permissive, *machine.alarm)
        for t in row.requires
        for name in Condition(t).names
    }
    names |= {name for name in NAMES if name.endswith(("_evidence", "_in_chamber"))}
    assert NAMES.keys() - names == set()
