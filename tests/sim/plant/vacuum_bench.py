"""A vacuum room on a bench: no electronics, its commands set by hand."""

from __future__ import annotations

import numpy as np

from sim.plant.cables import ISOLATION, Commands, Fast, Slow
from sim.plant.law import law
from sim.plant.records import Floats, new
from sim.plant.species import COUNT
from sim.plant.vacuum.room import VacuumRoom, VacuumSpec, alone, at_speed, fast, slow, specification
from sim.wiring import VALVES

ROOM_C = 22.0
DT_S = 0.010
SLOW_EVERY = 5


@law
def run(
    room: VacuumRoom,
    spec: VacuumSpec,
    commands: Commands,
    sensed: Fast,
    seen: Slow,
    source: Floats,
    z: Floats,
    dt: float,
    steps: int,
) -> None:
    """So many sub-steps, without noise but for ``z``."""
    for step in range(1, steps + 1):
        fast(room, spec, commands, sensed, source, z[0], z[1], dt)
        if step % SLOW_EVERY == 0:
            slow(room, spec, commands, seen, ROOM_C, 1.0, z, dt * SLOW_EVERY)


class Bench:
    """Room, its numbers and its cables."""

    def __init__(self) -> None:
        self.spec = specification()
        self.room = alone(self.spec)
        self.commands = new(Commands, throttle_target_pct=100.0, throttle_speed=1.0)
        self.commands.turbo_speed_pct = self.commands.dry_pump_speed_pct = 100.0
        self.fast, self.slow = new(Fast), new(Slow)
        self.source, self.z = np.zeros(COUNT), np.zeros(5)

    @property
    def gas(self):
        return self.room.gas

    def set_valves(self, **wanted: bool) -> None:
        for name, is_open in wanted.items():
            self.commands.valve_open[VALVES.index(name)] = float(is_open)

    def live(self, seconds: float, dt: float = DT_S) -> None:
        run(self.room, self.spec, self.commands, self.fast, self.slow, self.source, self.z, dt, round(seconds / dt))

    def pumps_on(self) -> None:
        self.commands.turbo_on = self.commands.dry_pump_on = 1.0
        at_speed(self.room, self.spec, 10.0)


def evacuated() -> Bench:
    """Pumps at speed, chamber nearly empty, open to the turbo."""
    bench = Bench()
    bench.pumps_on()
    bench.gas.molecules[:] *= 1e-8
    bench.gas.pressure_pa *= 1e-8
    bench.set_valves(isolation=True, foreline=True)
    bench.room.valves.position[ISOLATION] = 1.0
    bench.live(5.0)
    return bench


def with_gas(throttle_pct: float = 30.0, **sccm: float) -> Bench:
    """Gas flowing at rest."""
    bench = evacuated()
    bench.commands.throttle_target_pct = throttle_pct
    for gas, flow in sccm.items():
        bench.set_valves(**{gas: True})
        bench.commands.flow_setpoint_sccm[VALVES.index(gas) - 4] = flow
    bench.live(20.0)
    return bench
