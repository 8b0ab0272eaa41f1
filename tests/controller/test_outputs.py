"""The one writer: order of authority, permissives, limits, slew, what follows; and when an actuator has arrived."""

from __future__ import annotations

from math import isnan

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE, ActuatorTable
from controller.scan.actuators import Actuator
from controller.scan.outputs import LED, Outputs, forced_by

MACHINE = load_machine(REFERENCE)[0]


@pytest.fixture
def outputs() -> Outputs:
    outputs = Outputs(MACHINE)
    outputs.permissives.by_actuator.clear()
    return outputs


def test_safe_state_before_operator_before_recipe(outputs):
    outputs.ask("o2_flow_sccm", 100.0)
    assert outputs.resolve([], {}, 1.0)["o2_flow_sccm"] == 100.0
    outputs.operator["o2_flow_sccm"] = 50.0
    assert outputs.resolve([], {}, 1.1)["o2_flow_sccm"] == 50.0
    assert outputs.resolve(["gas_off"], {}, 1.2)["o2_flow_sccm"] == 0.0
    assert outputs.resolve([], {}, 1.3)["o2_flow_sccm"] == 50.0
    del outputs.operator["o2_flow_sccm"]
    assert outputs.resolve([], {}, 1.4)["o2_flow_sccm"] == 100.0


def test_where_two_actions_disagree_off_wins():
    both = forced_by(MACHINE.action, ["safe", "isolate"])
    assert both["isolation_valve"] is False and both["load_power_w"] == 0.0
    assert forced_by(MACHINE.action, ["isolate", "safe"]) == both


def test_safe_is_what_design_says():
    assert forced_by(MACHINE.action, ["safe"]) == {
        "load_power_w": 0.0, "o2_flow_sccm": 0.0, "h2_flow_sccm": 0.0, "ar_flow_sccm": 0.0, "n2_flow_sccm": 0.0,
        "isolation_valve": True, "throttle_pct": 100.0, "chamber_pressure_pa": 0.0, "foreline_valve": True,
        "soft_pump_valve": False, "vent_valve": False,
    }  # fmt: skip


@pytest.mark.parametrize(("asked", "applied"), [(1e9, 200.0), (-5.0, 0.0), (120.0, 120.0)])
def test_clamped_to_the_machine(outputs, asked, applied):
    outputs.ask("o2_flow_sccm", asked)
    assert outputs.resolve([], {}, 1.0)["o2_flow_sccm"] == applied
    assert outputs.lease({}, [], {}, 1.0).values["o2_flow_setpoint_sccm"] == applied
    outputs.judge({"o2_flow_sccm": applied}, 1.0)
    outputs.judge({"o2_flow_sccm": applied}, 9.0)
    assert outputs.status("o2_flow_sccm").state == "IDLE", "what cannot be more has arrived"


def test_a_denied_move_leaves_it_where_it_is_and_says_why():
    outputs = Outputs(MACHINE)
    outputs.ask("isolation_valve", False)
    outputs.resolve([], {}, 1.0)
    outputs.ask("isolation_valve", True)
    values = {"chamber_pressure_pa": 2000.0, "lid_closed": True}
    assert outputs.resolve([], values, 1.1)["isolation_valve"] is False
    outputs.judge(values, 1.1)
    status = outputs.status("isolation_valve")
    assert (
        status.state == "ERROR"
        and "chamber_pressure_pa is 2000" in status.text
        and "foreline_valve_opened" in status.text
    )
    assert outputs.resolve(["safe"], values, 1.2)["isolation_valve"] is False, "the safe state asks for leave too"


def test_closing_is_never_denied():
    outputs = Outputs(MACHINE)
    outputs.actuators["isolation_valve"].applied = True
    outputs.ask("isolation_valve", False)
    assert outputs.resolve([], {}, 1.0)["isolation_valve"] is False


def test_a_shut_off_valve_follows_its_flow(outputs):
    outputs.ask("o2_flow_sccm", 20.0)
    outputs.resolve([], {}, 1.0)
    assert outputs.lease({}, [], {}, 1.0).values["o2_valve_open"] is True
    outputs.ask("o2_flow_sccm", 0.0)
    outputs.resolve([], {}, 1.1)
    assert outputs.lease({}, [], {}, 1.1).values["o2_valve_open"] is False


def test_a_permit_needs_everything_known_and_no_action(outputs):
    good = {"chamber_pressure_pa": 8.0, "lid_closed": True, "water_flowing": True, "chain_closed": True}
    good["io_watchdog_armed"] = True
    assert outputs.lease({}, [], good, 1.0).values["rf_permit"] is True
    assert outputs.lease({}, ["rf_off"], good, 1.0).values["rf_permit"] is False
    assert outputs.lease({}, ["gas_off"], good, 1.0).values["rf_permit"] is True
    for name in good:
        assert outputs.lease({}, [], {k: v for k, v in good.items() if k != name}, 1.0).values["rf_permit"] is False
    assert outputs.lease({}, [], {**good, "lid_closed": False}, 1.0).values["rf_permit"] is False


def test_loops_set_their_outputs_and_lead_their_actuators(outputs):
    outputs.ask("throttle_pct", 100.0)
    outputs.resolve([], {}, 1.0)
    lease = outputs.lease({"throttle_setpoint_pct": 31.0}, [], {}, 1.0)
    assert lease.values["throttle_setpoint_pct"] == 31.0 and lease.granted_s == 1.0
    outputs.judge({"throttle_pct": 31.0}, 99.0, {"throttle_setpoint_pct"})
    assert outputs.status("throttle_pct") == LED
    outputs.judge({"throttle_pct": 31.0}, 99.0)
    assert outputs.status("throttle_pct").state == "ERROR"


