"""The watchdog of WAGO's 750 couplers: does nothing until the master has set it up and triggered it.

Owns its registers 0x1000 to 0x100B and its state. Opens no output itself: the coupler asks ``trips``. Source: manuals
of 750-341 to 750-882, "Watchdog (fieldbus failure)"; defaults of the 750-841 (p. 163), newer firmware may have 0xFFFF.
"""

from __future__ import annotations

from sim.devices.modbus_frames import DEVICE_FAILURE, ILLEGAL_VALUE, ModbusError

INACTIVE, ACTIVE, EXHAUSTED = 0, 1, 2  # manual: 0x1006
TICK_S = 0.1  # manual: 0x1000 in units of 100 ms
STOP = (0xAAAA, 0x5555)  # manual: 0x1005, one after the other
SIMPLE_STOP = (0xAA55, 0x55AA)  # manual: 0x1008, either
NEVER = 0xFFFF  # manual: default of 0x1004
SAVE = 1  # assumed: what 0x100B wants


class Watchdog:
    """Time since the last request that counts."""

    def __init__(self) -> None:
        self.saved = (0, 0, 0)  # time and masks that outlive a power cycle (0x100B)
        self.alternative = 0  # manual: 0x100A, not volatile
        self.power_up()

    def power_up(self) -> None:
        """Not active, with what was saved; the alternative kind starts with the first request."""
        self.time, self.mask_low, self.mask_high = self.saved
        self.status = INACTIVE
        self.trigger = 0  # 0x1003
        self.shortest = NEVER  # 0x1004, in ticks
        self.closes_socket = 0  # 0x1009
        self._half_stop = False
        self._deadline_s = 0.0

    def request(self, function: int, now: float) -> None:
        """A request was served: those of the mask trigger; all of them in the alternative kind."""
        if self.alternative:
            if self.time:
                self._start(now)
        elif self.status == ACTIVE and self._counts(function):
            self._start(now)

    def _counts(self, function: int) -> bool:
        mask = self.mask_low | self.mask_high << 16
        return bool(mask >> (function - 1) & 1)  # manual: bit 0 of 0x1001 is function 1

    def _start(self, now: float) -> None:
        if self.status == ACTIVE:
            self.shortest = min(self.shortest, int((self._deadline_s - now) / TICK_S))
        self.status = ACTIVE
        self._deadline_s = now + self.time * TICK_S

    def trips(self, now: float) -> bool:
        """True once, when the time has run out."""
        if self.status != ACTIVE or now < self._deadline_s:
            return False
        self.status, self.shortest = EXHAUSTED, 0  # manual: a minimum of 0 means that it has tripped
        return True

    def _stop(self) -> None:
        self.status, self.trigger = INACTIVE, 0  # assumed: the trigger register is cleared

    # --- registers ----------------------------------------------------------------------------------------

    def set_time(self, value: int, now: float) -> None:
        """0x1000: time in 100 ms; not while running."""
        self._not_while_running()
        self.time = value
        self._keep_alternative()

    def set_mask_low(self, value: int, now: float) -> None:
        """0x1001: functions 1 to 16 that trigger; not while running."""
        self._not_while_running()
        self.mask_low = value

    def set_mask_high(self, value: int, now: float) -> None:
        """0x1002: functions 17 to 32; not while running."""
        self._not_while_running()
        self.mask_high = value

    def set_trigger(self, value: int, now: float) -> None:
        """0x1003: another value than before triggers, other than 0 it also starts and ends an overrun."""
        changed, self.trigger = value != self.trigger, value
        if changed and self.time and (value or self.status == ACTIVE):
            self._start(now)

    def set_shortest(self, value: int, now: float) -> None:
        """0x1004: what the shortest time left is compared with; never 0."""
        if value == 0:
            raise ModbusError(ILLEGAL_VALUE)
        self.shortest = value

    def set_stop(self, value: int, now: float) -> None:
        """0x1005: 0xAAAA, then 0x5555."""
        if value == STOP[1] and self._half_stop:
            self._stop()
        self._half_stop = value == STOP[0]
        if value not in STOP:
            raise ModbusError(ILLEGAL_VALUE)  # assumed

    def restart(self, value: int, now: float) -> None:
        """0x1007: 1 starts it again after an overrun; if it was stopped before, it stays so."""
        _one_of(value, (1,))
        if self.status != INACTIVE:
            self._start(now)

    def simple_stop(self, value: int, now: float) -> None:
        """0x1008: 0xAA55 or 0x55AA stops it and ends an overrun."""
        _one_of(value, SIMPLE_STOP)
        self._stop()

    def set_closes_socket(self, value: int, now: float) -> None:
        """0x1009: kept; here no emulator closes a connection."""
        self.closes_socket = _one_of(value, (0, 1))

    def set_alternative(self, value: int, now: float) -> None:
        """0x100A: 1 = starts with the next request, every request triggers."""
        was, self.alternative = self.alternative, _one_of(value, (0, 1))
        if was and not value:
            self._stop()  # assumed
        self._keep_alternative()

    def save(self, value: int, now: float) -> None:
        """0x100B: time and masks outlive a power cycle from now on."""
        _one_of(value, (SAVE,))
        self.saved = (self.time, self.mask_low, self.mask_high)

    def _keep_alternative(self) -> None:
        if self.alternative:
            self.saved = (self.time, *self.saved[1:])  # manual: 0x1000 is not volatile with 0x100A

    def _not_while_running(self) -> None:
        if self.status == ACTIVE:
            raise ModbusError(DEVICE_FAILURE)  # assumed code


def _one_of(value: int, allowed: tuple[int, ...]) -> int:
    if value not in allowed:
        raise ModbusError(ILLEGAL_VALUE)  # assumed code
    return value
