"""One sub-step of RF and plasma: power through the network, ignition, what burns, what the generator sees of it.

Owns the order of these two rooms, and what can keep a discharge from starting.
"""

from __future__ import annotations

from math import isfinite

from sim.plant.dice import normal, uniform
from sim.plant.law import law
from sim.plant.plasma.plasma import go_out, ignite
from sim.plant.plasma.plasma import step as react
from sim.plant.rf.breakdown import breakdown_v, strikes
from sim.plant.rf.delivery import arc, deliver, omega_of, see_plasma, see_unlit, turn
from sim.plant.rf.motors import whole_step
from sim.plant.state import State


@law
def look(s: State) -> None:
    """What the network sees behind it."""
    plasma = s.plasma
    if plasma.lit == 0.0:
        see_unlit(s.rf, s.tool.load)
        return
    omega = omega_of(s.tool.network)
    see_plasma(
        s.rf,
        s.tool.load,
        omega,
        plasma.electron_density_m3,
        plasma.collision_hz,
        plasma.sheath_m,
        plasma.ion_power_w,
        plasma.efficiency,
    )


@law
def strike(s: State, dt: float) -> None:
    """Light it when there is voltage enough and the first electron comes."""
    gas, tool = s.vacuum.gas, s.tool
    if s.rf.forward_w <= 0.0:
        return
    chance = uniform(s.dice)
    if s.no_ignite != 0.0:
        return
    needed_v = s.breakdown_factor * breakdown_v(tool.breakdown, gas.molecules, gas.pressure_pa, tool.load.gap_m)
    if strikes(tool.breakdown, s.rf.electrode_v, needed_v, s.rf.idle_s, chance, dt):
        ignite(s.plasma, tool.plasma)
        s.strikes += 1.0


@law
def arcing(s: State, dt: float) -> None:
    """Arcs of a burning plasma, at their rate."""
    if s.rf.arc_per_s > 0.0 and s.plasma.lit != 0.0 and uniform(s.dice) < s.rf.arc_per_s * dt:
        arc(s.rf, s.tool.network, s.tool.load, s.tool.arc, dt)


@law
def chemistry(s: State, dt: float) -> None:
    """The plasma's own step, and the gas temperature that follows."""
    gas, chamber = s.vacuum.gas, s.tool.vacuum.chamber
    react(
        s.plasma,
        s.walls,
        s.work,
        s.tool.plasma,
        s.tool.walls,
        gas.molecules,
        chamber.volume_m3,
        chamber.area_m2,
        gas.wall_temperature_k,
        s.rf.load_w * s.rf.branch_part,
        s.rf.electrode_v,
        dt,
    )
    gas.temperature_k = s.plasma.gas_temperature_k


@law
def show(s: State) -> None:
    """What the generator's coupler and the network's probes feel."""
    rf, fast = s.rf, s.sensors.fast
    fast.reflected_w = rf.reflected_w
    if rf.forward_w > 0.0:
        fast.reflected_w = max(rf.reflected_w + s.tool.sensors.reflected_noise_w * normal(s.dice), 0.0)
    fast.gamma_re, fast.gamma_im = rf.gamma_re, rf.gamma_im
    fast.load_r_ohm, fast.load_x_ohm = rf.load_r_ohm, rf.load_x_ohm
    fast.match_load_pct, fast.match_tune_pct = rf.load_motor.pct, rf.tune_motor.pct
    fast.dc_bias_v = s.plasma.dc_bias_v
    fast.arc_count = rf.arcs


@law
def moving(s: State) -> bool:
    """Whether a capacitor is not yet where it was sent."""
    to, rf = s.commands, s.rf
    if rf.load_motor.speed_pct_s != 0.0 or rf.tune_motor.speed_pct_s != 0.0:
        return True
    at_load = whole_step(s.tool.motors, to.match_load_target_pct) == rf.load_motor.motor_pct
    return not (at_load and whole_step(s.tool.motors, to.match_tune_target_pct) == rf.tune_motor.motor_pct)


@law
def sub_step(s: State, dt: float) -> None:
    """RF and plasma for ``dt``. Without power, plasma or motion nothing is worked out again."""
    forward_w = s.commands.rf_forward_w
    if forward_w <= 0.0 and s.rf_quiet != 0.0 and not moving(s):
        s.rf.idle_s += dt
        if s.plasma.at_rest == 0.0 or s.plasma.gas_temperature_k != s.vacuum.gas.wall_temperature_k:
            chemistry(s, dt)
        return
    turn(s.rf, s.tool.motors, s.commands.match_load_target_pct, s.commands.match_tune_target_pct, dt)
    look(s)
    deliver(s.rf, s.tool.network, forward_w)
    arcing(s, dt)
    if s.quench_s > 0.0:
        s.quench_s -= dt
        go_out(s.plasma)
    elif s.plasma.lit == 0.0:
        strike(s, dt)
    chemistry(s, dt)
    s.rf.idle_s = 0.0 if s.plasma.lit != 0.0 else s.rf.idle_s + dt
    s.rf_quiet = 1.0 if forward_w <= 0.0 and s.plasma.lit == 0.0 else 0.0
    if s.rf_quiet != 0.0:  # what was lit before this sub-step is the unlit chamber from now on
        look(s)
        deliver(s.rf, s.tool.network, 0.0)
    show(s)


@law
def burns_well(s: State) -> bool:
    """Whether what the plasma gives is finite."""
    plasma, rf = s.plasma, s.rf
    given = plasma.electron_density_m3 + plasma.electron_temperature_ev + plasma.gas_temperature_k
    return isfinite(given + rf.load_w + rf.electrode_v)
