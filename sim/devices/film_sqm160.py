"""Quartz crystal monitor INFICON SQM-160: packets with a 14-bit CRC, readings of rate, thickness and frequency.

Owns the packets, the crystal's frequency and what the monitor makes of it every quarter of a second. The film on the
crystal is the plant's. Sources: the public clients pymeasure (its tests quote manual and replies) and PyExpLabSys.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator
from sim.wiring import Wiring

SYNC = 0x21  # manual: "!" appears only at the start of a message
ASKED, ANSWERED, CRC = 34, 35, 34  # manual: added to lengths and to both halves of the CRC
OK, UNKNOWN, BAD_DATA = "A", "C", "D"  # manual: status of a reply
STATUSES = {1: UNKNOWN, 2: BAD_DATA}  # numbers of the switch that makes it refuse; any other is UNKNOWN
VERSION = "MON Ver 4.13"  # manual: as quoted by pymeasure
SENSORS = 2  # assumed: without the card for four more
PERIOD_S = 0.25  # assumed: measurement period
QUARTZ_HZ, DEAD_HZ = 6.0e6, 5.0e6  # assumed: 100 % and 0 % of the crystal's life
BARE_HZ = 5.98e6  # assumed: this crystal without a film
HZ_M = 1668.0  # paper: Sauerbrey 1959, frequency constant of an AT-cut quartz
QUARTZ_KG_M3 = 2649.0  # paper: Sauerbrey 1959
FILM_KG_M3 = 1200.0  # assumed: organic film; the monitor is set to the same density, tooling 100 %
ANGSTROM_PER_NM, KILO = 10.0, 1e3  # exact
MOST_NM = 1e6  # assumed: far beyond what a crystal carries


class Sqm160(FramedEmulator):
    """The monitor with one crystal, on sensor 1, beside the mask; it is assumed to carry the mask's film."""

    latency_s: ClassVar[float] = 0.020  # assumed
    gap_s: ClassVar[float] = 1.0  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self._power_up()

    def _power_up(self) -> None:
        self.fresh = True  # what Y tells once
        self.zero_nm = 0.0  # of a bare crystal  # assumed: forgotten without power
        self.seconds = 0.0  # since T
        self.film_nm = self._last_nm = self._on_crystal(0.0)
        self.rate_nm_s = 0.0
        self._since_s = 0.0

    def reboot(self, now: float) -> None:
        """Power cycle: zero and time are forgotten; the next Y says so."""
        self.forget_input()
        self._power_up()

    def step(self, now: float, dt: float) -> None:
        """Measure the crystal once a period."""
        self.seconds += dt
        self._since_s += dt
        if self._since_s < PERIOD_S - 1e-9:
            return
        if not self.stuck:
            self.film_nm = self._on_crystal(self.film_nm)
            self.rate_nm_s = (self.film_nm - self._last_nm) / self._since_s
            self._last_nm = self.film_nm
        self._since_s = 0.0

    def _on_crystal(self, otherwise: float) -> float:
        """Film [nm] now; a crystal that does not oscillate leaves the last value (assumed)."""
        film = self.wiring.sensors.quartz_film_nm
        return film if -MOST_NM < film < MOST_NM else otherwise

    # --- packets ------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer the packets in ``data``; one with a wrong CRC is dropped (assumed)."""
        buffer, reply = self.gather(data, now), b""
        while True:
            start = buffer.find(SYNC)
            if start < 0:
                return reply
            buffer = buffer[start:]
            size = 4 + buffer[1] - ASKED if len(buffer) > 1 else 0  # sync, length, command, two of CRC
            if len(buffer) == 1 or size > len(buffer):
                self._rest = buffer
                return reply
            packet = buffer[:size]
            if size <= 4 or crc(packet[1:-2]) != packet[-2:]:
                buffer = buffer[1:]
                continue
            buffer = buffer[size:]
            reply += self._answer(packet[2:-2].decode("latin-1"))

    def _answer(self, command: str) -> bytes:
        if self.refuse_with is not None:
            return reply_packet(STATUSES.get(self.refuse_with, UNKNOWN), "")
        name, argument = command[0], command[1:]
        if name in READINGS:
            argument = argument.removesuffix("?")  # one client asks with a question mark, the other without
            return reply_packet(BAD_DATA, "") if argument else reply_packet(OK, READINGS[name](self))
        if name in SENSOR_READINGS:
            sensor = argument.removesuffix("?")
            if sensor not in map(str, range(1, SENSORS + 1)):
                return reply_packet(BAD_DATA, "")
            return reply_packet(OK, SENSOR_READINGS[name](self, int(sensor)))
        if name in ORDERS:
            if argument:
                return reply_packet(BAD_DATA, "")
            if not self.ignore_writes:
                ORDERS[name](self)
            return reply_packet(OK, "")
        return reply_packet(UNKNOWN, "")

    # --- readings -----------------------------------------------------------------------------------------

    def frequency_hz(self, sensor: int) -> float:
        """Sauerbrey: f = f0 - df/dm m; 0 for a sensor without a crystal or with a dead one (assumed)."""
        film = self.wiring.sensors.quartz_film_nm
        if sensor != 1 or not isfinite(film):
            return 0.0
        frequency = BARE_HZ - film * 1e-9 * FILM_KG_M3 * QUARTZ_HZ**2 / (HZ_M * QUARTZ_KG_M3)
        return frequency if 0.0 < frequency < 2.0 * QUARTZ_HZ else 0.0

    def frequency(self, sensor: int) -> str:
        """P: Hz, three digits after the point."""
        return f"{self.frequency_hz(sensor):.3f}"

    def rate(self, sensor: int) -> str:
        """L: Angstrom a second; a film that goes has a rate below zero."""
        return _signed(self.rate_nm_s * ANGSTROM_PER_NM if sensor == 1 else 0.0, 2)

    def thickness(self, sensor: int) -> str:
        """N: kilo-Angstrom since zero.

        assumed: three digits after the point say so, as the display does; pymeasure calls it Angstrom, but then the
        last digit would be a thousandth of an atom.
        """
        nm = self.film_nm - self.zero_nm if sensor == 1 else 0.0
        return _signed(nm * ANGSTROM_PER_NM / KILO, 3)

    def life(self, sensor: int) -> str:
        """R: percent of the crystal's life that is left."""
        share = (self.frequency_hz(sensor) - DEAD_HZ) / (QUARTZ_HZ - DEAD_HZ)
        return f"{100.0 * min(max(share, 0.0), 1.0):.0f}"

    def all_readings(self) -> str:
        """W: time as mm.ss, then rate, thickness and frequency of each sensor (assumed: blanks between)."""
        minutes, seconds = divmod(int(self.seconds), 60)
        each = [f"{self.rate(n)}{self.thickness(n)}{self.frequency(n)}" for n in range(1, SENSORS + 1)]
        return f"{minutes % 100:02d}.{seconds:02d}" + " ".join(each)

    def reset_flag(self) -> str:
        """Y: 1 for the first time after power-up."""
        fresh, self.fresh = self.fresh, False
        return "1" if fresh else "0"

    # --- orders -------------------------------------------------------------------------------------------

    def zero_thickness(self) -> None:
        """S: thickness and rate are zero from here on."""
        self.zero_nm = self._last_nm = self.film_nm
        self.rate_nm_s = 0.0

    def zero_time(self) -> None:
        """T."""
        self.seconds = 0.0

    def reset_parameters(self) -> None:
        """Z: films and system as delivered; nothing of what is emulated can be set, so nothing changes."""


