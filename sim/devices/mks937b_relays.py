"""The twelve relays of the MKS 937B: two a channel, each with set point, hysteresis, direction and enable.

Owns what SP, SH, SD, EN and SS say and take, and whether a relay is drawn. No contact is wired to anything here.
Sources: 937B manual p. 40; 905 manual (same commands): the hysteresis follows the set point; replies seen by pymeasure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

COUNT = 12  # manual: relays 1 to 12
BELOW, ABOVE = "BELOW", "ABOVE"
ENABLE, SET, CLEAR = "ENABLE", "SET", "CLEAR"  # manual: EN; SET and CLEAR force the relay
SPAN_PA = {"CC": (2.67e-8, 0.667), "CM": (1.33e-2, 133.322)}  # manual p. 40: 2e-10 to 5e-3 Torr; assumed for CM
MARGIN = {"CC": 1.5, "CM": 1.1}  # manual p. 40; 905 manual: 10 %
NO_GAUGE, DIRECTION_FIXED, BAD_CHANNEL, BAD_VALUE, OUT_OF_RANGE, BAD_BYTE = 151, 162, 163, 169, 172, 175

DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{0,12})?(E[+-]?\d{1,3})?", re.ASCII)


class RelayError(Exception):
    """The controller answers NAK with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Relay:
    """One relay, in Pa."""

    kind: str
    at_pa: float = 0.0
    back_pa: float = 0.0
    direction: str = BELOW
    enable: str = CLEAR  # assumed default
    drawn: bool = False

    def move(self, at_pa: float) -> None:
        """A new set point; the hysteresis goes with it."""
        margin = MARGIN[self.kind]
        self.at_pa = at_pa
        self.back_pa = at_pa * margin if self.direction == BELOW else at_pa / margin

    def follow(self, pressure_pa: float) -> None:
        """Draw beyond the set point, drop beyond the hysteresis; without a reading drop (assumed)."""
        if self.enable != ENABLE:
            self.drawn = self.enable == SET
        elif self.direction == BELOW:
            self.drawn = pressure_pa < (self.back_pa if self.drawn else self.at_pa)
        else:
            self.drawn = pressure_pa > (self.back_pa if self.drawn else self.at_pa)


class Relays:
    """All of them; relays 2n-1 and 2n belong to channel n."""

    COMMANDS: ClassVar[tuple[str, ...]] = ("SP", "SH", "SD", "EN", "SS")

    def __init__(self, kinds: list[str]) -> None:
        self._relays = [Relay(kind) for kind in kinds for _ in range(2)]
        for relay in self._relays:
            if relay.kind in SPAN_PA:
                relay.move(SPAN_PA[relay.kind][1] / 10.0)  # assumed default

    def open_all(self) -> None:
        """Without power nothing is drawn."""
        for relay in self._relays:
            relay.drawn = False

    def follow(self, pressures_pa: list[float]) -> None:
        """Draw and drop by the pressure of each channel [Pa]; NaN where there is no reading."""
        for at, relay in enumerate(self._relays):
            relay.follow(pressures_pa[at // 2])

    def _of(self, number: str) -> Relay:
        if number not in map(str, range(1, COUNT + 1)):
            raise RelayError(BAD_CHANNEL)
        relay = self._relays[int(number) - 1]
        if relay.kind not in SPAN_PA:
            raise RelayError(NO_GAUGE)
        return relay

    def ask(self, name: str, number: str, per_pa: float) -> str:
        """What a relay says of itself; pressures in the controller's unit (``per_pa`` of it in 1 Pa)."""
        relay = self._of(number)
        if name in ("SP", "SH"):
            return _text((relay.at_pa if name == "SP" else relay.back_pa) * per_pa)
        if name == "SS":
            return SET if relay.drawn else CLEAR
        return relay.direction if name == "SD" else relay.enable

    def put(self, name: str, number: str, value: str, per_pa: float, taken: bool) -> str:
        """Take a setting, unless it is only to be acknowledged; RelayError where it is refused."""
        relay = self._of(number)
        if name == "SS":
            raise RelayError(BAD_BYTE)  # assumed code for setting what can only be asked
        if name in ("SP", "SH"):
            pressure = self._pressure(relay, name, value, per_pa)
            if taken and name == "SP":
                relay.move(pressure)
            elif taken:
                relay.back_pa = pressure
            return _text(pressure * per_pa)
        if value not in ((BELOW, ABOVE) if name == "SD" else (ENABLE, SET, CLEAR)):
            raise RelayError(BAD_VALUE)
        if name == "SD" and value == ABOVE and relay.kind == "CC":
            raise RelayError(DIRECTION_FIXED)  # manual p. 40: BELOW permanently
        if taken and name == "SD":
            relay.direction = value
            relay.move(relay.at_pa)
        elif taken:
            relay.enable = value
        return value

    def _pressure(self, relay: Relay, name: str, value: str, per_pa: float) -> float:
        given = decimal(value)
        if given is None:
            raise RelayError(BAD_VALUE)
        pressure = given / per_pa
        low, high = SPAN_PA[relay.kind]
        slack = 1.001  # what was rounded to three digits must be taken back
        if not low / slack <= pressure <= high * slack * (MARGIN[relay.kind] if name == "SH" else 1.0):
            raise RelayError(OUT_OF_RANGE)
        wrong_side = pressure < relay.at_pa if relay.direction == BELOW else pressure > relay.at_pa
        if name == "SH" and wrong_side:
            raise RelayError(OUT_OF_RANGE)  # assumed
        return pressure


def decimal(value: str) -> float | None:
    """A number as the controller takes it (in capitals); None for anything else."""
    return float(value) if DECIMAL.fullmatch(value) else None


def _text(value: float) -> str:
    """Three digits, 2.00E+0."""
    mantissa, exponent = f"{value:.2E}".split("E")
    return f"{mantissa}E{int(exponent):+d}"
