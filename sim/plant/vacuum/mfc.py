"""Mass-flow controllers, four lines: what flows, and what their own sensors say.

Owns dead time, lag and the errors of each controller. Supply lines are taken as ideal; noise comes from outside.
"""

from __future__ import annotations

from math import exp

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid, vector

LINES = 4  #: in the order of sim.wiring.GASES: O2, H2, Ar, N2
SLOTS = 16  #: of the line that delays setpoints
SLOT_S = 0.010  # assumed: the controllers' own cycle; dead times up to SLOTS - 1 of them
FADED_SCCM = 1e-6  # assumed: below any sensor, ends the exponential tail
TWO_LAGS = 2.146  # computed: 63 % of a step through two equal lags, in units of one
#: true flow per indicated flow of a controller calibrated for N2  # paper: O2 0.99..1.0, H2 1.01, Ar 1.39..1.40
CORRECTION = (0.995, 1.01, 1.395, 1.0)


class MfcSpec(Record):
    """Mass-flow controllers."""

    o2_full_scale_sccm: float
    h2_full_scale_sccm: float
    ar_full_scale_sccm: float
    n2_full_scale_sccm: float
    dead_time_s: float
    lag_s: float
    overdrive: float
    noise_of_reading: float
    noise_of_full_scale: float


class Mfcs(Record):
    """Four controllers."""

    full_scale_sccm: Floats = vector(LINES)  # of the gas that flows; 0: the machine has no such line
    calibrated_for: Floats = vector(LINES)  # place of a gas in the order of lines
    zero_sccm: Floats = vector(LINES)  # error of the sensor's zero
    zero_rate_sccm_s: Floats = vector(LINES)  # drift of the zero
    span: Floats = vector(LINES)  # relative error of the sensor's gain
    stuck: Floats = vector(LINES)  # control valve
    delayed_sccm: Floats = grid(LINES, SLOTS)  # setpoints on their way
    slot: float
    waited_s: float  # since the last slot
    valve_sccm: Floats = vector(LINES)  # first lag
    flow_sccm: Floats = vector(LINES)  # second lag: what really flows


@law
def cross_gas(calibrated_for: int, flowing: int) -> float:
    """True flow per indicated flow, of a controller calibrated for one gas that meters another."""
    return CORRECTION[flowing] / CORRECTION[calibrated_for]


@law
def delay_setpoints(s: Mfcs, setpoint_sccm: Floats, dead_time_s: float, dt: float) -> int:
    """Write the setpoints into the delay line; return the place from which to read them ``dead_time_s`` later."""
    s.waited_s = min(s.waited_s + dt, SLOTS * SLOT_S)  # the line holds no more, and the loop has an end
    while s.waited_s > SLOT_S - 1e-9:
        s.waited_s -= SLOT_S
        s.slot = s.slot + 1.0 if s.slot < SLOTS - 1 else 0.0
        for i in range(LINES):
            s.delayed_sccm[i, int(s.slot)] = setpoint_sccm[i]
    late = min(SLOTS - 1, max(1, round(dead_time_s / SLOT_S)))
    return (int(s.slot) - late) % SLOTS


@law
def aimed_sccm(s: Mfcs, i: int, setpoint_sccm: float, overdrive: float) -> float:
    """True flow at which the controller's own sensor shows the setpoint, as far as its valve can open."""
    if setpoint_sccm <= 0.0:
        return 0.0
    true: float = (setpoint_sccm - s.zero_sccm[i]) / (1.0 + s.span[i]) * cross_gas(int(s.calibrated_for[i]), i)
    most: float = overdrive * s.full_scale_sccm[i]
    return min(max(true, 0.0), most)


@law
def control_flow(s: Mfcs, spec: MfcSpec, setpoint_sccm: Floats, valve_position: Floats, first: int, dt: float) -> None:
    """Advance all controllers: dead time, then two equal lags; nothing passes a closed shut-off valve behind them.

    ``valve_position[first + i]`` is the shut-off valve of line i. ``lag_s`` is the 63 % time of both lags.
    """
    place = delay_setpoints(s, setpoint_sccm, spec.dead_time_s, dt)
    gain = 1.0 - exp(-dt * TWO_LAGS / spec.lag_s)
    for i in range(LINES):
        s.zero_sccm[i] += s.zero_rate_sccm_s[i] * dt
        opened = valve_position[first + i]
        goal = aimed_sccm(s, i, s.delayed_sccm[i, place], spec.overdrive) * opened
        if s.stuck[i] == 0.0:
            s.valve_sccm[i] += gain * (goal - s.valve_sccm[i])
        flow = s.flow_sccm[i] + gain * (s.valve_sccm[i] - s.flow_sccm[i])
        if goal == 0.0 and s.stuck[i] == 0.0 and flow < FADED_SCCM:
            flow = s.valve_sccm[i] = 0.0
        s.flow_sccm[i] = min(flow, opened * spec.overdrive * s.full_scale_sccm[i])


@law
def felt_sccm(s: Mfcs, spec: MfcSpec, i: int, z: float) -> float:
    """What the sensor of line ``i`` feels; ``z`` standard normal."""
    flow: float = s.flow_sccm[i] / cross_gas(int(s.calibrated_for[i]), i)
    noise = spec.noise_of_reading * flow + spec.noise_of_full_scale * s.full_scale_sccm[i]
    felt: float = flow * (1.0 + s.span[i]) + s.zero_sccm[i] + noise * z
    return felt
