"""The one writer: resolves every request into what the devices are told, and grants it as a lease.

Order of authority: safe state and interlocks, then the operator in service mode, then the recipe. Applies permissives,
limits and slew. Owns the actuators; nobody else stages an output.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from typing import Any

from controller.machine.model import ActionTable, MachineFile
from controller.scan.actuators import Actuator
from controller.scan.interlocks import Permissives
from drivers.attached import Lease
from recipes.conditions import Condition, Values, all_of
from recipes.engine import Status

Value = float | bool
LED = Status("IDLE", "led by a loop")


class Outputs:
    """Requests in, one lease out, every scan."""

    _asked = Lease(0.0, {})  # the last one that asked for something else; of the class, for flight records without it

    def __init__(self, machine: MachineFile) -> None:
        self.actions = machine.action
        self.actuators = {name: Actuator(name, table) for name, table in machine.actuator.items()}
        self.permissives = Permissives(machine)
        self.recipe: dict[str, Value] = {}
        self.operator: dict[str, Value] = {}
        self.permits = {name: [Condition(text) for text in table.requires] for name, table in machine.permit.items()}
        self.forced: dict[str, Value] = {}
        self._last_s: float | None = None

    def idle(self) -> None:
        """Ask for what holds when no run is under way."""
        for name, actuator in self.actuators.items():
            if actuator.table.idle is not None:
                self.recipe[name] = actuator.table.idle

    def ask(self, knob: str, value: Value) -> None:
        """A recipe's request; it stays until another."""
        self.recipe[knob] = value

    def status(self, knob: str) -> Status:
        """How an actuator is, as of the last scan; a request not yet applied is BUSY."""
        actuator = self.actuators[knob]
        wanted = self.recipe.get(knob)
        if wanted is not None and not actuator.denied and actuator.applied != actuator.allowed(wanted):
            return Status("BUSY", "not yet applied")
        return actuator.status

    def resolve(self, in_force: Iterable[str], values: Values, now: float) -> dict[str, Value]:
        """Decide every actuator's setpoint; returns the applied values, by actuator name."""
        dt = 0.0 if self._last_s is None else now - self._last_s
        self._last_s = now
        self.forced = forced_by(self.actions, in_force)
        applied: dict[str, Value] = {}
        for name, actuator in self.actuators.items():
            wanted = self._wanted(name)
            if wanted is None:
                continue
            if wanted == actuator.applied:  # it is there: nothing to ask, nothing to move
                actuator.denied = ()
            else:
                why_not = self.permissives.why_not(name, actuator.applied, wanted, values)
                actuator.denied = tuple(why_not)
                if not why_not:
                    actuator.apply(wanted, now, dt)
            if actuator.applied is not None:
                applied[name] = actuator.applied
        return applied

    def judge(self, values: Values, now: float, led: Container[str] = ()) -> None:
        """Bring every actuator's status up to date; ``led`` are outputs that a loop sets instead of them."""
        for actuator in self.actuators.values():
            if actuator.table.output is not None and actuator.table.output in led:
                actuator.status = LED
            else:
                actuator.judge(values, now)

    def lease(self, loop_outputs: Mapping[str, Any], in_force: Iterable[str], readings: Values, now: float) -> Lease:
        """The values of all outputs, granted at ``now``: actuators, valves that follow, loops, permits."""
        values: dict[str, Any] = {}
        for actuator in self.actuators.values():
            if actuator.applied is None:
                continue
            if actuator.table.output is not None:
                values[actuator.table.output] = actuator.applied
            if actuator.table.shut_off is not None:
                values[actuator.table.shut_off] = actuator.applied > 0
        values.update(loop_outputs)
        down = {permit for name in in_force for permit in self.actions[name].permits}
        for permit, requires in self.permits.items():
            values[permit] = permit not in down and all_of(requires, readings) is True
        if values != self._asked.values:
            last = self._asked.since_s  # never the same twice, whatever the clock says: lines go by it
            self._asked = Lease(now, values, math.nextafter(last, math.inf) if now <= last else now)
        return Lease(now, self._asked.values, self._asked.since_s)

    def _wanted(self, name: str) -> Value | None:
        if name in self.forced:
            return self.forced[name]
        if name in self.operator:
            return self.operator[name]
        return self.recipe.get(name)


def forced_by(actions: Mapping[str, ActionTable], in_force: Iterable[str]) -> dict[str, Value]:
    """What the actions in force set; where two disagree about an actuator, the smaller value (off, closed) wins."""
    forced: dict[str, Value] = {}
    for name in in_force:
        for knob, value in actions[name].set.items():
            forced[knob] = min(forced[knob], value) if knob in forced else value
    return forced
