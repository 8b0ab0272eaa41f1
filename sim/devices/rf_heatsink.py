"""The heatsink of an RF generator: losses warm it, water cools it.

Owns one temperature and the switch that says too hot. Knows no bytes; the generator acts on what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.devices.framing import bounded

WATER_C = 25.0  # assumed: what it cools down to
LOSS = 0.4  # assumed: heat for each watt of forward power (71 % efficiency)
WARMS_K_S = 0.5  # assumed: heat of the nominal power, nothing carried away
COOLS_S, STILL_S = 60.0, 480.0  # assumed: time constants with flowing water and with standing water
TRIP_C, CLEAR_C = 70.0, 60.0  # assumed: too hot, and cool enough again


@dataclass(slots=True)
class Heatsink:
    """Temperature of the power stage's plate."""

    max_power_w: float
    temperature_c: float = WATER_C
    too_hot: bool = False

    def step(self, dt: float, forward_w: float, reflected_w: float, water_flowing: bool) -> None:
        """Warm by losses and by what comes back (as it ends in the stage), cool by the water; ``dt`` in seconds."""
        heat = bounded(LOSS * forward_w + bounded(reflected_w, 0.0, self.max_power_w), 0.0, 2.0 * self.max_power_w)
        above = self.temperature_c - WATER_C
        cooling = above / (COOLS_S if water_flowing else STILL_S)
        self.temperature_c += dt * (WARMS_K_S * heat / self.max_power_w - cooling)
        self.too_hot = self.temperature_c > (CLEAR_C if self.too_hot else TRIP_C)
