"""Chamber pressure by throttle position.

Feed-forward: at rest the throttle must pump what flows in, S = Q / p; the learnt curve turns a speed into a position.
Feedback trims the speed, proportional to the relative error plus its integral, so that gain means the same at every
pressure. Owns no device; anti-windup by holding the integral while the throttle is at a stop.
"""

from __future__ import annotations

from bisect import bisect_right
from math import log, pi

from controller.machine.model import PressureLoop
from recipes.conditions import Values

PA_M3_S_PER_SCCM = 1.8124e-3  #: 1 sccm as throughput at 293.15 K [Pa·m³/s]  # PHYSICS a.1, exact SI constants
WARM = 1.5  #: feedback may change the speed by this factor at most, either way  # assumed: gas heating and dissociation
LEAST_GAIN, MOST_GAIN = 0.5, 4.0  #: of the relative error, whatever the residence time  # assumed, tried on the plant
RESET = 0.35  #: integral rate over bandwidth, well damped  # assumed, tried on the plant
LEAST_TRIM, MOST_TRIM = -0.95, 6.0  #: of the speed that feed-forward asks for  # assumed: nearly shut, wide open
LEAST_INTEGRAL = -0.7  #: the learnt curve is never so far off  # assumed
MIN_SPEED_M3_S = 1e-4  #: below this the curve has no meaning  # assumed


class PressureControl:
    """The pressure loop of one chamber; speeds in m³/s, positions in %, pressures in Pa."""

    def __init__(self, table: PressureLoop, volume_m3: float) -> None:
        """``volume_m3``: of the chamber; with the gas flow it gives the residence time."""
        self.table = table
        self.volume_m3 = volume_m3
        self.pct = list(table.learnt_pct)
        self.log_speed = [log(max(speed, MIN_SPEED_M3_S)) for speed in table.learnt_m3_s]
        self.integral = 0.0
        self.setpoint_pa: float | None = None
        self.last_s: float | None = None
        self.position_pct = table.open_pct

    def step(self, setpoint_pa: float | None, values: Values, now: float) -> float | None:
        """Throttle position [%] for this scan; None when the loop is off or cannot see (the throttle stays)."""
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        if not setpoint_pa:
            self.integral, self.setpoint_pa = 0.0, None
            return None
        pressure, flow = values.get(self.table.actual), values.get(self.table.flow)
        if pressure is None or flow is None:
            return self.position_pct  # blind: hold still; the interlocks decide whether that is allowed
        if setpoint_pa != self.setpoint_pa:
            self.integral, self.setpoint_pa = 0.0, setpoint_pa
        throughput = max(flow, 0.0) * PA_M3_S_PER_SCCM
        error = min(max((pressure - setpoint_pa) / setpoint_pa, -1.0), 1.0)
        rate = 2 * pi * self.table.bandwidth_hz
        residence_s = max(pressure, 0.1) / max(throughput, 1e-6)  # per m³ of chamber; scaled by the gain below
        gain = min(max(rate * residence_s * self.volume_m3, LEAST_GAIN), MOST_GAIN)
        integral = self.integral + error * dt * rate * RESET
        trim = min(max(gain * error + integral, LEAST_TRIM), MOST_TRIM)
        wanted = throughput / setpoint_pa * (1.0 + trim)
        position = self.position_for(wanted)
        stuck_shut = position <= self.pct[0] and error < 0
        stuck_open = position >= self.pct[-1] and error > 0
        if not (stuck_shut or stuck_open):
            self.integral = min(max(integral, LEAST_INTEGRAL), WARM)
        self.position_pct = position
        return position

    def position_for(self, speed_m3_s: float) -> float:
        """The learnt position [%] that pumps ``speed_m3_s``, between the learnt points along the logarithm of speed."""
        wanted, at = log(max(speed_m3_s, MIN_SPEED_M3_S)), self.log_speed
        if wanted <= at[0]:
            return self.pct[0]
        if wanted >= at[-1]:
            return self.pct[-1]
        i = bisect_right(at, wanted)
        part = (wanted - at[i - 1]) / (at[i] - at[i - 1])
        return self.pct[i - 1] + part * (self.pct[i] - self.pct[i - 1])
