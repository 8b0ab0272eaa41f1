"""A core fed by hand: the readings of a saved phase, frozen but for their noise, with only what a test changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from controller.records.flight import without_ports
from controller.scan.scan import Scan
from drivers.bus import Arrival
from drivers.tags import Quality
from sim.lab import Lab

PERIOD_S = 0.05


class FrozenTool:
    """The whole core on readings that stay as they were; `change` bends some of them, None makes one unknown."""

    def __init__(self, lab: Lab) -> None:
        self.scan: Scan = without_ports(lab.scan)
        image = self.scan.image
        self.readings = {name: image.values.get(name) for name in image.stale_after_s}
        self.still: set[str] = set()  #: readings without the noise that every measurement has
        self.now = lab.now
        self.steps = 0

    def change(self, **values: Any) -> FrozenTool:
        assert set(values) <= set(self.readings), f"not measured: {set(values) - set(self.readings)}"
        self.readings.update(values)
        return self

    def run(self, seconds: float) -> FrozenTool:
        for _ in range(round(seconds / PERIOD_S)):
            self.step()
        return self

    def step(self) -> None:
        self.now = round(self.now + PERIOD_S, 9)
        self.steps += 1
        items = [(n, self._noisy(n, v), Quality.BAD if v is None else Quality.GOOD) for n, v in self.readings.items()]
        self.scan.buses[0].inbox.append(Arrival(self.now, self.now, items))
        self.scan.step(self.now)

    def _noisy(self, name: str, value: Any) -> Any:
        if type(value) is not float or name in self.still:
            return value
        return value * (1.0 + (1e-6 if self.steps % 2 else -1e-6))

    @property
    def tripped(self) -> list[str]:
        return [row.table.id for row in self.scan.interlocks.rows if row.tripped]

    @property
    def outputs(self) -> dict[str, Any]:
        return dict(self.scan.buses[0].lease.values)


@pytest.fixture
def frozen(lab_at: Callable[[str], Lab]) -> Callable[[str], FrozenTool]:
    """frozen("main clean"): a core fed with that phase's readings."""
    return lambda phase: FrozenTool(lab_at(phase))
