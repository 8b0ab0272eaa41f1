"""Turbo pump Leybold TURBOVAC iX on RS-485 with USS: one parameter and the process words in every telegram.

Owns the answer to a telegram: access, refusals, process words. Telegrams, parameters and the drive are next door; the
rotor is the plant's, at its own speed: ``nominal_hz`` of the table is the highest. Source: Leybold, "Serial Interfaces
for TURBOVAC i/iX", as transcribed by PyPI turboctl, with its findings on a real pump.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator, bounded
from sim.devices.turbovac_drive import CONTROL, OVERSPEED, PROCESS_ON, SUPPLY_V, Drive, celsius, converter_c, hz
from sim.devices.turbovac_parameters import (
    ERRORS_KEPT,
    PARAMETERS,
    READ,
    TEXTS,
    WIDE,
    WRITE,
    Parameter,
    from_wire,
    to_wire,
)
from sim.devices.uss_frames import SIZE, Telegram, parse
from sim.wiring import Wiring

# manual: request codes
ASK, PUT, PUT_WIDE, ASK_FIELD, PUT_FIELD, PUT_WIDE_FIELD = 1, 2, 3, 6, 7, 8
FIELDS = (ASK_FIELD, PUT_FIELD, PUT_WIDE_FIELD)
# manual: codes of replies
NOTHING, VALUE, WIDE_VALUE, FIELD_VALUE, WIDE_FIELD_VALUE, REFUSED = 0, 1, 2, 4, 5, 7
# manual: errors in the value of a refusal
NO_PARAMETER, FIXED, OUT_OF_RANGE, NO_INDEX, WRONG_MODE, OTHER, STORING = 0, 1, 2, 3, 5, 18, 102
ODD = 9  # real pump: a number that does not exist and is refused in another way
SAVE, FACTORY = 8, 1025
FASTEST_S = 0.001  # assumed: an answer without a delay


class AccessError(Exception):
    """Refused, with the number that goes into the value."""

    def __init__(self, error: int) -> None:
        super().__init__(error)
        self.error = error


class Turbovac(FramedEmulator):
    """One pump with its converter."""

    latency_s: ClassVar[float] = 0.010  # manual: P180
    silence_chars: ClassVar[float] = 2.0  # USS: start gap
    gap_s: ClassVar[float] = 0.02  # assumed: a telegram lasts 14 ms

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, {"address": 0, **table}, wiring)  # manual: P37 is 0
        self.drive = Drive(float(table.get("nominal_hz", 820)))  # assumed: as the rotor of the plant
        self.drive.values[37, 0] = self.drive.saved[37, 0] = self.address

    def reboot(self, now: float) -> None:
        """Power cycle: off, only what was saved is kept; a new address counts from here."""
        self.forget_input()
        self.drive.reboot()
        self.address = int(self.drive.setting(37))
        self.drive.drive(self.wiring)

    def run_already(self) -> None:
        """On, as if somebody had just said so."""
        self.drive.start()
        self.drive.drive(self.wiring)

    def trip(self) -> None:
        """An error of the drive: the pump coasts until it is reset and switched on again."""
        self.drive.fail(OVERSPEED, self.wiring)
        self.drive.drive(self.wiring)

    def step(self, now: float, dt: float) -> None:
        """Watch the pump, and whether anybody still commands it."""
        self.drive.step(self.wiring, dt)

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer exactly one telegram; what is not one is dropped at the next silence."""
        buffer = self.gather(data, now)
        telegram = parse(buffer)
        if telegram is None:
            self._rest = buffer if len(buffer) < SIZE else buffer[:SIZE] + b"\0"  # too long to become one
            return b""
        return self._answer(telegram) if telegram.address == self.address else b""

    def _answer(self, asked: Telegram) -> bytes:
        access, value = self._parameter(asked)
        status = self.drive.status(self.wiring)  # real pump: as it was before this telegram
        if asked.words[0] & CONTROL:
            status |= PROCESS_ON
        if not self.ignore_writes:
            self.drive.obey(asked.words[0], asked.words[1])
            self.drive.drive(self.wiring)
        self.delay_s = max(FASTEST_S, self.drive.setting(180) / 1000.0)
        read = self._reading
        words = (status, read(3, 0), read(11, 0), read(5, 0), read(125, 0), SUPPLY_V)
        return Telegram(
            self.signed(self.address), access, asked.number, asked.index, value, tuple(round(word) for word in words)
        ).pack()

    # --- parameters ---------------------------------------------------------------------------------------

    def _parameter(self, asked: Telegram) -> tuple[int, int]:
        """Code and value of the reply."""
        try:
            return self._serve(asked)
        except AccessError as refusal:
            return REFUSED, refusal.error

    def _serve(self, asked: Telegram) -> tuple[int, int]:
        access, number, index = asked.access, asked.number, asked.index
        nothing = access not in (ASK, PUT, PUT_WIDE, *FIELDS)  # real pump: unknown codes too
        if nothing and number == 0:
            return NOTHING, asked.value
        if not nothing and self.refuse_with is not None:
            raise AccessError(self.refuse_with)
        if not nothing and self.drive.saving_s > 0.0:
            raise AccessError(STORING)
        parameter = _find(access, number, index)
        if nothing:
            return NOTHING, asked.value
        wide, field = parameter.kind in WIDE, access in FIELDS
        _check_mode(parameter, access, index)
        if access in (ASK, ASK_FIELD):
            value = self._reading(number, index)
        else:
            value = from_wire(parameter.kind, asked.value)
            self._check_value(parameter, number, value)
            if not self.ignore_writes:
                self._put(number, index, value)
        code = (WIDE_FIELD_VALUE if wide else FIELD_VALUE) if field else WIDE_VALUE if wide else VALUE
        return code, to_wire(parameter.kind, value)

    def _check_value(self, parameter: Parameter, number: int, value: float) -> None:
        if parameter.access == READ:
            raise AccessError(FIXED)
        low, high = parameter.low, parameter.high
        if number == 24:
            low, high = self.drive.lowest_hz, self.drive.nominal_hz  # manual: P19 to P18
        if not low <= value <= high:
            raise AccessError(OUT_OF_RANGE)
        if number == SAVE and hz(self.wiring) >= 1.0:
            raise AccessError(OTHER)  # manual: only at standstill; assumed number

    def _put(self, number: int, index: int, value: float) -> None:
        if number == SAVE:
            self.drive.save()
        elif number == FACTORY:
            self.drive.reset_to_factory()
        else:
            self.drive.values[number, index] = value

    def _reading(self, number: int, index: int) -> float:
        """Value of one parameter, in its unit on the wire."""
        if number in READINGS:
            return READINGS[number](self)
        if number in TEXTS:
            text = TEXTS[number][0]
            return float(ord(text[index])) if index < len(text) else 0.0
        if number in (171, 174, 176):
            kept = self.drive.failures
            return kept[index][(171, 174, 176).index(number)] if index < min(len(kept), ERRORS_KEPT) else 0.0
        start = PARAMETERS[number].start
        return self.drive.values.get((number, index), start if isinstance(start, int | float) else 0.0)


