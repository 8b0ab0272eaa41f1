"""A tool that never was, for the screen: what it says of itself, and pictures of every state."""

from __future__ import annotations

from typing import Any

from gui.link import MERGED

ME = "panel under test"
UTC = "2026-11-20T14:28:36.000+00:00"
NOW_S = 1000.0
USERS = [
    {"id": "chen", "name": "Chen, Y. (demo)", "role": "operator", "hint": "PIN 1234"},
    {"id": "sato", "name": "Sato, K. (demo)", "role": "engineer", "hint": "PIN 1234"},
]
NUMBERS = {
    "chamber_pressure_pa": (8.02, "Pa"),
    "wide_pressure_pa": (8.3, "Pa"),
    "guard_pressure_pa": (8.05, "Pa"),
    "forward_power_w": (454.0, "W"),
    "reflected_power_w": (4.0, "W"),
    "load_power_w": (450.0, "W"),
    "load_position_pct": (42.0, "%"),
    "tune_position_pct": (61.0, "%"),
    "o2_flow_sccm": (120.1, "sccm"),
    "h2_flow_sccm": (0.0, "sccm"),
    "ar_flow_sccm": (40.0, "sccm"),
    "n2_flow_sccm": (0.0, "sccm"),
    "total_flow_sccm": (160.1, "sccm"),
    "throttle_pct": (32.0, "%"),
    "turbo_speed_pct": (100.0, "%"),
    "turbo_current_a": (0.8, "A"),
    "dry_pump_speed_hz": (62.0, "Hz"),
    "chiller_temperature_c": (20.0, "°C"),
    "chuck_temperature_c": (22.3, "°C"),
    "mask_temperature_c": (41.7, "°C"),
    "water_flow_lpm": (6.2, "l/min"),
    "light_counts": (15200.0, "counts"),
    "co_483_counts": (5200.0, "counts"),
    "o_777_counts": (7600.0, "counts"),
    "load_power_w_asked": (450.0, "W"),
}
FLAGS = {
    "rf_on": True,
    "plasma_on": True,
    "at_atmosphere": False,
    "lid_closed": True,
    "chain_closed": True,
    "dry_pump_running": True,
    "oes_saturated": False,
}
OPEN = ("isolation_valve", "foreline_valve", "o2_valve", "ar_valve")
SHUT = ("vent_valve", "soft_pump_valve", "h2_valve", "n2_valve")
STEPS = (
    ("Prepare pumping", "pump-down", 2, False),
    ("Soft pump", "pump-down", 92, False),
    ("Cross over", "pump-down", 1, False),
    ("Turbo pump", "pump-down", 3, False),
    ("High vacuum", "pump-down", 2, False),
    ("Close", "leak-check", 4, False),
    ("Rise", "leak-check", 30, False),
    ("Stabilise", "", 15, False),
    ("Strike", "", 2, True),
    ("Main clean", "", 155, True),
    ("Purge gas", "purge", 20, False),
    ("Pump out", "purge", 15, False),
    ("Cool", "", 5, False),
    ("Vent gas", "vent", 55, False),
)
MAIN = 9


def description() -> dict[str, Any]:
    """What the controller says once."""
    tags = {
        name: {"text": name, "unit": unit, "low": None, "high": None, "stale_s": 0.5, "kind": "number"}
        for name, (_, unit) in NUMBERS.items()
    }
    for name in flags():
        tags[name] = {"text": name, "unit": "", "low": None, "high": None, "stale_s": 0.5, "kind": "flag"}
    spans = {"o2": 200, "h2": 100, "ar": 100, "n2": 500}
    actuators = {
        f"{gas}_flow_sccm": {"unit": "sccm", "low": 0, "high": high, "switch": False, "actual": f"{gas}_flow_sccm"}
        for gas, high in spans.items()
    }
    actuators["load_power_w"] = {"unit": "W", "low": 0, "high": 550, "switch": False, "actual": "load_power_w"}
    return {
        "type": "description",
        "machine": "MPC-01",
        "location": "Chamber A",
        "demo": True,
        "tags": tags,
        "rules": [],
        "actuators": actuators,
        "recipes": [recipe(*each) for each in RECIPES],
        "users": USERS,
    }


