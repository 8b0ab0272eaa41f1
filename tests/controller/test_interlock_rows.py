"""Every interlock row of the reference tool: exactly its condition fails, and everything that it promises happens.

The core is fed with the readings of a saved phase in which all is well; a case changes only what its row guards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from controller.scan.unit_state import UnitState
from sim.lab import Lab

ROWS = {row.id: row for row in load_machine(REFERENCE)[0].interlock}
LONGEST_S = 900.0  #: of the clock of the run: no case takes longer
LIGHT = ("o_777_counts", "ar_750_counts", "h_656_counts", "n2_337_counts", "co_519_counts", "co_483_counts")
DARK = dict.fromkeys((*LIGHT, "dc_bias_v"), 0.0)
HYDROGEN = {"o2_flow_sccm": 0.0, "o2_valve_closed": True, "h2_flow_sccm": 40.0, "h2_valve_closed": False}
ISOLATED = {"isolation_valve_opened": False, "isolation_valve_closed": True}
INERT = {"o2_flow_sccm": 0.0, "o2_valve_closed": True}
NO_GAS = {**INERT, "ar_flow_sccm": 0.0, "ar_valve_closed": True}


@dataclass
class Case:
    """What is changed, in which phase; what makes the row apply first (`before`), and what else it may bring."""

    change: dict[str, Any]
    phase: str = "main clean"
    before: dict[str, Any] = field(default_factory=dict)
    still: tuple[str, ...] = ()  #: readings that lose their noise
    first: str = ""  #: another row that must trip before it or with it


CASES = {
    "IL-01": Case({"guard_pressure_pa": 120.0}),
    "IL-02": Case({"lid_closed": False, "at_atmosphere": True}),
    "IL-03": Case({"water_flowing": False}),
    "IL-04": Case({"chain_closed": False}),
    "IL-05": Case({"io_watchdog_armed": False}),
    "IL-06": Case(DARK),
    "IL-07": Case({"reflected_power_w": 70.0}),
    "IL-08": Case({"reflected_power_w": 250.0}),
    "IL-09": Case({"mask_temperature_c": 101.0}),
    "IL-10": Case({"chamber_pressure_pa": 70.0}),
    "IL-11": Case({"foreline_ok": False}),
    "IL-12": Case({"soft_pump_valve_closed": False}),
    "IL-13": Case({"vent_valve_closed": False}),
    "IL-14": Case({"lid_closed": False}, phase="leak check"),
    "IL-15": Case({"h2_valve_closed": False}),
    "IL-16": Case({"exhaust_flowing": False}, before=HYDROGEN),
    "IL-17": Case({"h2_detector_clear": False}),
    "IL-18": Case({"isolation_valve_opened": False}),
    "IL-19": Case({"dry_pump_running": False}),
    "IL-20": Case({"turbo_ok": False}),
    "IL-21": Case({"guard_pressure_pa": 12.0}),
    "IL-22": Case({"forward_power_w": None}),
    "IL-23": Case({"forward_power_w": 640.0}),
    "IL-24": Case({**DARK, "rf_on": False}),
    "IL-25": Case({"chiller_running": False}),
    "IL-26": Case({"n2_flow_sccm": 460.0, "n2_valve_closed": False}),
    "IL-27": Case({}, still=("chamber_pressure_pa",)),
    "IL-28": Case({"rf_setpoint_readback_w": 300.0}),
    "IL-29": Case({"rf_on": True}, phase="stabilise"),
    "IL-30": Case({"rf_fault": True}),
}
#: other ways in which the same requirement fails: by another part of it, or because a reading is not known
MORE = [
    ("IL-01", Case({"chamber_pressure_pa": None})),
    ("IL-01", Case({"guard_pressure_pa": None})),
    ("IL-02", Case({"lid_closed": None})),
    ("IL-06", Case({**DARK, "o_777_counts": None})),
    ("IL-09", Case({"mask_temperature_c": None})),
    ("IL-10", Case({"chamber_pressure_pa": None}, phase="leak check", before={"isolation_valve_closed": False})),
    ("IL-13", Case({"vent_valve_closed": None})),
    ("IL-15", Case({"h2_flow_sccm": 3.0})),
    ("IL-15", Case({"h2_flow_sccm": None})),
    ("IL-16", Case({"h2_detector_clear": None}, before=HYDROGEN, first="IL-17")),
    ("IL-16", Case({"dry_pump_running": False}, before=HYDROGEN)),
    ("IL-18", Case(ISOLATED, phase="main clean")),
    ("IL-18", Case({"n2_valve_closed": False, "n2_flow_sccm": 20.0}, before={**INERT, **ISOLATED})),
    (
        "IL-18",
        Case({"chamber_pressure_pa": 101.0, "guard_pressure_pa": 101.0}, before={**INERT, **ISOLATED}, first="IL-01"),
    ),
    ("IL-18", Case({}, before={**INERT, **ISOLATED})),
    ("IL-20", Case({"turbo_speed_pct": 70.0})),
    ("IL-22", Case({"rf_on": None})),
    ("IL-22", Case({"reflected_power_w": None})),
    ("IL-25", Case({"chiller_ok": None})),
    ("IL-29", Case({"forward_power_w": None}, phase="leak check")),
    ("IL-30", Case({"rf_over_temperature": True})),
    ("IL-30", Case({"rf_remote": False})),
    ("IL-30", Case({"rf_fault": None})),
]


def test_every_row_has_a_case():
    assert set(CASES) == set(ROWS)


def effects(machine: Any, row: Any) -> tuple[dict[str, Any], list[str]]:
    """Setpoints and permits that a row's actions stand for."""
    actions = [machine.action[name] for name in row.actions]
    sets = {knob: value for action in actions for knob, value in action.set.items()}
    return sets, [permit for action in actions for permit in action.permits]


