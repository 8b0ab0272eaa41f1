"""The two motors of the network: finite speed, finite acceleration, whole steps, and the play of worn gears.

Owns how a capacitor comes to where its controller sends it.
"""

from __future__ import annotations

from math import sqrt

from sim.plant.law import law
from sim.plant.records import Record


class MotorSpec(Record):
    """One motor-driven vacuum capacitor; both are alike."""

    stroke_s: float
    accelerate_s: float
    steps: float


class Motor(Record):
    """Where it is [% of stroke, of the motor] and how fast it turns [%/s]; ``play_pct`` is lost when it turns back."""

    motor_pct: float
    speed_pct_s: float
    pct: float  # of the capacitor
    play_pct: float


@law
def whole_step(spec: MotorSpec, pct: float) -> float:
    """The nearest position that a stepper can hold, within its stroke."""
    step = 100.0 / spec.steps
    return step * round(min(100.0, max(0.0, pct)) / step)


@law
def follow(motor: Motor, spec: MotorSpec, target_pct: float, dt: float) -> None:
    """Speed changes by at most a dt, up and down; at most one stroke in ``stroke_s``; and v^2 <= 2 a s of what is left.

    Way is the mean of both speeds times dt, exact for an even change. A target for which it is too late to brake is
    passed and come back to. Within one sub-step of rest a stepper rests.
    """
    way = whole_step(spec, target_pct) - motor.motor_pct
    if way == 0.0 and motor.speed_pct_s == 0.0:
        return
    fastest = 100.0 / spec.stroke_s
    gain = fastest / spec.accelerate_s
    sense = 1.0 if way >= 0.0 else -1.0
    left, before, change = abs(way), sense * motor.speed_pct_s, gain * dt
    room = max((2.0 * left - before * dt) / gain, 0.0)
    braking = gain * sqrt(0.25 * dt * dt + room) - 0.5 * change  # from this speed it still stops in time
    after = max(min(braking, fastest, before + change), before - change)
    travel = 0.5 * (before + after) * dt
    if travel >= left and before * before <= 2.0 * gain * left + change * change:
        motor.motor_pct += way
        motor.speed_pct_s = 0.0
    else:
        motor.motor_pct += sense * travel
        motor.speed_pct_s = sense * after
    drag(motor)


@law
def drag(motor: Motor) -> None:
    """The capacitor follows its motor at a distance of at most half the play of the gear."""
    half = 0.5 * motor.play_pct
    motor.pct = min(max(motor.pct, motor.motor_pct - half), motor.motor_pct + half)
