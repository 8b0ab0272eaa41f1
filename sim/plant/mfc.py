"""Mass-flow controllers: what flows, and what their own sensors say.

Owns dead time, lag and zero of each controller. Knows nothing of pressure: supply lines are taken as ideal.
"""

from __future__ import annotations

from sim.plant.noise import Noise
from sim.plant.tool import MfcSpec


class Mfc:
    """One controller: dead time, then first order; its loop drives (flow + zero drift) to the setpoint."""

    __slots__ = (
        "_closed",
        "_delay",
        "_gain",
        "_limit_sccm",
        "_noise_abs",
        "_noise_rel",
        "_slot",
        "flow_sccm",
        "zero_sccm",
    )

    def __init__(self, spec: MfcSpec, full_scale_sccm: float, dt: float) -> None:
        self._delay = [0.0] * max(1, round(spec.dead_time_s / dt))  # ring of delayed setpoints
        self._slot = 0
        self._gain = dt / (spec.lag_s + dt)
        self._limit_sccm = full_scale_sccm * spec.overdrive
        self._noise_rel = spec.noise_of_reading
        self._noise_abs = spec.noise_of_full_scale * full_scale_sccm
        self._closed = 0  # steps since setpoint and flow are both nothing
        self.flow_sccm = 0.0  # what really flows
        self.zero_sccm = 0.0  # error of the sensor's zero

    def step(self, setpoint_sccm: float, open_fraction: float) -> float:
        """Advance one sub-step; return the true flow [sccm] through the shut-off valve behind it (0..1 open)."""
        delay = self._delay
        if setpoint_sccm == 0.0 and self.flow_sccm == 0.0:
            if self._closed >= len(delay):
                return 0.0
            self._closed += 1
        else:
            self._closed = 0
        slot = self._slot
        delayed = delay[slot]
        delay[slot] = setpoint_sccm
        self._slot = slot + 1 if slot + 1 < len(delay) else 0
        target = 0.0
        if delayed > 0.0:
            target = min(max(0.0, delayed - self.zero_sccm), self._limit_sccm) * open_fraction
        flow = self.flow_sccm + self._gain * (target - self.flow_sccm)
        if flow < 1e-6 and target == 0.0:  # below any sensor: end the exponential tail
            flow = 0.0
        self.flow_sccm = flow
        return flow

    def sensor(self, noise: Noise) -> float:
        """What the controller's own flow sensor feels [sccm]."""
        flow = self.flow_sccm
        return flow + self.zero_sccm + (self._noise_rel * flow + self._noise_abs) * noise.normal()
