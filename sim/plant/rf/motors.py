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
    """Trapezoid of speed: accelerate, travel at most one stroke in ``stroke_s``, brake in time: v^2 = 2 a s."""
    goal = whole_step(spec, target_pct)
    way = goal - motor.motor_pct
    if way == 0.0:
        motor.speed_pct_s = 0.0
        return
    fastest = 100.0 / spec.stroke_s
    gain = fastest / spec.accelerate_s
    speed = min(fastest, abs(motor.speed_pct_s) + gain * dt, sqrt(2.0 * gain * abs(way)) + gain * dt)
    if motor.speed_pct_s * way < 0.0:  # it still turns the other way: stop first
        speed = 0.0
    travel = speed * dt
    if travel >= abs(way):
        motor.motor_pct = goal
        motor.speed_pct_s = 0.0
    else:
        motor.speed_pct_s = speed if way > 0.0 else -speed
        motor.motor_pct += motor.speed_pct_s * dt
    drag(motor)


@law
def drag(motor: Motor) -> None:
    """The capacitor follows its motor at a distance of at most half the play of the gear."""
    half = 0.5 * motor.play_pct
    motor.pct = min(motor.motor_pct + half, max(motor.motor_pct - half, motor.pct))
