"""What the Overview shows, taken from the store: six tiles and the end-point trace. No painting here."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Any

from gui.i18n import tr
from gui.store import TagStore, priority_of
from gui.titles import pressure_tag
from gui.widgets.range_bar import scale
from gui.widgets.tool_model import ROWS
from gui.widgets.value_tile import Tile, spark, tile
from gui.wording import number, with_unit

SPARK_POINTS = 60  #: two minutes, one point every …
SPARK_TICKS = 20  #: … two seconds
EXPECTED_PART = 0.1  # assumed: a step that ends within ±10 % of its usual time ends as expected

#: gas that leads -> tags to plot with their names: the line that falls first
LINES = {
    "h2": (("ch_431_counts", "CH 431"), ("h_656_counts", "H 656")),
    "o2": (("co_483_counts", "CO 483"), ("o_777_counts", "O 777")),
    "n2": (("n2_337_counts", "N₂ 337"), ("co_483_counts", "CO 483")),
}


SIGNAL = ("endpoint_co_signal", "CO signal")


@dataclass(frozen=True)
class Spec:
    """One tile: label, tag, actuator whose setpoint it follows, and its scale without one."""

    label: str
    tag: str
    actuator: str = ""
    low: float = 0.0
    high: float = 100.0


TILES = (
    Spec("Chamber pressure", "chamber_pressure_pa", "chamber_pressure_pa", 0, 60),
    Spec("RF forward", "forward_power_w", "load_power_w", 0, 600),
    Spec("RF reflected", "reflected_power_w", "", 0, 100),
    Spec("Chuck temperature", "chuck_temperature_c", "chuck_temperature_c", 15, 60),
    Spec("Total gas flow", "total_flow_sccm", "gases", 0, 500),
    Spec("Turbo pump", "turbo_speed_pct", "", 0, 110),
)


class Sparks:
    """The last two minutes of each tile, as the screen saw them."""

    def __init__(self) -> None:
        self._kept: dict[str, deque[float | None]] = {each.tag: deque(maxlen=SPARK_POINTS) for each in TILES}
        self._ticks = 0

    def tick(self, store: TagStore) -> None:
        """Keep one point every two seconds."""
        if self._ticks % SPARK_TICKS == 0:
            for tag, kept in self._kept.items():
                kept.append(store.number(tag))
        self._ticks += 1

    def of(self, tag: str) -> tuple[float, ...]:
        """Heights 0..1 of one tile."""
        return spark(list(self._kept[tag]))


def tile_of(store: TagStore, spec: Spec, sparks: Sparks, lit: bool) -> Tile:
    """One tile at this moment."""
    tag = pressure_tag(store) if spec.tag == "chamber_pressure_pa" else spec.tag
    seen = store.see(tag)
    unit = seen.unit or str(store.description.get("tags", {}).get(spec.tag, {}).get("unit", ""))
    asked = None if store.link_old else _asked(store, spec.actuator)
    value = float(seen.value) if isinstance(seen.value, int | float) else None
    alarm = store.alarm_of(spec.tag) if not store.link_old else None
    new = alarm is not None and alarm.get("state") in ("new", "latched_new")
    place = scale(value, asked, spec.low, spec.high)
    return tile(
        tr(spec.label),
        seen,
        unit,
        _note(store, spec, asked, unit),
        range=place,
        spark=sparks.of(spec.tag),
        alarm=priority_of(alarm) if alarm else None,
        lit=lit or not new,
    )


def _asked(store: TagStore, actuator: str) -> float | None:
    if actuator == "gases":
        each = [store.setpoint(f"{gas}_flow_sccm") for gas in ROWS]
        total = sum(float(one) for one in each if isinstance(one, int | float))
        return total or None
    found = store.setpoint(actuator) if actuator else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) and found else None


def _note(store: TagStore, spec: Spec, asked: float | None, unit: str) -> str:
    if spec.tag == "turbo_speed_pct":
        current = store.number("turbo_current_a")
        return "" if current is None else with_unit(current, "A")
    return "" if asked is None else tr("SP {value}", value=number(asked, unit))


# --- end-point trace -----------------------------------------------------------------------------------------


def lines_for(store: TagStore) -> tuple[tuple[str, str], ...]:
    """Which spectral lines tell the end of this clean, by the gas that is asked for."""
    for gas, lines in LINES.items():
        asked = store.setpoint(f"{gas}_flow_sccm")
        if isinstance(asked, int | float) and asked > 0:
            return _filtered(store, lines)
    return _filtered(store, LINES["o2"])


def _filtered(store: TagStore, lines: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The controller's own filtered CO signal in place of the raw line, where it has one."""
    known = SIGNAL[0] in store.description.get("tags", {})
    return tuple(SIGNAL if known and tag == "co_483_counts" else (tag, name) for tag, name in lines)


def plasma_step(steps: list[dict[str, Any]], index: int) -> dict[str, Any] | None:
    """The plasma step now, or the last one that was begun; the longest of neighbours tells the end point."""
    begun = [step for step in steps[: index + 1] if step.get("plasma") and step.get("start_s") is not None]
    return begun[-1] if begun else None


def normalised(data: dict[str, Any], tag: str, start_s: float, end_s: float) -> tuple[list[float], list[float | None]]:
    """A line over its highest value in a step, against the step's own time."""
    times: list[float] = data.get("time_s") or []
    raw: list[float | None] = (data.get("values") or {}).get(tag) or []
    inside = [(t, v) for t, v in zip(times, raw, strict=False) if start_s <= t <= end_s]
    good = [v for _, v in inside if v is not None and math.isfinite(v)]
    top = max(good, default=0.0)
    if top <= 0:
        return [], []
    part = [v / top if v is not None and math.isfinite(v) else None for _, v in inside]
    return [t - start_s for t, _ in inside], part
