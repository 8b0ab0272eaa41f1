"""Chiller: Julabo recirculating cooler, whose external Pt100 sits in the chuck.

Owns commands and rests: at least 250 ms after an ``out_``, 10 ms after an ``in_``. Commands that set get no reply; what
the unit made of them shows in its setpoint, mode and status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, cast

from pydantic import Field, model_validator

from drivers.device import BadReply, Device, Options, Port, Refused, Values, poll
from drivers.line_protocol import ask_line
from drivers.tags import Output, Tag

END = b"\n"
REST_AFTER_IN_S = 0.01  # manual
#: manual: 250 ms from when the unit has the whole command, which is up to 0.04 s after it was handed to the port at
#: 4800 baud, while a short query needs 0.015 s; the rest is margin  # assumed: 65 ms for buffers on the way
REST_AFTER_OUT_S = 0.35
STEP_C = 0.06  # its setpoint has one decimal
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
STATUS = re.compile(r"-?\d\d .+")
COLDEST_C, HOTTEST_C = -50.0, 150.0  # assumed: beyond any that cools a chuck


class JulaboOptions(Options):
    """``lowest_c`` and ``highest_c``: setpoints that we send [°C], within the limits that the unit itself is set to."""

    lowest_c: float = Field(default=5.0, ge=COLDEST_C, le=HOTTEST_C)  # assumed: water
    highest_c: float = Field(default=90.0, ge=COLDEST_C, le=HOTTEST_C)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lowest_c >= self.highest_c:
            raise ValueError(f"lowest_c ({self.lowest_c:g}) must be below highest_c ({self.highest_c:g})")
        return self


class Julabo(Device):
    """Julabo FL / FP recirculating chiller."""

    protocol = "julabo"
    point_to_point = True
    serial_format = "7E1"
    bauds = (4800, 9600, 19200, 38400)  # assumed: the menus of the FL and FP series
    formats = ("8N1", "7O1")
    reply_timeout_s = 0.4  # assumed: the longest status takes 0.11 s at 4800 baud; the unit's own time as much again
    options_model = JulaboOptions

    bath = Tag("chiller_temperature_c", "Measure chiller bath temperature [°C, -50..150]", -50.0, 150.0, period_s=0.5)
    chuck = Tag("chuck_temperature_c", "Measure chuck temperature [°C, -50..150]", -50.0, 150.0, period_s=0.5)
    power = Tag("chiller_power_pct", "Measure chiller heating power [%, -100..100]", -100.0, 100.0, period_s=2.0)
    readback = Tag("chiller_setpoint_readback_c", "Get chiller setpoint [°C, -50..150]", -50.0, 150.0, period_s=2.0)
    running = Tag("chiller_running", "Get whether the chiller runs [flag]", period_s=1.0, kind="flag")
    status = Tag("chiller_status", "Get chiller status [text]", period_s=1.0, kind="text")
    ok = Tag("chiller_ok", "Get whether the chiller reports no alarm [flag]", period_s=1.0, kind="flag")
    setpoint = Output(
        "chiller_setpoint_c",
        "Set chiller temperature [°C, lowest_c..highest_c]",
        None,
        5.0,
        90.0,
        readback=("chiller_setpoint_readback_c", STEP_C),
    )
    enable = Output("chiller_enable", "Switch chiller [flag]", None, kind="flag")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(JulaboOptions, options)
        text = f"Set chiller temperature [°C, {own.lowest_c:g}..{own.highest_c:g}]"
        self.outputs[self.setpoint.name] = replace(self.setpoint, text=text, low=own.lowest_c, high=own.highest_c)

    def identify(self) -> str:
        """Version text of the unit; a number or a status in its place is a late answer to another question."""
        version = ask_line(self.port, "version\r", END, self.reply_timeout_s)
        if not version[:1].isalpha():
            raise BadReply(f"version: {version!r} is no name of a unit")
        return f"Julabo {version}"

    @poll(bath)
    def read_bath(self) -> Values:
        """Bath temperature."""
        return {"chiller_temperature_c": self._number("in_pv_00")}

    @poll(chuck)
    def read_chuck(self) -> Values:
        """External Pt100."""
        return {"chuck_temperature_c": self._number("in_pv_02")}

    @poll(power)
    def read_power(self) -> Values:
        """Heating power; negative while cooling."""
        return {"chiller_power_pct": self._number("in_pv_01")}

    @poll(readback)
    def read_setpoint(self) -> Values:
        """Setpoint as the unit understood it."""
        return {"chiller_setpoint_readback_c": self._number("in_sp_00")}

    @poll(running)
    def read_running(self) -> Values:
        """Whether it circulates."""
        return {"chiller_running": self._number("in_mode_05") == 1.0}

    @poll(status, ok)
    def read_status(self) -> Values:
        """Status line; a negative number is an alarm, a warning, or a command it did not take."""
        line = self._ask("status")
        if not STATUS.fullmatch(line):
            raise BadReply(f"status: {line!r} is not a number and words")
        return {"chiller_status": line, "chiller_ok": not line.startswith("-")}

    def write(self, values: Mapping[str, Any]) -> None:
        """Stop first, start last, with the rest between two commands that the unit asks for."""
        orders = []
        if self.setpoint.name in values:
            orders.append(f"out_sp_00 {values[self.setpoint.name]:.1f}\r")
        if self.enable.name in values:
            start = bool(values[self.enable.name])
            orders.insert(len(orders) if start else 0, f"out_mode_05 {start:d}\r")
        for i, order in enumerate(orders):
            if i:
                self.port.drain(REST_AFTER_OUT_S)  # nothing is expected: listening is how we let time pass
            self.port.write(order.encode("ascii"))
        self.rest(REST_AFTER_OUT_S)

    def _ask(self, query: str) -> str:
        line = ask_line(self.port, query + "\r", END, self.reply_timeout_s)
        self.rest(REST_AFTER_IN_S)
        return line

    def _number(self, query: str) -> float:
        line = self._ask(query)
        if not NUMBER.fullmatch(line):
            # a whole line came, so the line is in step: no sensor, an alarm, or a command that it does not know
            raise Refused(f"{query}: the unit has no number for it, it says {line!r}")
        return float(line)
