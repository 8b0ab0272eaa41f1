"""What the drawing of the tool shows, taken from the store. Plain data, no Qt, no painting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gui.i18n import tr
from gui.store import BAD, Seen, TagStore, priority_of
from gui.titles import RUNNING, pressure_tag
from gui.wording import DASH, GASES, number, step_name

OPEN, CLOSED, MOVING, FAULT, UNKNOWN = "open", "closed", "moving", "fault", "unknown"
ROWS = ("o2", "h2", "ar", "n2")


@dataclass(frozen=True)
class Said:
    """A value as words, and whether it is old or missing."""

    words: str
    old: bool = False


@dataclass(frozen=True)
class Gas:
    """One row of the gas panel."""

    label: str
    flow: Said
    part: float | None
    tick: float | None
    valve: str
    flows: bool


@dataclass(frozen=True)
class Tool:
    """Everything the drawing shows."""

    chip: str
    old: str  #: not empty: the whole drawing is old, and since when
    gases: tuple[Gas, ...]
    match: Said
    power: Said
    power_part: float | None
    power_tick: float | None
    reflected: Said
    plasma: bool | None
    inside: tuple[str, str]
    chuck: Said
    mask: Said
    gauge: tuple[str, Said]
    vent: str
    isolation: str
    soft: str
    foreline: str
    throttle: Said
    throttle_part: float | None
    turbo: Said
    turbo_on: bool | None
    pump: Said
    pump_on: bool | None
    chiller: Said
    water: Said
    spectrometer: Said
    chain: Said
    alarms: tuple[tuple[str, int, bool], ...] = ()  #: place, priority, lit


#: place on the drawing -> tags whose alarms belong there
PLACES = {
    "chuck": ("chuck_temperature_c", "mask_temperature_c"),
    "gauge": ("chamber_pressure_pa", "guard_pressure_pa", "wide_pressure_pa"),
    "power": (
        "reflected_power_w",
        "forward_power_w",
        "load_power_w",
        "rf_on",
        "rf_fault",
        "plasma_on",
        "strike_failed",
    ),
    "chiller": ("water_flow_lpm", "water_flowing", "chiller_ok", "chiller_running"),
    "turbo": ("turbo_ok", "turbo_speed_pct", "turbo_at_speed", "turbo_error"),
    "pump": ("dry_pump_running", "dry_pump_fault", "dry_pump_warning", "foreline_ok", "dry_pump_hours_h"),
    "chain": ("chain_closed", "lid_closed"),
    "spectrometer": ("oes_saturated",),
}


def valve_state(opened: bool | None, closed: bool | None) -> str:
    """What two end switches say; None = not known. Both at once is a fault, never a guess."""
    if opened is None or closed is None:
        return UNKNOWN
    if opened and closed:
        return FAULT
    return OPEN if opened else CLOSED if closed else MOVING


def tool_of(store: TagStore, lit: bool, old_since: str = "") -> Tool:
    """The tool at this moment."""
    running = store.state in RUNNING
    return Tool(
        chip=tr("Recipe in charge") if running else tr("No run"),
        old=old_since,
        gases=tuple(_gas(store, gas) for gas in ROWS),
        match=_match(store),
        power=said(store.see("load_power_w")),
        power_part=_part(store, "load_power_w", "load_power_w"),
        power_tick=_tick(store, "load_power_w"),
        reflected=said(store.see("reflected_power_w")),
        plasma=flag(store, "plasma_on"),
        inside=_inside(store),
        chuck=said(store.see("chuck_temperature_c")),
        mask=said(store.see("mask_temperature_c")),
        gauge=_gauge(store),
        vent=_valve(store, "vent_valve"),
        isolation=_valve(store, "isolation_valve"),
        soft=_valve(store, "soft_pump_valve"),
        foreline=_valve(store, "foreline_valve"),
        throttle=said(store.see("throttle_pct")),
        throttle_part=None if store.number("throttle_pct") is None else (store.number("throttle_pct") or 0.0) / 100,
        turbo=said(store.see("turbo_speed_pct")),
        turbo_on=_turns(store, "turbo_speed_pct"),
        pump=said(store.see("dry_pump_speed_hz")),
        pump_on=flag(store, "dry_pump_running"),
        chiller=said(store.see("chiller_temperature_c")),
        water=said(store.see("water_flow_lpm")),
        spectrometer=_spectrometer(store),
        chain=_chain(store),
        alarms=_alarms(store, lit),
    )


def said(seen: Seen) -> Said:
    """A number in words; a bad one is a dash, and both bad and stale ones are old."""
    if seen.look == BAD:
        return Said(DASH, True)
    return Said(number(seen.value, seen.unit), not seen.live)


def flag(store: TagStore, name: str) -> bool | None:
    """A live flag, else None."""
    seen = store.see(name)
    return bool(seen.value) if seen.live else None


def _gas(store: TagStore, gas: str) -> Gas:
    name = f"{gas}_flow_sccm"
    flow = store.number(name)
    state = _valve(store, f"{gas}_valve")
    flows = flow is not None and flow > 0.5 and state != "closed"
    return Gas(GASES[gas], said(store.see(name)), _part(store, name, name), _tick(store, name), state, flows)


def _valve(store: TagStore, name: str) -> str:
    return valve_state(flag(store, f"{name}_opened"), flag(store, f"{name}_closed"))


def _span(store: TagStore, actuator: str) -> float:
    told: dict[str, Any] = store.description.get("actuators", {}).get(actuator, {})
    return float(told.get("high") or 0.0)


def _part(store: TagStore, tag: str, actuator: str) -> float | None:
    value, span = store.number(tag), _span(store, actuator)
    return None if value is None or not span else round(max(0.0, value / span), 3)


def _tick(store: TagStore, actuator: str) -> float | None:
    asked, span = store.setpoint(actuator), _span(store, actuator)
    right = isinstance(asked, int | float) and span and not store.link_old
    return round(float(asked) / span, 3) if right else None


def _match(store: TagStore) -> Said:
    load, tune = said(store.see("load_position_pct")), said(store.see("tune_position_pct"))
    return Said(tr("load {a} · tune {b}", a=load.words, b=tune.words), load.old or tune.old)


def _inside(store: TagStore) -> tuple[str, str]:
    plasma = flag(store, "plasma_on")
    steps, index = store.unit.get("steps") or [], store.index
    step = step_name(steps[index]) if 0 <= index < len(steps) and store.state in RUNNING else ""
    if store.link_old:
        return tr("last known"), ""
    if plasma is None:
        return tr("Plasma not known"), step
    if plasma:
        return tr("Plasma on"), step
    if flag(store, "at_atmosphere"):
        lid = flag(store, "lid_closed")
        return tr("Atmosphere"), tr("lid closed") if lid else tr("lid open") if lid is False else step
    return (tr("RF on, no plasma") if flag(store, "rf_on") else tr("No plasma")), step


def _gauge(store: TagStore) -> tuple[str, Said]:
    tag = pressure_tag(store)
    return ("P1" if tag == "chamber_pressure_pa" else "P2"), said(store.see(tag))


def _turns(store: TagStore, tag: str) -> bool | None:
    speed = store.number(tag)
    return None if speed is None else speed > 1.0


def _spectrometer(store: TagStore) -> Said:
    saturated, light = flag(store, "oes_saturated"), store.see("light_counts")
    if saturated:
        return Said(tr("saturated"))
    return Said(tr("live"), False) if light.live else Said(DASH, True)


def _chain(store: TagStore) -> Said:
    chain, lid = flag(store, "chain_closed"), flag(store, "lid_closed")
    if chain is None or lid is None:
        return Said(DASH, True)
    return Said(tr("open") if not chain else tr("lid open") if not lid else tr("closed"))


def _alarms(store: TagStore, lit: bool) -> tuple[tuple[str, int, bool], ...]:
    found = []
    for place, tags in PLACES.items():
        alarm = store.alarm_of(*tags)
        if alarm is not None:
            new = alarm.get("state") in ("new", "latched_new")
            found.append((place, priority_of(alarm), lit or not new))
    return tuple(found)
