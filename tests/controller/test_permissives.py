"""Every permissive of the reference tool, each reason alone and all of them at once; and DESIGN section 4 by name."""

from __future__ import annotations

from typing import Any

import pytest

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from controller.scan.interlocks import Permissives, cause_and_effect
from recipes.conditions import Condition

MACHINE = load_machine(REFERENCE)[0]
PERMISSIVES = Permissives(MACHINE)
TABLES = {table.id: table for table in MACHINE.permissive}
#: readings with which every permissive says yes, whatever it is asked
YES: dict[str, Any] = {
    "chamber_pressure_pa": 1.0, "wide_pressure_pa": 1.0, "guard_pressure_pa": 1.0, "mask_temperature_c": 25.0,
    "foreline_valve_opened": True, "foreline_valve_closed": True, "foreline_ok": True, "soft_pump_valve_closed": True,
    "vent_valve_closed": True, "isolation_valve_closed": True, "isolation_valve_opened": True, "lid_closed": True,
    "dry_pump_running": True, "rf_on": False, "o2_valve_closed": True, "h2_valve_closed": True,
    "ar_valve_closed": True, "n2_valve_closed": True, "h2_purges_owed": 0, "exhaust_flowing": True,
    "h2_detector_clear": True, "o2_in_chamber": False, "h2_in_chamber": False, "mixture_allowed": False,
    "water_flowing": True, "chain_closed": True, "io_watchdog_armed": True, "chiller_ok": True, "turbo_at_speed": True,
    "h2_evidence": False, "o2_evidence": False, "ar_evidence": False, "n2_evidence": False,
}  # fmt: skip
#: name -> a value at which what needs it fails
NO: dict[str, Any] = {
    "chamber_pressure_pa": 2000.0, "wide_pressure_pa": 2000.0, "guard_pressure_pa": 2000.0, "mask_temperature_c": 95.0,
    "h2_purges_owed": 1,
}  # fmt: skip
#: names that only matter together with another
ONLY_WITH: dict[str, dict[str, Any]] = {
    "mixture_allowed": {},
    "isolation_valve_closed": {"isolation_valve_opened": False},
    "chamber_pressure_pa": {"isolation_valve_opened": False},
    **{f"{gas}_evidence": {"isolation_valve_opened": False} for gas in ("h2", "o2", "ar", "n2")},
}


def asked(table: Any) -> float | bool:
    return table.above + 1.0 if table.to == "above" else table.to in ("on", "open")


def why_not(table: Any, values: dict[str, Any], now_at: Any = None) -> list[str]:
    return PERMISSIVES.why_not(table.actuator, now_at, asked(table), values)


def names_of(table: Any) -> set[str]:
    return {name for text in table.requires for name in Condition(text).names}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_yes_and_every_no(table):
    values = {name: YES[name] for name in names_of(table)}
    assert why_not(table, values) == []
    for name in sorted(names_of(table) - {"mixture_allowed"}):
        with_ = ONLY_WITH[name] if name in ONLY_WITH and "isolation_valve_opened" in names_of(table) else {}
        if name == "chamber_pressure_pa" and table.id in ("PE-01", "PE-09"):
            with_ = {}
        if name == "isolation_valve_closed" and "isolation_valve_opened" not in names_of(table):
            with_ = {}
        if name == "isolation_valve_opened" and table.id in ("PE-07", "PE-08"):
            with_ = {"isolation_valve_closed": False}
        no = NO.get(name, not YES[name] if isinstance(YES[name], bool) else None)
        reasons = why_not(table, {**values, **with_, name: no})
        assert len(reasons) == 1 and reasons[0].startswith(f"{table.id} {table.name}: ") and name in reasons[0]
        unknown = {key: value for key, value in {**values, **with_}.items() if key != name}
        reasons = why_not(table, unknown)
        assert len(reasons) == 1 and f"{name} is unknown" in reasons[0], "unknown denies"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_all_reasons_come_at_once(table):
    assert len(why_not(table, {})) == len(table.requires)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_the_way_back_is_never_denied(table):
    """Closing, switching off, and what is already there need no leave."""
    off = 0.0 if table.to == "above" else False
    assert PERMISSIVES.why_not(table.actuator, asked(table), off, {}) == []
    assert why_not(table, {}, now_at=asked(table)) == []


def test_mixture_only_where_it_is_allowed():
    for table, other in ((TABLES["PE-05"], "o2_in_chamber"), (TABLES["PE-06"], "h2_in_chamber")):
        assert why_not(table, {**YES, other: True})
        assert why_not(table, {**YES, other: True, "mixture_allowed": True}) == []


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        ({"chamber_pressure_pa": 49.9}, True),
        ({"chamber_pressure_pa": 50.0}, False),
        ({"wide_pressure_pa": 50.0}, False),  # the gauge that sees what the other cannot
    ],
)
def test_isolation_opens_only_below_50_pa(values, allowed):
    assert (why_not(TABLES["PE-01"], {**YES, **values}) == []) is allowed


