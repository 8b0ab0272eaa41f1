"""All closed loops of one machine, stepped once a scan: applied setpoints in, outputs and made tags out.

Owns the order of the loops and what they add to the image. Each loop stands in its own file.
"""

from __future__ import annotations

from typing import Any

from controller.loops.endpoint import Endpoint
from controller.loops.pressure import PressureControl
from controller.loops.rf_power import RfPower
from controller.loops.temperature import TemperatureControl
from controller.machine.model import MachineFile
from controller.scan.image import Image


class Loops:
    """The closed-loop core."""

    def __init__(self, machine: MachineFile) -> None:
        self.pressure = PressureControl(machine.loop.pressure, 1e-3 * machine.machine.chamber_volume_l)
        self.rf_power = RfPower(machine.loop.rf_power)
        self.temperature = TemperatureControl(machine.loop.temperature)
        self.endpoints = {name: Endpoint(table) for name, table in machine.endpoint.items()}
        self.knobs = {table.loop: name for name, table in machine.actuator.items() if table.loop is not None}
        self.watched = ""

    def step(self, applied: dict[str, Any], longest_s: float, image: Image, now: float) -> dict[str, Any]:
        """One scan of every loop; returns output values by name."""
        values = image.values
        outputs: dict[str, Any] = {}
        position = self.pressure.step(applied.get(self.knobs.get("pressure", "")), values, now)
        if position is not None:
            outputs[self.pressure.table.output] = position
        wanted_w = float(applied.get(self.knobs.get("rf_power", ""), 0.0))
        outputs.update(self.rf_power.step(wanted_w, longest_s, values, now))
        outputs.update(self.temperature.step(applied.get(self.knobs.get("temperature", "")), values, now))
        image.put("rf_asked", wanted_w > 0, now)
        image.put("load_power_w_asked", wanted_w, now)
        image.put("strike_failed", self.rf_power.failed, now)
        return outputs

    def watch(self, endpoint: str, image: Image, now: float) -> None:
        """Step the detector that the recipe watches; begin anew when that changes."""
        if endpoint != self.watched:
            self.watched = endpoint
            for detector in self.endpoints.values():
                detector.reset()
        plasma = image.values.get("plasma_on") is True
        for name, detector in self.endpoints.items():
            if name == endpoint:
                detector.step(plasma, image.values, now)
            image.put(f"endpoint_{name.lower()}", detector.found if name == endpoint else False, now)
            image.put(f"endpoint_{name.lower()}_signal", detector.level, now)
