"""The simulated world: one plant, its cables, and the emulated devices on their lines, advanced together.

Reads the machine file's bus and device tables with tomllib and knows no driver. Owns plant time (`now`).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from sim.devices.catalogue import emulator_class
from sim.faults import Fault
from sim.line import SimLine, attach_faults
from sim.plant.faults import PLANT_FAULTS
from sim.plant.law import by_hand
from sim.plant.plant import SUB_STEP_S, Plant
from sim.plant.vacuum.room import at_speed
from sim.wiring import Wiring

BACKING_PA = 10.0  # assumed: a scroll pump's pressure without gas load


class World:
    """Everything that the controller does not know about: physics, electronics, cables."""

    def __init__(self, machine_path: str | Path, seed: int = 0, tool: int = 0) -> None:
        tables = tomllib.loads(Path(machine_path).read_text(encoding="utf-8"))
        self.wiring = Wiring()
        self.plant = Plant(self.wiring, seed, tool)
        self.now = 0.0
        self.seed = seed  #: draws the noise of plant and devices
        self.lines = {name: self._line(name, table, tables["device"]) for name, table in tables["bus"].items()}
        self.urls: dict[str, str] = {name: table["url"] for name, table in tables["bus"].items()}
        self.faults: list[Fault] = []
        self.running: list[Fault] = []
        self._steps = 0
        self._living = [step for line in self.lines.values() for step in line.living_steps()]

    @property
    def fault_targets(self) -> list[str]:
        """Names of lines and devices, for faults of the wire."""
        names = [*self.lines, *(e.name for line in self.lines.values() for e in line.emulators)]
        return list(dict.fromkeys(names))  # a line may bear the name of its only device

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Let these faults happen when their time comes."""
        self.faults += attach_faults(faults, self.lines, PLANT_FAULTS)
        self._living = [step for line in self.lines.values() for step in line.living_steps()]

    def advance(self, until_s: float) -> None:
        """Live until plant time ``until_s``, in whole sub-steps."""
        plant = self.plant
        last = round(until_s / SUB_STEP_S)
        while self._steps < last:
            self._steps += 1
            self.now = now = self._steps * SUB_STEP_S
            if self.faults or self.running:
                self._faults(now)
            plant.step(SUB_STEP_S)
            for step in self._living:
                step(now, SUB_STEP_S)

    def pumps_running(self) -> None:
        """The state in which a tool waits for its next mask: pumps at speed behind closed valves, chamber at air."""
        for line in self.lines.values():
            for emulator in line.emulators:
                emulator.run_already()
        commands = self.wiring.commands
        commands.turbo_on = commands.dry_pump_on = commands.chiller_on = True
        with by_hand():
            at_speed(self.plant.state.vacuum, self.plant.state.tool.vacuum, BACKING_PA)

    def _faults(self, now: float) -> None:
        for fault in [fault for fault in self.faults if now >= fault.at_s]:
            self.faults.remove(fault)
            self.running.append(fault)
            self.plant.inject(fault.key, _numbers(fault), True)
        for fault in [fault for fault in self.running if now >= fault.at_s + fault.number("for")]:
            self.running.remove(fault)
            self.plant.inject(fault.key, _numbers(fault), False)

    def _seed(self, device: str) -> int:
        return crc32(device.encode()) + self.seed

    def _line(self, name: str, bus: dict[str, Any], devices: dict[str, dict[str, Any]]) -> SimLine:
        emulators = [
            emulator_class(table["driver"])(key, {"seed": self._seed(key), "address": 1, **table}, self.wiring)
            for key, table in devices.items()
            if table["bus"] == name
        ]
        form = bus.get("format", "8N1")
        return SimLine(name, emulators, bus.get("baud"), bits_per_char(form), parity=form[1] != "N")


def bits_per_char(serial_format: str) -> int:
    """Bits on the wire for one character, start bit included ("8E1" -> 11)."""
    data, parity, stop = serial_format[0], serial_format[1], serial_format[2]
    return 1 + int(data) + (parity != "N") + int(stop)


def _numbers(fault: Fault) -> dict[str, float]:
    """The numeric parameters of a fault; how long it lasts only where it ends."""
    return {k: float(v) for k, v in fault.params.items() if k != "for" or math.isfinite(float(v))}