def test_what_has_been_asked_but_not_yet_applied_is_busy(outputs):
    """A restart used to see the statuses of before, and struck without gas."""
    outputs.ask("o2_flow_sccm", 0.0)
    outputs.resolve([], {}, 1.0)
    outputs.judge({"o2_flow_sccm": 0.0}, 1.0)
    outputs.judge({"o2_flow_sccm": 0.0}, 5.0)
    assert outputs.status("o2_flow_sccm").state == "IDLE"
    outputs.ask("o2_flow_sccm", 120.0)
    assert outputs.status("o2_flow_sccm").state == "BUSY"


def test_at_rest_everything_is_off(outputs):
    outputs.idle()
    applied = outputs.resolve([], {}, 1.0)
    assert all(applied[name] == 0.0 for name in applied if name.endswith(("_sccm", "_w", "pressure_pa")))
    assert applied["vent_valve"] is False and applied["foreline_valve"] is True and "isolation_valve" not in applied


def flow(**more: object) -> Actuator:
    table = {"output": "x", "actual": "x_flow", "high": 200.0, "tolerance": 2.0, "tolerance_pct": 5.0, "settle_s": 1.0}
    return Actuator("x", ActuatorTable.model_validate({**table, "timeout_s": 10.0, **more}))


def test_arrival_needs_tolerance_and_settle_time():
    actuator = flow()
    actuator.apply(100.0, 0.0, 0.0)
    for now, actual, state in (
        (0.1, 0.0, "BUSY"),
        (1.0, 96.0, "BUSY"),
        (1.9, 104.0, "BUSY"),
        (2.0, 104.0, "IDLE"),
        (2.1, 90.0, "BUSY"),
        (3.0, 100.0, "BUSY"),
        (4.0, 100.0, "IDLE"),
    ):
        actuator.judge({"x_flow": actual}, now)
        assert actuator.status.state == state, now


def test_too_late_is_an_error_until_it_arrives_after_all():
    actuator = flow()
    actuator.apply(100.0, 0.0, 0.0)
    actuator.judge({"x_flow": 20.0}, 10.1)
    assert actuator.status.state == "ERROR" and actuator.status.text == "is 20, asked 100 for 10 s"
    actuator.judge({}, 11.0)
    assert actuator.status.state == "ERROR" and "unknown" in actuator.status.text
    actuator.judge({"x_flow": 100.0}, 12.0)
    actuator.judge({"x_flow": 100.0}, 13.0)
    assert actuator.status.state == "IDLE"


def test_slew():
    actuator = flow(slew_per_s=10.0)
    actuator.apply(50.0, 0.0, 0.05)
    assert actuator.applied == 50.0, "from nothing it may begin anywhere"
    for n in range(1, 100):
        before = actuator.applied
        actuator.apply(100.0 if n < 70 else 0.0, n * 0.05, 0.05)
        assert abs(actuator.applied - before) <= 0.5 + 1e-9
    assert actuator.applied == pytest.approx(50.0 + 69 * 0.5 - 30 * 0.5)


@pytest.mark.parametrize(
    ("opened", "closed", "asked", "state", "text"),
    [
        (True, False, True, "IDLE", "arrived"),
        (False, True, True, "BUSY", "closed, asked on"),
        (False, False, True, "BUSY", "moving, asked on"),
        (True, True, True, "BUSY", "both end switches say yes, asked on"),
        (None, False, True, "BUSY", "position unknown, asked on"),
        (False, True, False, "IDLE", "arrived"),
    ],
)
def test_end_switches(opened, closed, asked, state, text):
    table = ActuatorTable(output="v", opened="o", closed="c", switch=True, timeout_s=4.0)
    actuator = Actuator("v", table)
    actuator.apply(asked, 0.0, 0.0)
    actuator.judge({key: value for key, value in (("o", opened), ("c", closed)) if value is not None}, 1.0)
    assert (actuator.status.state, actuator.status.text) == (state, text)


def test_rf_is_off_when_no_power_is_measured():
    actuator = Actuator("load_power_w", MACHINE.actuator["load_power_w"])
    actuator.apply(0.0, 0.0, 0.0)
    actuator.judge({}, 1.0)
    assert actuator.status.state == "BUSY", "nobody knows"
    actuator.judge({"load_power_w": 120.0}, 1.1)
    assert actuator.status.state == "BUSY"
    actuator.judge({"load_power_w": 0.4}, 1.2)
    actuator.judge({"load_power_w": 0.4}, 1.8)
    assert actuator.status.state == "IDLE"


def test_leases_that_ask_the_same_share_a_name_and_no_others_do(outputs):
    """Lines look again when ``since_s`` is another: two scans at one time must not make one name of two askings."""
    told = [outputs.lease({"rf_enable": on}, [], {}, now) for on, now in ((1, 3.0), (1, 3.05), (0, 3.05), (1, 3.05))]
    told.append(outputs.lease({"rf_enable": 0}, [], {}, 2.0))  # a clock that steps back
    names = [lease.since_s for lease in told]
    assert names[0] == names[1] == 3.0
    assert len(set(names[1:])) == len(names[1:]) and not any(isnan(name) for name in names)
    assert [lease.values["rf_enable"] for lease in told] == [1, 1, 0, 1, 0]
    assert [lease.granted_s for lease in told] == [3.0, 3.05, 3.05, 3.05, 2.0]