RECIPES = (
    ("o2-organic-clean", "O2 organic clean", 401.0, (0, 0, 0, 0, 0, 300, 450, 450, 450, 450, 0, 0, 0), "recipe"),
    ("h2-carbon-clean", "H2 carbon clean", 675.0, (0, 0, 0, 150, 180, 180, 180, 180, 180, 0, 0), "recipe"),
    ("n2-o2-resist-clean", "N2/O2 resist-residue clean", 380.0, (0, 0, 0, 350, 350, 350, 0, 0), "recipe"),
    ("season", "season", 900.0, (0, 400, 400, 400, 400, 0), "procedure"),
    ("pump-down", "pump-down", 100.0, (0, 0), "procedure"),
    ("vent", "vent", 55.0, (0, 0), "procedure"),
)


def recipe(file: str, name: str, expected_s: float, profile: tuple[float, ...], kind: str) -> dict[str, Any]:
    """One of the library."""
    return {
        "file": file,
        "name": name,
        "version": 1,
        "status": "released",
        "kind": kind,
        "mask": "binary",
        "contamination": "organic",
        "text": "",
        "sha256": "3f9c0a6be2d1" + "0" * 52,
        "expected_s": expected_s,
        "steps": [],
        "profile": list(profile),
    }


def flags() -> dict[str, bool]:
    """All flags of a running clean."""
    ends = {f"{name}_opened": True for name in OPEN} | {f"{name}_closed": False for name in OPEN}
    ends |= {f"{name}_opened": False for name in SHUT} | {f"{name}_closed": True for name in SHUT}
    return FLAGS | ends


def readings(**changes: Any) -> dict[str, list[Any]]:
    """Every tag as [value, time, quality]; ``changes`` replace values, or whole readings when they are lists."""
    values: dict[str, Any] = {name: value for name, (value, _) in NUMBERS.items()} | flags() | changes
    return {n: v if isinstance(v, list) else [v, NOW_S - 0.05, "GOOD"] for n, v in values.items()}


def steps(now: int) -> list[dict[str, Any]]:
    """The run's steps when step ``now`` runs."""
    told, at = [], 0.0
    for i, (name, group, usual, plasma) in enumerate(STEPS):
        state = "done" if i < now else "now" if i == now else "next"
        step = {"name": name, "group": group, "expected_s": float(usual), "plasma": plasma, "state": state}
        begun = i <= now
        step |= {"start_s": at if begun else None, "end_s": at + usual * 0.97 if i < now else None}
        step |= {"ended_by": "pressure reached" if i < now else "", "ends_by": "endpoint CO" if i == MAIN else ""}
        told.append(step)
        at += usual * 0.97
    return told


def running(**changes: Any) -> dict[str, Any]:
    """The whole picture of a clean in its main step; ``changes`` replace parts of it."""
    told = steps(MAIN)
    clock = 68.0
    started = NOW_S - told[MAIN]["start_s"] - clock
    picture = {
        "type": "update",
        "seq": 1,
        "full": True,
        "time_s": NOW_S,
        "utc": UTC,
        "version": 7,
        "tags": readings(),
        "setpoints": {
            "chamber_pressure_pa": 8.0,
            "load_power_w": 450.0,
            "chuck_temperature_c": 22.0,
            "o2_flow_sccm": 120.0,
            "ar_flow_sccm": 40.0,
            "h2_flow_sccm": 0.0,
            "n2_flow_sccm": 0.0,
        },
        "actuators": {},
        "unit": {
            "state": "running",
            "since_s": started,
            "run": {
                "id": "R-1",
                "recipe": "O2 organic clean",
                "version": 1,
                "sha256": "3f9c",
                "mask": "R7-2231-A",
                "user": "chen",
                "started_utc": "2026-11-20T14:23:10+00:00",
                "started_s": started,
            },
            "steps": told,
            "index": MAIN,
            "clock_s": clock,
            "remaining_s": 87.0,
            "run_remaining_s": 182.0,
            "plasma_on_s": 66.4,
            "lost_plasma_s": 0.0,
            "reasons": [],
            "rf_off_ms": None,
            "operator_message": None,
            "verdict": None,
            "energy_kwh": 0.11,
        },
        "alarms": [],
        "allowed": {"start": ["a run is under way"], "pause": [], "end_step": [], "abort": [], "note": [], "hold": []}
        | {"stop": [], "restart": ["the run is not on hold"], "acknowledge": [], "shelve": []}
        | {"reset": ["a run is under way"], "reset_interlocks": [], "take_control": [], "resume": ["not paused"]},
        "checks": checks(),
        "control": ME,
        "devices": {name: {"state": "ready", "text": "identified"} for name in DEVICES},
    }
    return patched(picture, changes)


