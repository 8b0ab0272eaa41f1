"""The simulated world: one plant, its cables, and the emulated devices on their lines, advanced together.

Reads the machine file's bus and device tables with tomllib and knows no driver. Owns plant time (`now`).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sim.devices.catalogue import emulator_class
from sim.faults import Fault
from sim.line import SimLine
from sim.plant.plant import Plant
from sim.plant.tool import load_tool
from sim.wiring import Wiring

SUB_STEP_S = 0.010  #: DESIGN section 8: gas and valve sub-steps of the plant at most 10 ms
BITS = {"7": 7, "8": 8}


class World:
    """Everything that the controller does not know about: physics, electronics, cables."""

    def __init__(self, machine_path: str | Path, seed: int = 0, faults: list[Fault] | None = None) -> None:
        tables = tomllib.loads(Path(machine_path).read_text(encoding="utf-8"))
        self.wiring = Wiring()
        self.plant = Plant(load_tool(), self.wiring, seed)
        self.now = 0.0
        self.lines = {name: self._line(name, table, tables["device"]) for name, table in tables["bus"].items()}
        self.faults = faults or []

    def _line(self, name: str, bus: dict[str, Any], devices: dict[str, dict[str, Any]]) -> SimLine:
        emulators = [
            emulator_class(table["driver"])(key, table, self.wiring)
            for key, table in devices.items()
            if table["bus"] == name
        ]
        return SimLine(name, emulators, bus.get("baud"), bits_per_char(bus.get("format", "8N1")))

    def advance(self, until_s: float) -> None:
        """Live until plant time ``until_s``, in sub-steps."""
        while self.now + SUB_STEP_S <= until_s + 1e-9:
            self.now += SUB_STEP_S
            self.plant.step(SUB_STEP_S)
            for line in self.lines.values():
                line.step(self.now, SUB_STEP_S)


def bits_per_char(serial_format: str) -> int:
    """Bits on the wire for one character, start bit included ("8E1" -> 11)."""
    data, parity, stop = serial_format
    return 1 + int(data) + (parity != "N") + int(stop)
