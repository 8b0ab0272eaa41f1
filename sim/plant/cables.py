"""What crosses between electronics and physics, as records: the laws' side of sim/wiring.py.

Owns names and units, in the order in which plant.py copies them. Flags are 0.0 or 1.0; gases and valves are arrays in
the order of sim.wiring.GASES and sim.wiring.VALVES.
"""

from __future__ import annotations

from sim.plant.records import Floats, Record, vector

ISOLATION, FORELINE, VENT, SOFT_PUMP, GAS_0 = range(5)  #: places in the arrays of valves; gases follow from GAS_0


class Commands(Record):
    """What the device electronics ask of the plant."""

    rf_forward_w: float  # what the generator puts on the cable now
    match_load_target_pct: float
    match_tune_target_pct: float
    throttle_target_pct: float  # 0 closed .. 100 open
    throttle_speed: float  # fraction of full speed, 0.001..1
    turbo_on: float
    turbo_speed_pct: float
    dry_pump_on: float
    dry_pump_speed_pct: float
    chiller_on: float
    chiller_setpoint_c: float
    flow_setpoint_sccm: Floats = vector(4)
    valve_open: Floats = vector(8)


class Fast(Record):
    """Sensors of every sub-step."""

    throttle_pct: float
    chamber_gauge_pa: float
    guard_gauge_pa: float
    reflected_w: float
    gamma_re: float
    gamma_im: float
    load_r_ohm: float
    load_x_ohm: float
    match_load_pct: float
    match_tune_pct: float
    dc_bias_v: float
    arc_count: float  # arcs that the generator has seen


class Slow(Record):
    """Sensors of every fifth sub-step."""

    wide_gauge_pa: float
    turbo_speed_hz: float
    turbo_current_a: float
    turbo_power_w: float
    turbo_bearing_c: float
    dry_pump_speed_hz: float
    dry_pump_power_w: float
    dry_pump_temperature_c: float
    chiller_bath_c: float
    chiller_power_pct: float
    chuck_c: float
    mask_c: float
    quartz_film_nm: float
    mains_w: float
    water_lpm: float
    oes_background: float  # continuum, photo-electrons per second and pixel
    at_atmosphere: float
    foreline_ok: float
    flow_sccm: Floats = vector(4)


class Sensors(Record):
    """What the plant gives to the device electronics."""

    fast: Fast
    slow: Slow