DEVICES = (
    "rf_generator o2_mfc h2_mfc ar_mfc n2_mfc throttle gauges turbo dry_pump chiller io spectrometer".split()  # noqa: SIM905
)


def patched(picture: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Parts put over a picture, table by table."""
    for key, value in changes.items():
        picture[key] = picture[key] | value if key in MERGED else value
    return picture


def checks(**bad: str) -> list[dict[str, Any]]:
    """The start checklist; names given are not met, for that reason."""
    rows = (("lid", "Lid closed", ""), ("base", "Chamber at atmosphere or under vacuum", "0.41 Pa"))
    rows += (("chain", "Safety chain closed", ""), ("water", "Cooling water", "6.2 l/min"))
    rows += (("chuck", "Chuck temperature", "22.1 °C"), ("lines", "All devices answer", "12 of 12"))
    rows += (("space", "Room for records", "38 GB"), ("rest", "Nothing else stands against it", ""))
    return [
        {"name": name, "ok": key not in bad, "value": "" if key in bad else said, "reason": bad.get(key, "")}
        for key, name, said in rows
    ]


def idle(**changes: Any) -> dict[str, Any]:
    """Ready for a run, at atmosphere."""
    still = {name: 0.0 for name in NUMBERS if name.endswith(("flow_sccm", "power_w", "_counts"))}
    closed = {f"{n}_opened": False for n in OPEN} | {f"{n}_closed": True for n in OPEN}
    tags = readings(
        **still,
        **closed,
        rf_on=False,
        plasma_on=False,
        at_atmosphere=True,
        chamber_pressure_pa=133.3,
        wide_pressure_pa=101325.0,
        mask_temperature_c=23.1,
    )
    unit = {"state": "idle", "run": None, "steps": [], "index": -1, "run_remaining_s": None, "remaining_s": None}
    calm = {"start": [], "pause": ["no run is under way"], "note": ["no run is under way"]}
    picture = running(tags=tags, unit=unit, allowed=calm, setpoints={"load_power_w": 0.0, "o2_flow_sccm": 0.0})
    picture["setpoints"] = dict.fromkeys(picture["setpoints"], 0.0) | {"chuck_temperature_c": 22.0}
    return patched(picture, changes)


def held(**changes: Any) -> dict[str, Any]:
    """STOP was pressed in the main step."""
    still = {name: 0.0 for name in NUMBERS if name.endswith(("flow_sccm", "power_w", "_counts"))}
    shut = {f"{gas}_valve_{end}": end == "closed" for gas in ("o2", "ar") for end in ("opened", "closed")}
    tags = readings(**still, **shut, rf_on=False, plasma_on=False, chamber_pressure_pa=0.62, throttle_pct=100.0)
    told = steps(MAIN)
    told[MAIN] |= {"entered": 1, "spent_s": 68.0, "since_s": None, "end_s": told[MAIN]["start_s"] + 68.0}
    unit = {"state": "held", "rf_off_ms": 18.0, "reasons": ["operator Chen, Y. (demo)"], "steps": told}
    return patched(running(tags=tags, unit=unit, allowed={"restart": []}), changes)


def gone_on(**changes: Any) -> dict[str, Any]:
    """After a STOP in the main step and "Go on": the run strikes again, the main step will come back."""
    told = steps(MAIN)
    for i, step in enumerate(told):
        done = step["start_s"] is not None
        spent = 0.0 if not done else 30.0 if i == MAIN else step["expected_s"] * 0.97
        step |= {"entered": int(done), "spent_s": spent, "since_s": None}
    told[MAIN] |= {"state": "done", "ended_by": "held: operator STOP", "end_s": told[MAIN]["start_s"] + 30.0}
    told[MAIN - 1] |= {"state": "now", "ended_by": "", "end_s": None, "ends_by": "plasma lit", "spent_s": 1.9}
    told[MAIN - 1] |= {"entered": 2, "since_s": told[MAIN]["start_s"] + 90.0}
    unit = {"state": "running", "steps": told, "index": MAIN - 1, "clock_s": 1.0, "remaining_s": 1.0}
    picture = running(unit=unit)
    picture["unit"]["run"] = picture["unit"]["run"] | {"started_s": NOW_S - told[MAIN]["start_s"] - 91.0}
    return patched(picture, changes)


DENIED = (
    "PM-01 Isolation valve opens only under vacuum: chamber_pressure_pa < 50 (chamber_pressure_pa is 133.3); "
    "PM-01 Isolation valve opens only under vacuum: foreline_valve_opened (foreline_valve_opened is false)"
)


def waiting(**changes: Any) -> dict[str, Any]:
    """In the pump-down's last step, the isolation valve may not open and the step takes longer than usual."""
    told = steps(4)
    told[4] |= {"ends_by": "0.05 Pa reached"}
    unit = {"steps": told, "index": 4, "clock_s": 25.0, "remaining_s": None, "run_remaining_s": 489.0}
    picture = running(unit=unit, actuators={"isolation_valve": ["ERROR", DENIED]})
    return patched(picture, changes)


def alarm(number: str, name: str, priority: int, state: str, ago_s: float, text: str, **more: Any) -> dict[str, Any]:
    """One alarm of the list."""
    whole, seconds = divmod(round(ago_s), 60)
    utc = f"2026-11-20T14:{28 - whole:02d}:{36 - seconds if seconds <= 36 else 0:02d}+00:00"
    base = {
        "id": number,
        "name": name,
        "priority": priority,
        "state": state,
        "raised_s": NOW_S - ago_s,
        "raised_utc": utc,
        "text": text,
        "means": "The plasma does not take the power. RF was switched off after 2 s.",
        "to_do": [
            "Look at the match: load and tune away from 0 and 100?",
            "Pressure at its setpoint and gas flowing?",
            "Strike again once. If it comes back, call maintenance.",
        ],
        "otherwise": "The run stays on hold; the mask is under vacuum and safe.",
        "first_out": False,
        "shelved_until_s": None,
    }
    return base | more


CHUCK_OFF = (
    "abs(chuck_temperature_c - chiller_setpoint_readback_c) < 10"
    " (chiller_setpoint_readback_c is 22, chuck_temperature_c is 34.2)"
)
ALARMS = [
    alarm(
        "IL-05",
        "RF reflected power high",
        1,
        "new",
        21,
        "reflected_power_w < 60 (reflected_power_w is 142)",
        first_out=True,
    ),
    alarm(
        "AL-06",
        "Chuck temperature off",
        2,
        "new",
        32,
        CHUCK_OFF,
    ),
    alarm("AL-01", "Cooling water flow low", 3, "seen", 65, "water_flow_lpm > 4 (water_flow_lpm is 3.1)"),
    alarm("AL-09", "Dry pump service due", 4, "cleared", 95, "dry_pump_hours_h < 5000 (dry_pump_hours_h is 5001)"),
    alarm(
        "AL-02",
        "O2 flow deviates",
        3,
        "seen",
        400,
        "water_flowing (water_flowing is false)",
        shelved_until_s=NOW_S + 1800,
    ),
]
