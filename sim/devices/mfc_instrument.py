"""A mass-flow controller without its electronics' habits: one gas, a setpoint that is followed, a valve, a sensor.

Owns what every make has in common. Counts, units, modes and bytes are the makes' own; the flow is the plant's.
"""

from __future__ import annotations

from typing import Any

from sim.devices.framing import bounded
from sim.wiring import GASES, Wiring

ROOM_C = 23.0  # assumed: temperature of the instrument


class ValueRefusedError(ValueError):
    """A setting outside its range."""


class FlowController:
    """One controller; ``wiring`` comes with each call, because faults of sensing exchange it.

    ``full_scale`` is what its electronics call 100 %; without it they count in sccm.
    """

    def __init__(self, name: str, table: dict[str, Any], full_scale: float | None = None) -> None:
        self.gas = str(table.get("prefix", "")).removesuffix("_")
        if self.gas not in GASES:
            raise ValueError(f"{name}: prefix names no gas of the panel: {self.gas!r}; known: {', '.join(GASES)}")
        self.full_scale_sccm = float(table["full_scale_sccm"])
        self.per_sccm = full_scale / self.full_scale_sccm if full_scale else 1.0
        self.setpoint = 0.0  # as the electronics count
        self.asked = 0.0  # where a ramp has come to

    def follow(self, most: float) -> None:
        """Let what is asked come nearer to the setpoint, by ``most`` at most."""
        self.asked += bounded(self.setpoint - self.asked, -most, most)

    def sensed(self, wiring: Wiring) -> float:
        """Flow at its sensor, as the electronics count."""
        return wiring.sensors.flow_sccm[self.gas] * self.per_sccm

    def put(self, wiring: Wiring, flow_sccm: float) -> None:
        """Drive the valve so that this flows [sccm]."""
        wiring.commands.flow_setpoint_sccm[self.gas] = flow_sccm

    def driven_sccm(self, wiring: Wiring) -> float:
        """What the valve is driven for now [sccm]."""
        return wiring.commands.flow_setpoint_sccm[self.gas]

    def valve_share(self, wiring: Wiring) -> float:
        """Drive of the control valve, 0..1."""
        return bounded(self.driven_sccm(wiring) / self.full_scale_sccm, 0.0, 1.0)


def within(value: int, low: int, high: int) -> int:
    """``value``; ValueRefusedError outside low..high."""
    if not low <= value <= high:
        raise ValueRefusedError
    return value
