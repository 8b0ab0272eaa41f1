"""A matching network with an automatic tuner, as its motor controller sees it.

Owns where the two capacitors should go; the plant moves them. In automatic mode it inverts the V/I probe: solve the
L-network for the measured load and go straight there (no hunting).
"""

from __future__ import annotations

from math import pi, sqrt

from sim.devices.framing import bounded
from sim.wiring import Sensors, Wiring

OMEGA = 2.0 * pi * 13.56e6  # assumed: 13.56 MHz, as the tool
R0_OHM = 50.0  # assumed: the usual cable
# The controller's own idea of its network: shunt C_L at the generator, series L_s + C_T to the load.
R_S_OHM = 0.3  # assumed
L_S_H = 2.5e-6  # assumed
LOAD_PF, LOAD_PF_PER_PCT = 200.0, 13.00  # assumed: 200 .. 1500 pF
TUNE_PF, TUNE_PF_PER_PCT = 30.0, 4.70  # assumed: 30 .. 500 pF
MOVING_PCT = 0.2  # assumed: closer than this, the motors stand
SENSE_W = 5.0  # assumed: with less forward power the probe sees nothing


class Match:
    """Control mode and motion of the two capacitors; load = shunt, tune = series."""

    def __init__(self) -> None:
        self.auto = True  # assumed: mode at power-up

    def step(self, wiring: Wiring, forward_w: float) -> None:
        """In automatic mode, with power, send the capacitors to the match of the load behind them."""
        if self.auto and forward_w >= SENSE_W:
            commands, sensors = wiring.commands, wiring.sensors
            load, tune = matched_pct(sensors.load_r_ohm, sensors.load_x_ohm)
            commands.match_load_target_pct = load
            commands.match_tune_target_pct = tune

    def moving(self, wiring: Wiring) -> bool:
        """Whether a motor still runs."""
        commands, sensors = wiring.commands, wiring.sensors
        load = abs(commands.match_load_target_pct - sensors.match_load_pct)
        return max(load, abs(commands.match_tune_target_pct - sensors.match_tune_pct)) > MOVING_PCT


def matched_pct(r_ohm: float, x_ohm: float) -> tuple[float, float]:
    """Positions of load and tune capacitor [%] that match R + jX; the nearest corner where none does.

    R' = R + R_s; C_L = sqrt((R0 - R')/R')/(w R0); 1/(w C_T) = w L_s + X - sqrt(R' (R0 - R')) (L-network).
    """
    r = bounded(r_ohm + R_S_OHM, 1e-3, R0_OHM)
    shunt_pf = 1e12 * sqrt((R0_OHM - r) / r) / (OMEGA * R0_OHM)
    reactance = OMEGA * L_S_H + x_ohm - sqrt(r * (R0_OHM - r))
    series_pf = 1e12 / (OMEGA * bounded(reactance, 1e-3, 1e6))
    load = bounded((shunt_pf - LOAD_PF) / LOAD_PF_PER_PCT, 0.0, 100.0)
    return load, bounded((series_pf - TUNE_PF) / TUNE_PF_PER_PCT, 0.0, 100.0)


def positions(sensors: Sensors) -> tuple[int, int]:
    """Load and tune in 0.1 %, as the bus reports them."""
    return (
        round(10.0 * bounded(sensors.match_load_pct, 0.0, 100.0)),
        round(10.0 * bounded(sensors.match_tune_pct, 0.0, 100.0)),
    )
