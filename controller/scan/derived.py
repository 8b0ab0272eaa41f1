"""Tags that the machine file makes from others: derived, remembered, counted, timed.

Owns their state between scans. They are evaluated right after the inputs, in the order of the file.
"""

from __future__ import annotations

from controller.machine.model import CounterTable, MachineFile, MemoryTable
from controller.scan.image import Image
from drivers.tags import Kind, Tag, unit_of
from recipes.conditions import Condition, Values


class Memory:
    """True from ``set_by`` until ``cleared_by``. Until the past is known it is true: the cautious side."""

    def __init__(self, table: MemoryTable) -> None:
        self.set_by, self.cleared_by = Condition(table.set_by), Condition(table.cleared_by)
        self.value = True

    def step(self, values: Values) -> bool:
        """One scan."""
        if self.set_by(values) is not False:
            self.value = True
        elif self.cleared_by(values) is True:
            self.value = False
        return self.value


class Counter:
    """A debt paid in cycles: back to ``start`` while ``set_by`` (or unknown), one less per high then low."""

    def __init__(self, table: CounterTable) -> None:
        self.start = table.start
        self.set_by, self.high, self.low = Condition(table.set_by), Condition(table.high), Condition(table.low)
        self.value = table.start
        self.was_high = False

    def step(self, values: Values) -> int:
        """One scan."""
        if self.set_by(values) is not False:
            self.value, self.was_high = self.start, False
        elif self.high(values) is True:
            self.was_high = True
        elif self.was_high and self.low(values) is True:
            self.value, self.was_high = max(self.value - 1, 0), False
        return self.value


class Timer:
    """Seconds for which a condition has been true; unknown counts as true."""

    def __init__(self, condition: str) -> None:
        self.condition = Condition(condition)
        self.since_s: float | None = None

    def step(self, values: Values, now: float) -> float:
        """One scan."""
        if self.condition(values) is False:
            self.since_s = None
            return 0.0
        if self.since_s is None:
            self.since_s = now
        return now - self.since_s


class Derived:
    """All made tags of one machine."""

    def __init__(self, machine: MachineFile) -> None:
        self.expressions = [(name, Condition(text)) for name, text in machine.derived.items()]
        self.memories = [(name, Memory(table)) for name, table in machine.memory.items()]
        self.counters = [(name, Counter(table)) for name, table in machine.counter.items()]
        self.timers = [(name, Timer(table.while_)) for name, table in machine.timer.items()]

    def step(self, image: Image, now: float) -> None:
        """Put every made tag into the image."""
        values = image.values
        for name, expression in self.expressions:
            image.put(name, expression(values), now)
        for name, memory in self.memories:
            image.put(name, memory.step(values), now)
        for name, counter in self.counters:
            image.put(name, counter.step(values), now)
        for name, timer in self.timers:
            image.put(name, timer.step(values, now), now)


def derived_tags(machine: MachineFile) -> list[Tag]:
    """Declarations of the made tags, for the image, the trace and the screens."""
    tags = [Tag(name, f"Get {text}", kind=_kind(name)) for name, text in machine.derived.items()]
    tags += [Tag(name, f"Get whether {table.set_by}", kind="flag") for name, table in machine.memory.items()]
    tags += [Tag(name, f"Count what is owed after {table.set_by}") for name, table in machine.counter.items()]
    tags += [Tag(name, f"Get seconds of {table.while_} [s]") for name, table in machine.timer.items()]
    return tags


def _kind(name: str) -> Kind:
    """A made tag whose name ends in a unit is a number, any other a flag."""
    return "number" if unit_of(name) else "flag"