def _find(access: int, number: int, index: int) -> Parameter:
    """The parameter; refused if it does not exist, or not with that index."""
    if number == ODD and (index or access in (ASK, ASK_FIELD)):
        raise AccessError(NO_INDEX if index else WRONG_MODE)
    parameter = PARAMETERS.get(number)
    if parameter is None:
        raise AccessError(NO_PARAMETER)
    if index >= max(1, parameter.indices):
        raise AccessError(NO_INDEX)
    return parameter


def _check_mode(parameter: Parameter, access: int, index: int) -> None:
    """Whether this code fits the parameter: field or not, 16 or 32 bits, to be read at all."""
    field, wide = access in FIELDS, parameter.kind in WIDE
    fits = field == bool(parameter.indices) or (not field and index == 0)  # real pump: index 0 also without field
    if access in (ASK, ASK_FIELD):
        fits = fits and parameter.access != WRITE  # assumed
    elif parameter.access != READ:
        fits = fits and wide == (access in (PUT_WIDE, PUT_WIDE_FIELD))
    if not fits:
        raise AccessError(WRONG_MODE)


def _tenths(value: float, most: float) -> float:
    return bounded(10.0 * value, 0.0, most)


READINGS: dict[int, Callable[[Turbovac], float]] = {
    3: lambda pump: hz(pump.wiring),
    4: lambda _: 10.0 * SUPPLY_V,  # manual: 0.1 V
    5: lambda pump: _tenths(pump.wiring.sensors.turbo_current_a, 150.0),
    6: lambda pump: _tenths(pump.wiring.sensors.turbo_power_w, 65535.0),
    7: lambda pump: celsius(pump.wiring.sensors.turbo_bearing_c),  # assumed: as warm as the bearing
    11: lambda pump: celsius(converter_c(pump.wiring)),
    18: lambda pump: pump.drive.nominal_hz,
    19: lambda pump: pump.drive.lowest_hz,
    38: lambda pump: float(pump.drive.starts),
    40: lambda pump: float(len(pump.drive.failures)),
    41: lambda pump: float(sum(error == 106 for error, *_ in pump.drive.failures)),
    125: lambda pump: celsius(pump.wiring.sensors.turbo_bearing_c),
    140: lambda pump: _tenths(pump.wiring.sensors.turbo_current_a, 150.0),
    227: lambda pump: float(pump.drive.warnings(pump.wiring)),
}