#: DESIGN section 4, sentence by sentence -> rows that stand for it
DESIGN_4 = {
    "RF needs vacuum": ("IL-01", "PE-09"),
    "RF needs lid": ("IL-02", "PE-09"),
    "RF needs water": ("IL-03", "PE-09"),
    "RF needs chain": ("IL-04", "PE-09"),
    "RF needs watchdog": ("IL-05", "PE-09"),
    "isolation opens only below 50 Pa": ("PE-01",),
    "soft-pump and foreline never both open": ("IL-12", "PE-02", "PE-03"),
    "vent needs RF off, gas off, isolation and soft-pump proven closed": ("IL-13", "PE-04"),
    "lid only at ATM": ("IL-14",),
    "H2 and O2 never together, by flow or valve evidence": ("IL-15", "PE-05", "PE-06"),
    "changing between them pumps below a set pressure first": ("PE-05", "PE-06"),
    "vent after H2 needs n purges": ("PE-04",),
    "H2 needs pump, exhaust, detector proven": ("IL-16", "IL-17", "PE-05"),
    "gas needs isolation open, or one inert gas below 100 Pa for a limited time": ("IL-18", "PE-07", "PE-08"),
    "RF on without proven plasma longer than the strike window": ("IL-06",),
    "reflected power persistence": ("IL-07", "IL-08"),
    "mask over-temperature": ("IL-09",),
    "foreline high": ("IL-11",),
    "over-pressure": ("IL-10",),
    "stale reading": ("IL-22",),
    "gas total within the pump": ("IL-26",),
}
#: what each of these rows must look at
LOOKS_AT = {
    "IL-01": {"chamber_pressure_pa", "guard_pressure_pa"},
    "IL-02": {"lid_closed"},
    "IL-03": {"water_flowing"},
    "IL-04": {"chain_closed"},
    "IL-05": {"io_watchdog_armed"},
    "IL-07": {"reflected_power_w"},
    "IL-09": {"mask_temperature_c"},
    "IL-11": {"foreline_ok"},
    "IL-12": {"soft_pump_valve_closed", "foreline_valve_closed"},
    "IL-13": {"isolation_valve_closed", "soft_pump_valve_closed", "rf_on", "o2_valve_closed", "h2_valve_closed"},
    "IL-14": {"lid_closed", "at_atmosphere"},
    "IL-15": {"h2_evidence", "o2_evidence", "mixture_allowed"},
    "IL-16": {"dry_pump_running", "exhaust_flowing", "h2_detector_clear"},
    "IL-18": {"isolation_valve_opened", "isolated_gas_s", "ar_evidence", "n2_evidence"},
    "PE-04": {"rf_on", "isolation_valve_closed", "soft_pump_valve_closed", "h2_purges_owed"},
    "PE-05": {"o2_in_chamber", "exhaust_flowing", "h2_detector_clear", "dry_pump_running"},
    "PE-06": {"h2_in_chamber"},
    "PE-09": {"lid_closed", "water_flowing", "chain_closed", "io_watchdog_armed", "chamber_pressure_pa"},
}


def test_everything_that_must_exist_exists():
    rows: dict[str, Any] = {row.id: row for row in (*MACHINE.interlock, *MACHINE.permissive)}
    assert {id_ for ids in DESIGN_4.values() for id_ in ids} <= set(rows)
    for id_, names in LOOKS_AT.items():
        assert names <= names_of(rows[id_]), id_
    for interlock in MACHINE.interlock:  # whatever concerns RF forces it off and opens the generator's loop
        forced = [MACHINE.action[name] for name in interlock.actions]
        if interlock.name.startswith("RF") or "plasma" in interlock.name.lower():
            assert any(action.set.get("load_power_w") == 0.0 and "rf_permit" in action.permits for action in forced)
        if "hydrogen" in interlock.name.lower() or interlock.id == "IL-26":
            assert any(action.set.get("h2_flow_sccm") == 0.0 for action in forced)
    strike_s = MACHINE.loop.rf_power.strike_window_s
    assert rows["IL-06"].holdoff_s >= strike_s


def test_the_printed_table_has_every_row():
    printed = cause_and_effect(MACHINE)
    assert [row[0] for row in printed] == [row.id for row in (*MACHINE.interlock, *MACHINE.permissive)]
    assert all(all(cell for cell in row) for row in printed)
