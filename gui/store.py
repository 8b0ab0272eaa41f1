"""What the screen knows: the last picture the controller sent, and how far each value can be trusted.

Owns plain Python data; no Qt, no thread, no clock (the age of the link is an argument).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from gui.link import MERGED

LINK_OLD_S = 0.8  # design guide 15: all is grey within a second, with one tick of the screen on top

WAITING = ("BUSY", "ERROR")  #: states of an actuator that has not arrived

GOOD, SIMULATED, STALE, BAD = "good", "sim", "stale", "bad"


@dataclass(frozen=True, slots=True)
class Seen:
    """A value and its look: good, sim, stale or bad. A bad one has no value to show."""

    value: Any
    look: str
    unit: str = ""

    @property
    def live(self) -> bool:
        """May be drawn as the truth of this moment."""
        return self.look in (GOOD, SIMULATED)


def look_of(reading: list[Any] | None, behind_s: float, stale_s: float, *, link_old: bool) -> str:
    """How a reading [value, time, quality] may look, given how far it was behind when it came."""
    if reading is None or len(reading) != 3:
        return BAD
    value, _, quality = reading
    if value is None or str(quality).upper() not in ("GOOD", "SIMULATED", "STALE"):
        return BAD
    if isinstance(value, float) and not math.isfinite(value):
        return BAD
    if link_old or str(quality).upper() == "STALE" or behind_s > stale_s:
        return STALE
    return SIMULATED if str(quality).upper() == "SIMULATED" else GOOD


def priority_of(alarm: dict[str, Any]) -> int:
    """1 to 4, whatever an alarm says: one that says nothing sensible is drawn as the least urgent."""
    said = alarm.get("priority")
    return min(4, max(1, said)) if isinstance(said, int) else 4


@dataclass
class TagStore:
    """The picture. `apply` every message in order; `age_s` is set by the window before it draws."""

    description: dict[str, Any] = field(default_factory=dict)
    hello: dict[str, Any] = field(default_factory=dict)
    picture: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] | None = None
    active: bool = False
    age_s: float | None = None
    _behind: dict[str, float] = field(default_factory=dict)
    _waits: dict[str, float] = field(default_factory=dict)  #: actuator -> time_s since which it has not arrived
    _names: dict[str, str] = field(default_factory=dict)  #: alarm -> name, of every alarm that was ever shown

    def apply(self, message: dict[str, Any]) -> None:
        """Take one message of the controller."""
        kind = message["type"]
        if kind == "hello":
            self.hello, self.user, self.active = message, None, False
        elif kind == "login" and message.get("ok"):
            self.user = message.get("user")
        elif kind == "description":
            self.description = message
        elif kind == "active":
            self.active = True
        elif kind == "update":
            self._update(message)

    def _update(self, message: dict[str, Any]) -> None:
        if message.get("full"):
            self.picture, self._behind = {}, {}
            full = message.get("actuators", {})
            self._waits = {name: since for name, since in self._waits.items() if name in full}
        for key, value in message.items():
            if key in MERGED and isinstance(value, dict):
                self.picture[key] = {**self.picture.get(key, {}), **value}
            else:
                self.picture[key] = value
        now = float(message.get("time_s") or 0.0)
        for name, reading in message.get("tags", {}).items():
            then = reading[1] if len(reading) == 3 and isinstance(reading[1], int | float) else -math.inf
            self._behind[name] = now - then
        self._names |= {str(each.get("id")): str(each.get("name") or "") for each in message.get("alarms") or []}
        for name, status in message.get("actuators", {}).items():
            if status and status[0] in WAITING:
                self._waits.setdefault(name, now)
            else:
                self._waits.pop(name, None)

    def late(self, longer_s: float) -> list[tuple[str, str, str]]:
        """Actuators that have not arrived for longer than that [s], as (name, state, what the controller says)."""
        found = self.picture.get("actuators", {})
        waits = [name for name, since in self._waits.items() if self.time_s - since > longer_s and name in found]
        return [(name, str(found[name][0]), str(found[name][-1])) for name in waits]

    def alarm_name(self, number: str) -> str:
        """Name of an alarm or rule by its id; empty when this screen was never told it."""
        rules = self.description.get("rules") or []
        known = {str(rule.get("id")): str(rule.get("name") or "") for rule in rules}
        return self._names.get(number) or known.get(number, "")

    @property
    def heard(self) -> bool:
        """The controller was heard a moment ago, whether or not it has sent values."""
        return self.age_s is not None and self.age_s <= LINK_OLD_S

    @property
    def link_old(self) -> bool:
        """Nothing was heard for so long that every value counts as old."""
        return not self.heard or not self.active

    def see(self, name: str) -> Seen:
        """A tag as it may be drawn now."""
        told = self.description.get("tags", {}).get(name, {})
        reading = self.picture.get("tags", {}).get(name)
        stale_s = float(told.get("stale_s") or math.inf)
        look = look_of(reading, self._behind.get(name, 0.0), stale_s, link_old=self.link_old)
        return Seen(None if look == BAD or reading is None else reading[0], look, told.get("unit", ""))

    def number(self, name: str) -> float | None:
        """A live number, else None."""
        seen = self.see(name)
        right = seen.live and isinstance(seen.value, int | float)
        return float(seen.value) if right else None

    def setpoint(self, name: str) -> Any:
        """Applied setpoint of an actuator, or None."""
        return self.picture.get("setpoints", {}).get(name)

    @property
    def time_s(self) -> float:
        """The controller's clock at its last word [s]."""
        return float(self.picture.get("time_s") or 0.0)

    @property
    def unit(self) -> dict[str, Any]:
        """The unit's part of the picture; see UNIT_KEYS of the messages."""
        found: dict[str, Any] = self.picture.get("unit") or {}
        return found

    @property
    def index(self) -> int:
        """Number of the step now, -1 when there is none."""
        found = self.unit.get("index")
        return found if isinstance(found, int) else -1

    @property
    def state(self) -> str:
        """Unit state; empty before the first picture."""
        return str(self.unit.get("state", ""))

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """Alarms that are not shelved, most urgent first."""
        return [each for each in self.picture.get("alarms") or [] if each.get("shelved_until_s") is None]

    @property
    def shelved(self) -> list[dict[str, Any]]:
        """Alarms put aside for a while."""
        return [each for each in self.picture.get("alarms") or [] if each.get("shelved_until_s") is not None]

    @property
    def demo(self) -> bool:
        """The tool is a simulator with demo users."""
        return bool(self.description.get("demo", self.hello.get("demo", False)))

    @property
    def units(self) -> dict[str, str]:
        """Unit of each tag by name."""
        return {name: str(told.get("unit", "")) for name, told in self.description.get("tags", {}).items()}

    def alarm_of(self, *tags: str) -> dict[str, Any] | None:
        """The most urgent alarm whose text names one of these tags."""
        for alarm in self.alarms:
            words = set(str(alarm.get("text", "")).replace("(", " ").replace(")", " ").replace(",", " ").split())
            if words & set(tags):
                return alarm
        return None
