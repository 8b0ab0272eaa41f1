"""Whether a reading is alive: a value that should have moved and did not, or that no longer carries any noise.

Owns monitors over time, each of which makes one flag: true while the reading is plausible, unknown while it is unknown.
Decides nothing: interlock and alarm rows use the flags like any other tag.
"""

from __future__ import annotations

from controller.machine.model import MachineFile, PlausibleTable
from controller.scan.image import Image
from drivers.tags import Tag
from recipes.conditions import Condition, Values


class Frozen:
    """A measured value that is the same to the last digit for too long is not measured any more."""

    def __init__(self, table: PlausibleTable) -> None:
        assert table.frozen_s is not None
        self.tag, self.longest_s = table.tag, table.frozen_s
        self.only_while = Condition(table.only_while) if table.only_while else None
        self.last: float | None = None
        self.since_s = 0.0

    def step(self, values: Values, now: float) -> bool | None:
        """One scan."""
        value = values.get(self.tag)
        if value is None:
            self.last = None
            return None
        if value != self.last:  # as nearly always: nothing else need be looked at
            self.last, self.since_s = value, now
        elif self.only_while is not None and self.only_while(values) is not True:
            self.since_s = now
        return now - self.since_s <= self.longest_s


class Follows:
    """A value that is asked to move must move ``moved`` of its unit within ``within_s``, unless it is there already."""

    def __init__(self, table: PlausibleTable) -> None:
        assert table.asked is not None
        self.tag, self.asked, self.moved, self.within_s = table.tag, table.asked, table.moved, table.within_s
        self.from_value = 0.0
        self.since_s: float | None = None

    def step(self, values: Values, now: float) -> bool | None:
        """One scan."""
        value, asked = values.get(self.tag), values.get(self.asked)
        if value is None or asked is None:
            self.since_s = None
            return None
        if abs(asked - value) <= self.moved:
            self.since_s = None
            return True
        if self.since_s is None or abs(value - self.from_value) > self.moved:
            self.from_value, self.since_s = value, now
        return now - self.since_s <= self.within_s


class Plausibility:
    """All monitors of one machine."""

    def __init__(self, machine: MachineFile) -> None:
        self.monitors = [
            (name, Frozen(table) if table.frozen_s is not None else Follows(table))
            for name, table in machine.plausible.items()
        ]

    def step(self, image: Image, now: float) -> None:
        """Put every flag into the image."""
        for name, monitor in self.monitors:
            image.put(name, monitor.step(image.values, now), now)


def plausible_tags(machine: MachineFile) -> list[Tag]:
    """Declarations of the flags, for the image, the trace and the screens."""
    return [Tag(name, f"Get whether {table.tag} is alive", kind="flag") for name, table in machine.plausible.items()]