@pytest.mark.parametrize(
    ("row_id", "case"), [*CASES.items(), *MORE], ids=[*CASES, *(f"{i}-{n}" for n, (i, _) in enumerate(MORE))]
)
def test_a_row_acts_is_told_latches_and_is_reset(frozen, row_id, case):
    table = ROWS[row_id]
    tool = frozen(case.phase)
    tool.run(0.5)
    tool.change(**case.before).run(0.5)
    scan = tool.scan
    if case.before:  # the readings of another situation: whatever they tripped is not the matter here
        scan.interlocks.reset()
        tool.run(0.1)
    assert tool.tripped == []
    good = {name: tool.readings[name] for name in case.change}
    running = scan.unit.state is UnitState.RUNNING
    tool.change(**case.change).still.update(case.still)
    row = next(row for row in scan.interlocks.rows if row.table.id == row_id)
    failed_s = None
    while not row.tripped:
        tool.step()
        failed_s = row.since_s if row.since_s is not None else failed_s
        assert failed_s is None or tool.now - failed_s <= table.holdoff_s + 0.1001  # 100 ms after its hold-off
        assert tool.now < LONGEST_S

    # first-out, alarm, words
    alarm = scan.alarms.alarms[row_id]
    assert alarm.active and alarm.name == table.name and alarm.priority == table.priority
    assert any(name in alarm.text for condition in row.requires for name in condition.names)
    assert table.means and table.to_do and table.otherwise
    assert alarm.first_out is (scan.interlocks.first_out == row_id)
    assert scan.interlocks.first_out == (case.first or row_id)

    # action: every actuator it names, every permit, and what becomes of the run
    sets, permits = effects(scan.machine, table)
    assert {knob: scan.outputs.forced[knob] for knob in sets} == sets
    for knob, value in sets.items():
        actuator = scan.outputs.actuators[knob]
        assert actuator.applied == value or actuator.denied or actuator.table.slew_per_s
        if actuator.table.output and not actuator.denied:
            assert tool.outputs[actuator.table.output] == value
        if actuator.table.shut_off:
            assert tool.outputs[actuator.table.shut_off] is False
    for permit in permits:
        assert tool.outputs[permit] is False
    if "load_power_w" in sets:
        assert tool.outputs["rf_enable"] is False and tool.outputs["load_power_setpoint_w"] == 0.0
    if running:
        abort = any(scan.machine.action[name].run == "abort" for id_ in tool.tripped for name in ROWS[id_].actions)
        wanted = (UnitState.ABORTING, UnitState.ABORTED) if abort else (UnitState.HOLDING, UnitState.HELD)
        assert scan.unit.state in wanted
        assert any((case.first or row_id) in reason for reason in scan.unit.reasons)

    # no reset while the cause is there; latched after it has gone; reset then
    mended = bool(case.change or case.still)
    if mended:
        assert not scan.reset_interlocks().ok or not table.latch
    if table.latch and mended:
        tool.change(**good).still.clear()
        tool.run(1.0)
        if row.met:  # the tool itself may have moved meanwhile (held): then another cause keeps it
            assert row_id in tool.tripped, "latched"
        assert scan.reset_interlocks().ok or row_id not in tool.tripped
        assert row_id not in tool.tripped
        tool.run(0.2)
        assert not alarm.active


