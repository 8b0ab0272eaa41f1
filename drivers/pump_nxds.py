"""Dry pump: Edwards nXDS on its serial line.

Owns objects, status bits and refusal codes. The pump has no message watchdog: it keeps running. Its line has no
checksum: what moved is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drivers.device import BadReply, Device, Options, Port, Refused, Values, poll
from drivers.line_protocol import EXACTLY, Within, ask_line, confirmed
from drivers.tags import Output, Tag

END = b"\r"
# Objects: manual nXDS10i / nXDS15i.
PUMP_TYPE, START, STATUS, STANDBY, TEMPERATURES, POWER, HOURS = "S801", "C802", "V802", "C803", "V808", "V809", "V810"
# Bits of the status words, 0 = lowest.
RUNNING, ABOVE_NORMAL_SPEED = 1, 3  # word 1
WARNING, ALARM = 6, 7  # word 2
REFUSALS = {
    1: "invalid for this object",
    2: "invalid query or command",
    3: "parameter missing",
    4: "value out of range",
    5: "not possible in this state",
}
#: assumed: what a pump at rest or at speed stays within from one answer to the next; a flag has no tolerance
STEADY = {
    "dry_pump_speed_hz": Within(2.0),
    "dry_pump_temperature_c": Within(2.0),
    "dry_pump_power_w": Within(10.0, 0.1),
    "dry_pump_hours_h": Within(1.0),
}


def _flag(name: str, what: str) -> Tag:
    return Tag(name, f"Get whether the dry pump {what} [flag]", period_s=0.5, kind="flag")


class Nxds(Device):
    """Edwards nXDS scroll pump."""

    protocol = "edwards"
    point_to_point = True
    bauds = (9600,)  # manual nXDS
    reply_timeout_s = 0.2  # assumed: 30 characters take 31 ms at 9600 baud; the pump's own time is not documented

    speed = Tag("dry_pump_speed_hz", "Measure dry pump speed [Hz, 0..500]", 0.0, 500.0, period_s=0.5)
    running = _flag("dry_pump_running", "runs")
    at_speed = _flag("dry_pump_at_speed", "is above its normal speed")
    warning = _flag("dry_pump_warning", "warns")
    fault = _flag("dry_pump_fault", "has a fault")
    temperature = Tag("dry_pump_temperature_c", "Measure dry pump temperature [°C, 0..150]", 0.0, 150.0, period_s=2.0)
    power = Tag("dry_pump_power_w", "Measure dry pump power [W, 0..5000]", 0.0, 5000.0, period_s=2.0)
    hours = Tag("dry_pump_hours_h", "Count dry pump running hours [h, 0..]", 0.0, period_s=10.0)
    enable = Output("dry_pump_enable", "Switch dry pump [flag]", safe=None, kind="flag")
    standby = Output("dry_pump_standby", "Switch dry pump standby speed [flag]", safe=None, kind="flag")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.last: Values = {}

    def identify(self) -> str:
        """Type, software and nominal speed; raises BadReply when it is no pump of this family."""
        kind, software, nominal = self._ask(PUMP_TYPE, 3)
        return f"Edwards {kind}, software {software}, {nominal} Hz"

    @poll(speed, running, at_speed, warning, fault)
    def read_status(self) -> Values:
        """Speed and the four status words."""
        return self._confirmed(self._status, self.speed, self.running, self.at_speed, self.warning, self.fault)

    @poll(temperature)
    def read_temperature(self) -> Values:
        """Pump temperature; the controller's follows it in the reply."""
        return self._number(self.temperature, TEMPERATURES, 2, 0)

    @poll(power)
    def read_power(self) -> Values:
        """Power in the link."""
        # assumed: W unscaled, as EdScroll.proto has it
        return self._number(self.power, POWER, 3, 2)

    @poll(hours)
    def read_hours(self) -> Values:
        """Running hours."""
        return self._number(self.hours, HOURS, 1, 0)

    def _number(self, tag: Tag, target: str, fields: int, at: int) -> Values:
        return self._confirmed(lambda: {tag.name: number(self._ask(target, fields)[at])}, tag)

    def _confirmed(self, ask: Callable[[], Values], *tags: Tag) -> Values:
        """Values of a poll that are what they were, or were borne out."""
        return confirmed(ask, self.last, {tag.name: STEADY.get(tag.name, EXACTLY) for tag in tags})

    def _status(self) -> Values:
        speed, *words = self._ask(STATUS, 5)
        try:
            first, second, warnings, faults = (int(word, 16) for word in words)
        except ValueError as error:
            raise BadReply(f"?{STATUS}: {';'.join(words)} are not four hexadecimal words") from error
        return {
            "dry_pump_speed_hz": number(speed),
            "dry_pump_running": bool(first >> RUNNING & 1),
            "dry_pump_at_speed": bool(first >> ABOVE_NORMAL_SPEED & 1),
            "dry_pump_warning": bool(warnings or second >> WARNING & 1),
            "dry_pump_fault": bool(faults or second >> ALARM & 1),
        }

    def write(self, values: Mapping[str, Any]) -> None:
        """Start or stop first: standby is for a pump that runs."""
        for key, command in ((self.enable.name, START), (self.standby.name, STANDBY)):
            if key in values:
                self._order(command, bool(values[key]))

    def _ask(self, target: str, fields: int) -> list[str]:
        """The fields of a queried object; exactly so many must come."""
        reply = ask_line(self.port, f"?{target}\r", END, self.reply_timeout_s)
        if reply.startswith(f"*{target} "):
            raise _refused(reply)
        found = reply[len(target) + 2 :].split(";")
        if not reply.startswith(f"={target} ") or len(found) != fields:
            raise BadReply(f"?{target}: {reply!r} does not carry {fields} fields")
        return found

    def _order(self, target: str, on: bool) -> None:
        reply = ask_line(self.port, f"!{target} {on:d}\r", END, self.reply_timeout_s)
        if not reply.startswith(f"*{target} "):
            raise BadReply(f"!{target}: {reply!r} is not its acknowledgement")
        if reply != f"*{target} 0":
            raise _refused(reply)


def number(field: str) -> float:
    """A field as a number; raises BadReply."""
    try:
        return float(field)
    except ValueError as error:
        raise BadReply(f"{field!r} is not a number") from error


def _refused(reply: str) -> Refused:
    code = reply.split()[-1]
    words = REFUSALS.get(int(code), "refused") if code.isdigit() else "refused"
    return Refused(f"{words} ({reply})")
