"""RF generator COMET cito Plus / Synertia on its RS-232 host port, SHFT protocol. It has no match of its own.

Owns parameters, their access and refusals; frames and power stage are next door. Sources: the fact sheet, and the
Synertia manual 10.1 to 10.2 (p. 88 to 102). Exception codes are the Synertia's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.devices.comet_shft_frames import (
    BAD_VALUE,
    BYTE_COUNT,
    NOT_ALLOWED,
    NOT_READABLE,
    NOT_WRITABLE,
    ONE,
    READ,
    RF_IS_ON,
    UNKNOWN,
    ShftEmulator,
    ShftError,
)
from sim.devices.framing import bounded
from sim.devices.rf_power import DC_BIAS, FORWARD, HOT, LOAD, PowerStage
from sim.wiring import Wiring

OFF, ON = 0, 1  # manual: 1001
STATE_OFF, STATE_ON = 1, 2  # manual: 8000, 1 is off; the other assumed
OUTPUT_FORWARD, OUTPUT_LOAD, PROCESS = 0, 1, 2  # manual: 1201
REGULATIONS = {OUTPUT_FORWARD: FORWARD, OUTPUT_LOAD: LOAD, PROCESS: DC_BIAS}
MILLI = 1000  # manual: powers in mW
NUMBER_BYTES = 4  # manual: big-endian
NAME = "Synertia"  # assumed text


class CometCito(ShftEmulator):
    """The generator."""

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.power = PowerStage(float(table.get("max_power_w", 600)), float(table.get("max_reflected_w", 100)))
        self.model = str(table.get("model", NAME)).encode("ascii", "replace")[:64]
        self._loop = wiring  # the interlock loop is a wire: no fault of sensing touches it
        self._start()

    def _start(self) -> None:
        self.regulation = OUTPUT_FORWARD  # assumed: mode at power-up
        self.setpoint_mw = 0
        self.power.power_up()
        self.power.switch_off(self.wiring)

    def reboot(self, now: float) -> None:
        """Power cycle: RF off, set point 0, forward regulation (assumed)."""
        self.forget_input()
        self._start()

    def step(self, now: float, dt: float) -> None:
        """Watch the interlock, regulate. Nothing latches (assumed: the sheet has no reset)."""
        if self.trouble == "hot":
            self.power.trip(self.wiring, HOT)
        elif self.trouble == "local":
            self.power.switch_off(self.wiring)  # assumed: with another control source RF is off
        self.power.step(self.wiring, self._closed(), dt)
        if not self.stuck:
            self.power.measure(self.wiring)

    def _closed(self) -> bool:
        return self.trouble != "interlock" and self._loop.rf_loop_closed()

    def answer(self, function: int, number: int, data: bytes) -> bytes:
        """Read or write one parameter; a write is answered by its own echo."""
        parameter = PARAMETERS.get(number)
        if parameter is None:
            raise ShftError(UNKNOWN)
        if function == READ:
            return self._read(parameter, data)
        if parameter.write is None:
            raise ShftError(NOT_WRITABLE)
        if len(data) != NUMBER_BYTES:
            raise ShftError(BYTE_COUNT)
        if self.trouble == "local":
            raise ShftError(NOT_ALLOWED)  # manual p. 89: writing wants the right control source
        parameter.write(self, int.from_bytes(data, "big"))
        return number.to_bytes(2, "big") + data

    def _read(self, parameter: Parameter, data: bytes) -> bytes:
        if parameter.read is None:
            raise ShftError(NOT_READABLE)
        if data != ONE:
            raise ShftError(BYTE_COUNT)  # assumed for a wrong value too
        value = parameter.read(self)
        return bytes((len(value),)) + value

    # --- parameters -----------------------------------------------------------------------------------------

    def command(self, value: int) -> None:
        """1001: RF on and off.

        Assumed: with an open interlock, or too hot, the write is echoed like any other, as no exception is for that,
        and RF stays off.
        """
        if value not in (OFF, ON):
            raise ShftError(BAD_VALUE)
        if self.ignore_writes:
            return
        if value == OFF:
            self.power.switch_off(self.wiring)
        elif self._closed() and self.trouble != "hot":
            self.power.switch_on()

    def set_regulation(self, value: int) -> None:
        """1201: not while RF is on (assumed of which parameters that holds)."""
        if value not in REGULATIONS:
            raise ShftError(BAD_VALUE)
        if self.power.on:
            raise ShftError(RF_IS_ON)
        if not self.ignore_writes:
            self.regulation = value
            self._regulate()

    def set_setpoint(self, value: int) -> None:
        """1206: mW, no more than the generator has."""
        if value > MILLI * self.power.max_power_w:
            raise ShftError(BAD_VALUE)
        if not self.ignore_writes:
            self.setpoint_mw = value
            self._regulate()

    def _regulate(self) -> None:
        """The set point of process regulation is in no source, and 0 here: no power."""
        settings = self.power.settings
        settings.regulation = REGULATIONS[self.regulation]
        settings.setpoint = 0.0 if self.regulation == PROCESS else self.setpoint_mw / MILLI

    def load_w(self) -> float:
        """What does not come back [W]."""
        readings = self.power.readings
        return bounded(readings.forward_w - readings.reflected_w, 0.0, readings.forward_w)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the list; what cannot be read or written has None."""

    read: Callable[[CometCito], bytes] | None = None
    write: Callable[[CometCito, int], None] | None = None


def _number(value: float) -> bytes:
    return round(bounded(value, 0.0, 0x7FFFFFFF)).to_bytes(NUMBER_BYTES, "big")


PARAMETERS: dict[int, Parameter] = {
    10: Parameter(lambda comet: comet.model),  # assumed: without an end mark, as the length is told
    1001: Parameter(write=CometCito.command),  # assumed: write-only
    1201: Parameter(lambda comet: _number(comet.regulation), CometCito.set_regulation),
    1206: Parameter(lambda comet: _number(comet.setpoint_mw), CometCito.set_setpoint),
    8000: Parameter(lambda comet: _number(STATE_ON if comet.power.on else STATE_OFF)),
    8021: Parameter(lambda comet: _number(MILLI * comet.power.readings.forward_w)),
    8022: Parameter(lambda comet: _number(MILLI * comet.power.readings.reflected_w)),
    8023: Parameter(lambda comet: _number(MILLI * comet.load_w())),
}