@pytest.mark.parametrize(
    ("change", "phase"),
    [
        (INERT, "main clean"),
        ({**INERT, **ISOLATED}, "main clean"),  # one inert gas in a closed chamber: the rate-of-rise check of an MFC
        ({**NO_GAS, **ISOLATED}, "main clean"),
        ({**NO_GAS, "n2_flow_sccm": 300.0, "n2_valve_closed": False}, "main clean"),
    ],
)
def test_what_gas_may_do(frozen, change, phase):
    """IL-18 and its neighbours stay quiet where the exception of DESIGN section 4 holds."""
    tool = frozen(phase)
    tool.change(**change).run(10.0)
    assert not {"IL-15", "IL-16", "IL-18", "IL-26"} & set(tool.tripped)


def test_a_released_mixture_is_allowed(frozen):
    tool = frozen("main clean")
    order = tool.scan.unit.order
    object.__setattr__(order.program, "allows", ("h2+o2",))
    tool.change(h2_flow_sccm=20.0, h2_valve_closed=False).run(5.0)
    assert tool.tripped == []


def test_what_has_never_been_known_trips_but_does_not_latch():
    """A tool just switched on: every row that needs a reading trips, none is an incident, all clear by themselves."""
    lab = Lab()
    lab.scan.step(0.0)
    assert [row for row in lab.scan.interlocks.rows if row.tripped or row.since_s is not None]
    assert not [row for row in lab.scan.interlocks.rows if row.latched]
    lab.get_ready()
    assert not [row.table.id for row in lab.scan.interlocks.rows if row.tripped]
    assert not lab.scan.alarms.shown()


def test_the_first_of_two_is_first_out_and_stays(frozen):
    tool = frozen("main clean")
    tool.change(chain_closed=False).run(0.3)
    tool.change(water_flowing=False, mask_temperature_c=150.0).run(2.0)
    assert tool.scan.interlocks.first_out == "IL-04"
    assert tool.scan.alarms.alarms["IL-04"].first_out
    assert not tool.scan.alarms.alarms["IL-09"].first_out
    tool.change(chain_closed=True, water_flowing=True, mask_temperature_c=30.0)
    tool.change(rf_on=False, forward_power_w=0.0, load_power_w=0.0).run(0.2)  # the generator has obeyed meanwhile
    assert tool.scan.reset_interlocks().ok
    tool.step()
    assert tool.scan.interlocks.first_out is None


def test_a_blink_shorter_than_the_hold_off_is_no_trip(frozen):
    tool = frozen("main clean")
    for _ in range(10):
        tool.change(foreline_ok=False).run(2.5)
        tool.change(foreline_ok=True).run(0.1)
    assert tool.tripped == []
