"""Turbo pump: Leybold TURBOVAC i / iX on USS.

Owns parameters, control word and status word. Every telegram carries the control word, so the polls keep the pump as it
is; when it has not heard it for its time-out, it coasts. A pump that is on when we come is kept on. One that went off
without our order, or did not obey it, is told to stay off until off and then on is asked anew: errors are reset by
people, at the pump, and it must not start under their hands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field

from drivers.device import Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.tags import Output, Tag
from drivers.uss import NONE, READ, READ_FIELD, WRITE, Reply, UssClient, signed

# Parameters and bits: as in uss.py, from the same sources.
TYPE, SOFTWARE, POWER, NOMINAL_HZ, SETPOINT_HZ, NORMAL_PCT = 1, 2, 6, 18, 24, 25
BEARING_TEMPERATURE, ERROR_MEMORY, TIMEOUT, WARNINGS = 125, 171, 182, 227
TYPES = {180: "350/450 i", 181: "350/450 i", 182: "350/450 iX", 190: "90/250 i", 191: "90/250 i", 192: "90/250 iX"}
ENABLE, START = 1 << 10, 1 << 0  # control word: obey this telegram; run
RELEASED, OFF, ON = 0, ENABLE, ENABLE | START
OPERATION, FAULT, SWITCH_ON_LOCK, NORMAL, WARNING = 2, 3, 6, 10, 14  # status word
ERRORS = {
    1: "overspeed",
    2: "pass-through time",
    3: "bearing temperature",
    4: "short circuit",
    5: "converter temperature",
    6: "run-up time",
    7: "motor temperature",
    8: "no pump identified",
    82: "fan voltage",
    103: "supply voltage",
    106: "overload",
    111: "motor too cold",
    117: "motor current",
    126: "bearing sensor",
    128: "motor sensor",
    143: "overspeed",
    252: "hardware plausibility",
}
ANEW = "it stays off until off, and then on, is asked for"
NOMINAL_TOLERANCE = 0.01  # assumed: nominal speeds of two pump sizes differ by more


class TurbovacOptions(Options):
    """``nominal_hz``: nominal speed [Hz]; ``timeout_s``: it coasts after so long without a control word, 0 is never."""

    nominal_hz: float = Field(gt=0.0)
    timeout_s: float = Field(default=0.0, ge=0.0, le=6000.0)  # DESIGN section 3: a pump outlives its controller


class Turbovac(Device):
    """Leybold TURBOVAC i turbo pump."""

    protocol = "uss"
    serial_format = "8E1"
    bauds = (19200,)  # manual: fixed
    addresses = (0, 31)
    reply_timeout_s = 0.15  # two telegrams of 14 ms, and up to 20 ms for the pump (P180); more than twice that
    options_model = TurbovacOptions

    speed = Tag("turbo_speed_hz", "Measure turbo speed [Hz, 0..2000]", 0.0, 2000.0, period_s=0.25)
    percent = Tag("turbo_speed_pct", "Measure turbo speed [%, 0..110 of nominal]", 0.0, 110.0, period_s=0.25)
    at_speed = Tag("turbo_at_speed", "Get whether the turbo is at speed [flag]", period_s=0.5, kind="flag")
    current = Tag("turbo_current_a", "Measure turbo motor current [A, 0..100]", 0.0, 100.0, period_s=2.0)
    error = Tag("turbo_error", "Get turbo error code [text]", period_s=1.0, kind="text")
    ok = Tag("turbo_ok", "Get whether the turbo reports no error [flag]", period_s=1.0, kind="flag")
    power = Tag("turbo_power_w", "Measure turbo motor power [W, 0..5000]", 0.0, 5000.0, period_s=2.0)
    temperature = Tag("turbo_temperature_c", "Measure turbo bearing temperature [°C, 0..150]", 0.0, 150.0, 2.0)
    enable = Output("turbo_enable", "Switch turbo [flag]", safe=None, kind="flag")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(TurbovacOptions, options)
        self.uss = UssClient(port, address, self.reply_timeout_s)
        self.nominal_hz = own.nominal_hz
        self.timeout = round(own.timeout_s * 10.0)
        self.control = RELEASED  # word that goes with every telegram
        self.holds = False  # whether it is on by our order, or was found so
        self.fell = ""  # why it stays off although on was asked; for as long as nobody asks for off
        self.told = False  # whether somebody heard of that
        self.normal_hz = own.nominal_hz  # from here on it is at speed

    def identify(self) -> str:
        """Compare the nominal speed, arm the time-out and read it back; a pump that is on is kept on."""
        self.control = RELEASED
        kind = self._ask(READ, TYPE)
        software, nominal = self._ask(READ, SOFTWARE).value, self._ask(READ, NOMINAL_HZ).value
        who = f"Leybold TURBOVAC {TYPES.get(kind.value, f'of type {kind.value}')}"
        if abs(nominal - self.nominal_hz) > NOMINAL_TOLERANCE * self.nominal_hz:
            raise WrongDevice(f"{who} turns at {nominal} Hz, the machine file says {self.nominal_hz:g}")
        self._take_over(kind)
        self._arm()
        self.normal_hz = self._ask(READ, SETPOINT_HZ).value * self._ask(READ, NORMAL_PCT).value / 100.0
        return f"{who}, software {software}, {nominal} Hz"

    @poll(speed, percent, at_speed, current)
    def read_process(self) -> Values:
        """Process data: speed, current, and whether the set speed is attained."""
        reply = self._ask(NONE)
        hertz = float(reply.frequency_hz)
        return {
            "turbo_speed_hz": hertz,
            "turbo_speed_pct": hertz * 100.0 / self.nominal_hz,
            # assumed: bit 10 is "attained", as P25 and P29 have it; the speed must bear it out
            "turbo_at_speed": reply.bit(NORMAL) and hertz >= self.normal_hz,
            "turbo_current_a": reply.current_a,
        }

    @poll(error, ok)
    def read_error(self) -> Values:
        """Newest entry of the error memory while there is an error; a warning leaves the pump ok.

        Raises Refused, once, when the pump went off without our order.
        """
        reply = self._ask(READ_FIELD, ERROR_MEMORY)
        if self.fell and not self.told:
            self.told = True
            raise Refused(self.fell)
        if reply.bit(FAULT):
            return {"turbo_error": _error(reply.value), "turbo_ok": False}
        if reply.bit(WARNING):
            return {"turbo_error": f"warning bits {self._ask(READ, WARNINGS).value:04X}", "turbo_ok": True}
        return {"turbo_error": self.fell, "turbo_ok": True}

    @poll(power)
    def read_power(self) -> Values:
        """Drive input power."""
        return {"turbo_power_w": self._ask(READ, POWER).value / 10.0}

    @poll(temperature)
    def read_temperature(self) -> Values:
        """Bearing temperature."""
        return {"turbo_temperature_c": float(signed(self._ask(READ, BEARING_TEMPERATURE).value))}

    def write(self, values: Mapping[str, Any]) -> None:
        """Switch the pump, and see it obey: the reply to the order itself still shows the state before it."""
        if not values["turbo_enable"]:
            self.holds, self.fell, self.control = False, "", OFF
            self._order(False)
            return
        if self.fell:
            raise Refused(self.fell)
        self.control = ON
        try:
            self._order(True)
        except Refused as error:
            self._let_go(str(error), told=True)
            raise Refused(self.fell) from error
        self.holds = True

    def _order(self, on: bool) -> None:
        self._ask(NONE)
        reply = self._ask(READ_FIELD, ERROR_MEMORY)
        if reply.bit(OPERATION) != on:
            raise Refused(f"pump was switched {'on' if on else 'off'}, but is not: {_reason(reply)}")

    def _take_over(self, reply: Reply) -> None:
        """Go on with the right pump where we were before it was lost, if it was."""
        if self.fell:
            self.control = OFF
        elif _runs(reply):
            self.holds, self.control = True, ON
        elif self.holds:
            self._let_go(_went_off(reply))

    def _let_go(self, why: str, told: bool = False) -> None:
        self.holds, self.control = False, OFF
        self.fell, self.told = f"{why}; {ANEW}", told

    def _ask(self, access: int, parameter: int = 0, value: int = 0) -> Reply:
        """One exchange; every reply says whether the pump is still on."""
        reply = self.uss.exchange(access, parameter, 0, value, self.control)
        if self.holds and self.control == ON and not _runs(reply):
            self._let_go(_went_off(reply))
        return reply

    def _arm(self) -> None:
        """Time after which the pump gives up our control; set when it is another, for it is kept in its memory."""
        if self._ask(READ, TIMEOUT).value == self.timeout:
            return
        self._ask(WRITE, TIMEOUT, self.timeout)
        if (found := self._ask(READ, TIMEOUT).value) != self.timeout:
            raise WrongDevice(f"time-out (P{TIMEOUT}) reads back {found / 10:g} s, set was {self.timeout / 10:g}")


def _error(code: int) -> str:
    return f"Err{code:03d} {ERRORS.get(code, 'see its manual')}"


def _runs(reply: Reply) -> bool:
    return reply.bit(OPERATION) and not reply.bit(FAULT)


def _went_off(reply: Reply) -> str:
    return f"pump went off without our order ({'a fault' if reply.bit(FAULT) else 'at the pump, or its supply failed'})"


def _reason(reply: Reply) -> str:
    if reply.bit(FAULT):
        return f"{_error(reply.value)}; remove the cause and reset it"
    if reply.bit(SWITCH_ON_LOCK):
        return "its switch-on lock is set"
    return "does another interface hold its control?"
