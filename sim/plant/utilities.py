"""What the tool draws from the building: electricity, nitrogen, compressed air, cooling water, exhaust; by part.

Owns the meters: power and flow now, and what was used so far, apart for process (gas flowing or RF on) and idle.
Carbon and energy equivalents are the controller's.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector

JOULES_PER_KWH = 3.6e6  # paper: exact
SLM_M3_S = 1e-3 / 60.0  # paper: one litre a minute
PARTS = ("generator", "turbo", "dry_pump", "chiller", "electronics")  #: consumers of electricity
GENERATOR, TURBO, DRY_PUMP, CHILLER, ELECTRONICS = range(5)
SUPPLIES = ("nitrogen_m3", "air_m3", "water_m3", "exhaust_m3")  #: at 0 degC and 1 atm where it is gas
NITROGEN, AIR, WATER, EXHAUST = range(4)
IDLE, PROCESS = range(2)


class UtilitiesSpec(Record):
    """Consumption of every part."""

    generator_efficiency: float
    generator_idle_w: float
    chiller_idle_w: float
    chiller_cop: float
    electronics_w: float
    water_lpm: float
    purge_slm: float
    valve_air_l: float
    air_bleed_slm: float
    exhaust_m3_h: float
    exhaust_idle_m3_h: float


class Utilities(Record):
    """``now``: power [W] by part, flow [m3/s] by supply; ``used_*``: since start, first idle, then process."""

    power_w: Floats = vector(5)
    total_w: float
    flow_m3_s: Floats = vector(4)
    used_kwh: Floats = vector(10)  # part i in idle at i, in process at 5 + i
    used_m3: Floats = vector(8)
    energy_kwh: float
    process: float  # 1 while gas flows or RF is on


@law
def chiller_w(spec: UtilitiesSpec, on: bool, bath_w: float) -> float:
    """Circulation pump, plus heater, or compressor at its coefficient of performance [W]."""
    if not on:
        return 0.0
    return spec.chiller_idle_w + (bath_w if bath_w > 0.0 else -bath_w / spec.chiller_cop)


@law
def generator_w(spec: UtilitiesSpec, forward_w: float) -> float:
    """P_mains = idle + P_forward/eta [W]."""
    return spec.generator_idle_w + forward_w / spec.generator_efficiency


@law
def draw(
    state: Utilities,
    spec: UtilitiesSpec,
    forward_w: float,
    turbo_w: float,
    dry_pump_w: float,
    chiller_on: bool,
    bath_w: float,
) -> None:
    """Electrical power of every part."""
    power = state.power_w
    power[GENERATOR] = generator_w(spec, forward_w)
    power[TURBO] = turbo_w
    power[DRY_PUMP] = dry_pump_w
    power[CHILLER] = chiller_w(spec, chiller_on, bath_w)
    power[ELECTRONICS] = spec.electronics_w
    state.total_w = power[0] + power[1] + power[2] + power[3] + power[4]


@law
def supply(
    state: Utilities,
    spec: UtilitiesSpec,
    nitrogen_slm: float,
    dry_pump_on: bool,
    strokes_per_s: float,
    water_flowing: bool,
) -> None:
    """Supplies: N2 of vent, process and pump purge; air a stroke of each valve, and bleed; water; exhaust."""
    flow = state.flow_m3_s
    flow[NITROGEN] = SLM_M3_S * (nitrogen_slm + (spec.purge_slm if dry_pump_on else 0.0))
    flow[AIR] = 1e-3 * spec.valve_air_l * strokes_per_s + SLM_M3_S * spec.air_bleed_slm
    flow[WATER] = SLM_M3_S * spec.water_lpm if water_flowing else 0.0
    flow[EXHAUST] = (spec.exhaust_m3_h if state.process != 0.0 else spec.exhaust_idle_m3_h) / 3600.0


@law
def meter(state: Utilities, dt: float) -> None:
    """Add up: energy by part and supplies, to idle or to process."""
    to = PROCESS if state.process != 0.0 else IDLE
    for part in range(5):
        state.used_kwh[5 * to + part] += state.power_w[part] * dt / JOULES_PER_KWH
    for kind in range(4):
        state.used_m3[4 * to + kind] += state.flow_m3_s[kind] * dt
    state.energy_kwh += state.total_w * dt / JOULES_PER_KWH


def used(state: Utilities) -> dict[str, float]:
    """Everything used so far by name: "generator_process_kwh", "nitrogen_idle_m3", ..."""
    told: dict[str, float] = {}
    for to, mode in enumerate(("idle", "process")):
        told |= {f"{part}_{mode}_kwh": float(state.used_kwh[5 * to + i]) for i, part in enumerate(PARTS)}
        told |= {f"{kind[:-3]}_{mode}_m3": float(state.used_m3[4 * to + i]) for i, kind in enumerate(SUPPLIES)}
    return told