def _signed(value: float, digits: int) -> str:
    """A blank or a minus before, a blank behind; never minus zero."""
    return f"{round(value, digits) + 0.0: .{digits}f} "


def crc(data: bytes) -> bytes:
    """Two characters of the 14-bit CRC over length and what follows. Source: both clients, four frames alike."""
    value = 0x3FFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0x2001 if value & 1 else value >> 1
    return bytes(((value & 0x7F) + CRC, (value >> 7) + CRC))


def reply_packet(status: str, data: str) -> bytes:
    """A packet of the monitor."""
    body = bytes((ANSWERED + len(status + data),)) + (status + data).encode("ascii")
    return bytes((SYNC,)) + body + crc(body)


READINGS: dict[str, Callable[[Sqm160], str]] = {
    "@": lambda monitor: VERSION,
    "J": lambda monitor: str(SENSORS),
    "M": lambda monitor: monitor.rate(1),  # the mean over the only crystal
    "O": lambda monitor: monitor.thickness(1),
    "W": Sqm160.all_readings,
    "Y": Sqm160.reset_flag,
}
SENSOR_READINGS: dict[str, Callable[[Sqm160, int], str]] = {
    "L": Sqm160.rate,
    "N": Sqm160.thickness,
    "P": Sqm160.frequency,
    "R": Sqm160.life,
}
ORDERS: dict[str, Callable[[Sqm160], None]] = {
    "S": Sqm160.zero_thickness,
    "T": Sqm160.zero_time,
    "Z": Sqm160.reset_parameters,
}
