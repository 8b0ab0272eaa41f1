"""Alarms as ISA-18.2 has them: normal, new, seen, cleared-unseen, latched; with first-out and shelving.

Owns the states and the journal of transitions. What makes an alarm comes from rows, lines and the unit; the texts come
from the machine file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from controller.machine.model import RowTable

MIN_SHELVED_S, MAX_SHELVED_S = 15 * 60.0, 8 * 3600.0  #: bounds of shelving [s]  # ui/design: 15 min / 1 h / 4 h / 8 h
SHELVED_WORDS = f"{MIN_SHELVED_S / 60:g} minutes to {MAX_SHELVED_S / 3600:g} hours"


class AlarmState(Enum):
    """State of one alarm; letters as in ISA-18.2."""

    NORMAL = "normal"  # A
    NEW = "new"  # B: active, not acknowledged
    SEEN = "seen"  # C: active, acknowledged
    CLEARED = "cleared"  # D: gone, not acknowledged
    LATCHED_NEW = "latched_new"  # E
    LATCHED_SEEN = "latched_seen"  # F


@dataclass(slots=True)
class Alarm:
    """One alarm, from rationalisation to state."""

    id: str
    name: str
    priority: int
    means: str = ""
    to_do: list[str] = field(default_factory=list)
    otherwise: str = ""
    latch: bool = False
    state: AlarmState = AlarmState.NORMAL
    raised_s: float = 0.0
    text: str = ""
    first_out: bool = False
    shelved_until_s: float | None = None
    shelved_why: str = ""

    @property
    def active(self) -> bool:
        """Whether the cause is there now."""
        return self.state in (AlarmState.NEW, AlarmState.SEEN)

    @property
    def shown(self) -> bool:
        """Whether it belongs on the list of the operator."""
        return self.state is not AlarmState.NORMAL and self.shelved_until_s is None


@dataclass(frozen=True)
class AlarmEvent:
    """A transition of an alarm, for the record."""

    time_s: float
    id: str
    priority: int
    event: str  #: raised, cleared, acknowledged, reset, shelved, unshelved
    text: str
    first_out: bool = False


class AlarmBook:
    """All alarms of one machine."""

    def __init__(self) -> None:
        self.alarms: dict[str, Alarm] = {}
        self.events: list[AlarmEvent] = []
        self.version = 0  #: changes whenever anything on the list changes
        self.raised: set[str] = set()  #: ids of the alarms whose cause is there
        self._shelved: set[str] = set()
        self._listed: tuple[int, list[Alarm]] = (0, [])  # the list, and the version that it shows

    def declare(self, table: RowTable, latch: bool) -> None:
        """Make the alarm of a row known."""
        self.alarms[table.id] = Alarm(
            table.id, table.name, table.priority, table.means, list(table.to_do), table.otherwise, latch
        )

    def declare_other(self, alarm: Alarm) -> None:
        """Make an alarm known that has no row (a device, a run)."""
        self.alarms[alarm.id] = alarm

    def update(self, id: str, present: bool, now: float, text: str = "", first_out: bool = False) -> None:  # noqa: A002
        """Tell the book whether an alarm's cause is there; the first call with True raises it."""
        alarm = self.alarms[id]
        if present and not alarm.active:
            alarm.state, alarm.raised_s, alarm.text, alarm.first_out = AlarmState.NEW, now, text, first_out
            self.raised.add(id)
            self._log(alarm, now, "raised")
        elif not present and alarm.active:
            self.raised.discard(id)
            unseen = alarm.state is AlarmState.NEW
            if alarm.latch:
                alarm.state = AlarmState.LATCHED_NEW if unseen else AlarmState.LATCHED_SEEN
            else:
                alarm.state = AlarmState.CLEARED if unseen else AlarmState.NORMAL
            self._log(alarm, now, "cleared")

    def acknowledge(self, id: str, now: float) -> str | None:  # noqa: A002
        """An operator has seen it. Returns why not, or None."""
        alarm = self.alarms.get(id)
        if alarm is None:
            return f"there is no alarm {id!r}"
        after = {
            AlarmState.NEW: AlarmState.SEEN,
            AlarmState.CLEARED: AlarmState.NORMAL,
            AlarmState.LATCHED_NEW: AlarmState.LATCHED_SEEN,
        }.get(alarm.state)
        if after is None:
            return f"{alarm.name} is not waiting to be acknowledged"
        alarm.state = after
        self._log(alarm, now, "acknowledged")
        return None

    def reset_latched(self, now: float, still_tripped: set[str]) -> None:
        """Latched alarms whose cause has gone and whose row is clear go back to normal."""
        for alarm in self.alarms.values():
            if alarm.state in (AlarmState.LATCHED_NEW, AlarmState.LATCHED_SEEN) and alarm.id not in still_tripped:
                alarm.state = AlarmState.NORMAL
                self._log(alarm, now, "reset")

    def shelve(self, id: str, seconds: float, why: str, now: float) -> str | None:  # noqa: A002
        """Hide an alarm for a time [s], with a reason; never one of priority 1. Returns why not, or None."""
        alarm = self.alarms.get(id)
        if alarm is None:
            return f"there is no alarm {id!r}"
        if alarm.priority == 1:
            return f"{alarm.name} has priority 1 and is never shelved"
        if not why.strip():
            return "shelving needs a reason"
        if not MIN_SHELVED_S <= seconds <= MAX_SHELVED_S:
            return f"shelve for {SHELVED_WORDS}"
        alarm.shelved_until_s, alarm.shelved_why = now + seconds, why
        self._shelved.add(id)
        self._log(alarm, now, "shelved")
        return None

    def step(self, now: float) -> None:
        """Bring shelved alarms back when their time is over."""
        for alarm in [self.alarms[name] for name in sorted(self._shelved)]:
            if alarm.shelved_until_s is not None and now >= alarm.shelved_until_s:
                alarm.shelved_until_s = None
                self._shelved.discard(alarm.id)
                self._log(alarm, now, "unshelved")

    def shown(self) -> list[Alarm]:
        """The operator's list: most urgent first, then newest."""
        return [alarm for alarm in self.listed() if alarm.shown]

    def listed(self) -> list[Alarm]:
        """The operator's list and what is shelved, most urgent first, then newest."""
        if self._listed[0] != self.version:
            alarms = [alarm for alarm in self.alarms.values() if alarm.shown or alarm.shelved_until_s is not None]
            self._listed = self.version, sorted(alarms, key=lambda alarm: (alarm.priority, -alarm.raised_s))
        return list(self._listed[1])

    def unseen(self) -> list[Alarm]:
        """Alarms on the list that nobody has acknowledged."""
        waiting = (AlarmState.NEW, AlarmState.CLEARED, AlarmState.LATCHED_NEW)
        return [alarm for alarm in self.shown() if alarm.state in waiting]

    def _log(self, alarm: Alarm, now: float, event: str) -> None:
        self.version += 1
        self.events.append(AlarmEvent(now, alarm.id, alarm.priority, event, alarm.text or alarm.name, alarm.first_out))
