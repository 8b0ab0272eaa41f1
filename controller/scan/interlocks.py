"""Continuous interlocks and permissives: rows of data, evaluated every scan before every output.

Owns hold-off, latch, first-out and the cause-and-effect table. Decides nothing about values: it names the actions that
are in force. Unknown is not true, and a row that raises is a trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.machine.model import InterlockTable, MachineFile, PermissiveTable, RowTable, StartCheckTable
from recipes.conditions import Condition, Requirements, Values


@dataclass(slots=True)
class Row:
    """One watched requirement. `tripped` is what counts; `latched` keeps it after the cause has gone.

    A row that has never yet held trips but does not latch: a tool that has just been switched on knows nothing, and
    that is no incident.
    """

    table: RowTable
    requires: list[Condition] = field(init=False)
    only_while: Condition | None = field(init=False)
    all: Requirements = field(init=False)  #: both in one, because this runs every scan
    tripped: bool = False
    met: bool = False  #: the requirement holds now
    latched: bool = False
    armed: bool = False  #: it has held at least once: only then can it latch
    since_s: float | None = None  #: since when it has not held
    reason: str = ""

    def __post_init__(self) -> None:
        self.requires = [Condition(text) for text in self.table.requires]
        self.only_while = Condition(self.table.only_while) if self.table.only_while else None
        self.all = Requirements([(self.only_while, self.requires)])

    def step(self, values: Values, now: float) -> bool:
        """Evaluate; True when the row has just tripped. It holds when all is true or it does not apply."""
        if self.all.hold(values):
            if not self.met or self.tripped:
                self.met, self.armed, self.since_s = True, True, None
                if not self.latched:
                    self.tripped = False
            return False
        self.met = False
        if self.since_s is None:
            self.since_s = now
        if self.tripped or now - self.since_s < self.table.holdoff_s:
            return False
        self.tripped = True
        self.latched = self.armed and getattr(self.table, "latch", False)
        self.reason = "; ".join(c.explain(values) for c in self.requires if c(values) is not True)
        return True

    def reset(self) -> bool:
        """Clear a latch whose cause has gone; returns whether the row is clear now."""
        if self.met:
            self.tripped = self.latched = False
        return not self.tripped


class Rows:
    """Rows that are watched together. While all of them hold, one look at all of them is enough."""

    def __init__(self, tables: Sequence[RowTable]) -> None:
        self.rows = [Row(table) for table in tables]
        self._all = Requirements([(row.only_while, row.requires) for row in self.rows])
        self.calm = False  #: every row was met and none tripped when last looked at one by one

    def step(self, values: Values, now: float) -> list[Row]:
        """Evaluate; returns the rows that have just tripped."""
        if self.calm and self._all.hold(values):
            return []
        just = [row for row in self.rows if row.step(values, now)]
        self.calm = all(row.met and not row.tripped for row in self.rows)
        return just


class Trip(NamedTuple):
    """A row that has just tripped."""

    row: Row
    first_out: bool


class Interlocks:
    """All continuous interlocks of one machine."""

    def __init__(self, machine: MachineFile) -> None:
        self.watch = Rows(machine.interlock)
        self.first_out: str | None = None

    @property
    def rows(self) -> list[Row]:
        """Every row, in the order of the machine file."""
        return self.watch.rows

    def step(self, values: Values, now: float) -> tuple[list[str], list[Trip]]:
        """Evaluate every row; returns the names of the actions in force, and what has just tripped."""
        trips: list[Trip] = []
        for row in self.watch.step(values, now):
            trips.append(Trip(row, self.first_out is None and row.armed))
            if row.armed and self.first_out is None:
                self.first_out = row.table.id
        if self.watch.calm:
            self.first_out = None
            return [], []
        tripped = [row for row in self.rows if row.tripped]
        if not tripped:
            self.first_out = None
        return [action for row in tripped for action in _interlock(row).actions], trips

    def reset(self) -> list[str]:
        """Clear every latch whose cause has gone; returns why the others stay, all of them."""
        stay = []
        for row in self.rows:
            if row.tripped and not row.reset():
                stay.append(f"{row.table.id} {row.table.name}: {row.reason}")
        return stay


class Permissives:
    """Questions asked before an actuator moves; the answer is every reason why not."""

    def __init__(self, machine: MachineFile) -> None:
        self.by_actuator: dict[str, list[tuple[PermissiveTable, list[Condition]]]] = {}
        for table in machine.permissive:
            conditions = [Condition(text) for text in table.requires]
            self.by_actuator.setdefault(table.actuator, []).append((table, conditions))

    def why_not(self, actuator: str, now_at: float | bool | None, wanted: float | bool, values: Values) -> list[str]:
        """Every reason why ``actuator`` may not move from ``now_at`` to ``wanted``; empty when it may."""
        return [
            f"{table.id} {table.name}: {condition.explain(values)}"
            for table, conditions in self.by_actuator.get(actuator, ())
            if applies(table, wanted) and not (now_at is not None and applies(table, now_at))
            for condition in conditions
            if condition(values) is not True
        ]


class StartCheck:
    """One line of the start checklist."""

    def __init__(self, table: StartCheckTable) -> None:
        self.table = table
        self.condition = Condition(table.requires)

    def why_not(self, values: Values) -> str:
        """Why it is not met, or empty; unknown is not met."""
        if self.condition(values) is True:
            return ""
        return f"{self.table.name}: {self.condition.explain(values)}"


def applies(table: PermissiveTable, value: float | bool) -> bool:
    """Whether a permissive guards this value of its actuator."""
    if table.to == "above":
        return value > table.above
    return bool(value) is (table.to in ("on", "open"))


def cause_and_effect(machine: MachineFile) -> list[tuple[str, str, str, str, str]]:
    """The printed table: id, name, what must be true, what happens otherwise, which hazard it prevents."""
    rows = []
    for table in machine.interlock:
        requires = " and ".join(table.requires) + (f", while {table.only_while}" if table.only_while else "")
        effect = ", ".join(table.actions) + f" after {table.holdoff_s:g} s" + (", latched" if table.latch else "")
        rows.append((table.id, table.name, requires, effect, table.hazard))
    for permissive in machine.permissive:
        move = f"{permissive.actuator} {permissive.to}" + (f" {permissive.above:g}" if permissive.to == "above" else "")
        requires = " and ".join(permissive.requires)
        rows.append((permissive.id, permissive.name, requires, f"denies: {move}", permissive.hazard))
    return rows


def _interlock(row: Row) -> InterlockTable:
    assert isinstance(row.table, InterlockTable)
    return row.table
