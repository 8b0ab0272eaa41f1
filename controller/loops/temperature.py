"""Chuck temperature through the chiller: the bath is asked for the target plus a slow trim.

The chiller has its own controller; this loop only removes the offset that the plasma's heat makes between bath and
chuck. Owns no device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from controller.machine.model import TemperatureLoop
from recipes.conditions import Values

STEP_C = 0.1  #: the chiller is told of changes of this size only (its display has one decimal)  # manual, chiller sheet


@dataclass
class TemperatureControl:
    """The temperature loop of one chuck; temperatures in °C."""

    table: TemperatureLoop
    integral_c: float = 0.0
    last_s: float | None = None
    told_c: float | None = None

    def step(self, target_c: float | None, values: Values, now: float) -> dict[str, Any]:
        """Outputs for this scan; empty when nobody asked for a temperature."""
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        if target_c is None:
            return {}
        actual = values.get(self.table.actual)
        if actual is not None:
            error = target_c - actual
            integral = self.integral_c + self.table.gain * error * dt / self.table.integral_s
            wanted = target_c + self.table.gain * error + integral
            if self.table.low_c <= wanted <= self.table.high_c:
                self.integral_c = integral
            wanted = min(max(wanted, self.table.low_c), self.table.high_c)
            if self.told_c is None or abs(wanted - self.told_c) >= STEP_C:
                self.told_c = round(wanted, 1)
        elif self.told_c is None:
            self.told_c = min(max(target_c, self.table.low_c), self.table.high_c)
        return {self.table.setpoint: self.told_c, self.table.enable: True}
