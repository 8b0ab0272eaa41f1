"""The watchdog of the BK9050: runs from the first write telegram on, and trips when telegrams stay away.

Owns its time, type and state. Opens no output itself: the coupler asks ``trips``. Source: infosys.beckhoff.com
"Modbus TCP interface", registers 0x1020 and 0x1120 to 0x1122.
"""

from __future__ import annotations

WRITES_ONLY, EVERY_TELEGRAM = 0, 1  # manual: 0x1122
PRESET_MS = 1000  # manual: 0x1120, default
RESET = (0xBECF, 0xAFFE)  # manual: 0x1121, one after the other


class Watchdog:
    """Time since the last telegram that counts."""

    def __init__(self) -> None:
        self.preset_ms = PRESET_MS  # kept through a power cycle; 0 = off
        self.power_up()

    def power_up(self) -> None:
        """Inactive, and of the default type."""
        self.kind = EVERY_TELEGRAM
        self.active = False
        self.tripped = False
        self._half_reset = False
        self._deadline_s = 0.0

    def telegram(self, write: bool, now: float) -> None:
        """A telegram was served; the first that writes starts the watchdog."""
        if write and not self.active:
            self.active = self.preset_ms > 0
        if write or self.kind == EVERY_TELEGRAM:
            self._deadline_s = now + self.preset_ms / 1000.0

    def trips(self, now: float) -> bool:
        """True once, when the time has run out."""
        if not self.active or self.tripped or now < self._deadline_s:
            return False
        self.tripped = True
        return True

    def reset(self, word: int) -> bool:
        """Take one word of the reset sequence; False if it is none. The second makes the watchdog inactive."""
        if word not in RESET:
            return False
        if word == RESET[1] and self._half_reset:
            self.active = self.tripped = False
        self._half_reset = word == RESET[0]
        return True

    def remaining_ms(self, now: float) -> int:
        """Time left [ms]; the preset while inactive (assumed)."""
        if self.tripped:
            return 0
        return max(0, round(1000.0 * (self._deadline_s - now))) if self.active else self.preset_ms
