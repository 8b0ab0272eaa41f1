"""RF generator: T&C Power Conversion AG 0613 (AJA 0113 / 0313 too) in its newer protocol, with its AIT tuner.

Owns the frames and our control of the unit, which ends, with setpoint and RF, when it has not heard from us for 2 s.
The polls are that sign of life. Whenever control may have been lost this says so and gives the unit up: RF is switched
off and stays off until somebody has asked for off (`off_first`). It has no RF-on time limit: those 2 s stand in for it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from pydantic import Field

from drivers.device import BadReply, Device, DeviceError, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import read_exactly
from drivers.tags import Output, Tag

# Frames and commands: pymeasure tccxn and the driver of Swift Coat, which agree.
ACCEPTED, REJECTED = b"*", b"?"
CONTROL, RF, SETPOINT, LIMIT, OPERATION, TUNER_MODE, MOVE = "BC", "BR", "SA", "SU", "SO", "TM", "TC"
GET_SETPOINT, GET_POWER, GET_STATUS, GET_TUNER, GET_IDENTITY, GET_LIMITS = "GL", "GP", "GS", "GT", "Gi", "Gp"
#: assumed: its name has one of these in it; it is sold by AJA as 0113 and 0313
KNOWN = re.compile(r"AG|AJA|T&C|0[136]13", re.IGNORECASE)
YES, NO, GRANTED = 0x5555, 0, 1
NORMAL = 1  # of normal, pulse, ramp: our own loops ramp
AUTO, MANUAL = 1, 2
LOAD, TUNE = 1, 2
FORWARD, REFLECTED = 1, 2
# Status word: pymeasure.
ON, LEVELS_LOAD, FORWARD_LIMITED, REFLECTED_LIMITED, HOT, INTERLOCK_OPEN = 0, 5, 8, 9, 10, 11
TUNERS_WITH_CAPACITORS = {3: "analog", 4: "digital"}  # 1 is none, 2 a generator that tunes its frequency
LEAST_LIMITS = 20  # bytes: the highest reverse power is the last that is known of them
LONGEST_DATA = 255  # assumed: no answer that is described has more bytes
CONTROL_S = 2.0  # pymeasure: without any command for so long, control is lost
MOST_W = 4000.0  # pymeasure: range of the setpoint
TOLERANCE, TOLERANCE_W = 0.02, 2.0  # assumed: "reached" is within 2 % of the setpoint, or 2 W
SAME_W = 0.5  # assumed: set in 1 W, read back in 0.1 W, so a setpoint that was taken differs by less
RF_STALE_S = 0.5  # DESIGN section 2: RF-critical tags


class ControlLost(DeviceError):
    """The generator may no longer be ours; the bus identifies it anew, which begins with RF off."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}; control of the generator may have been lost, setpoint and RF with it. It is taken again, RF "
            f"stays off until off is asked for. The unit must hear from us every {CONTROL_S:g} s; see its front panel"
        )


class TandcAgOptions(Options):
    """``max_power_w``: forward limit set in the generator [W]; ``max_reflected_w``: reflected limit [W]."""

    max_power_w: float = Field(gt=0.0, le=MOST_W)
    max_reflected_w: float = Field(gt=0.0, le=MOST_W)


def _power(name: str, what: str) -> Tag:
    return Tag(name, f"Measure {what} power [W, 0..4000]", 0.0, MOST_W, period_s=0.05, stale_s=RF_STALE_S)


def _state(name: str, what: str) -> Tag:
    return Tag(name, f"Get whether {what} [flag]", period_s=0.1, stale_s=RF_STALE_S, kind="flag")


def _position(name: str, what: str) -> Output:
    return Output(name, f"Set position of the {what} capacitor, tuner in manual [%, 0..100]", None, 0.0, 100.0)


class TandcAg(Device):
    """T&C AG 0613 RF generator with AIT tuner."""

    protocol = "tandc"
    point_to_point = True
    bauds = (38400,)  # two drivers: fixed
    reply_timeout_s = 0.1  # assumed: answer time is not documented; the longest answer takes 10 ms at 38400 baud
    options_model = TandcAgOptions

    forward = _power("forward_power_w", "forward")
    reflected = _power("reflected_power_w", "reflected")
    load = _power("load_power_w", "load")
    on = _state("rf_on", "RF is on")
    requested = _state("rf_requested", "the generator has taken our request for RF on")
    interlock = _state("rf_interlock_closed", "the generator's interlock is closed")
    fault = _state("rf_fault", "the generator reports a fault")
    hot = _state("rf_over_temperature", "the generator is too hot")
    remote = _state("rf_remote", "the generator obeys us")
    reached = _state("rf_setpoint_reached", "the power has reached its setpoint")
    levels = _state("rf_levels_load_power", "the setpoint is that of the load power, not of the forward power")
    heatsink = Tag("heatsink_temperature_c", "Measure heatsink temperature [°C, 0..120]", 0.0, 120.0, period_s=0.1)
    bias = Tag("dc_bias_v", "Measure DC self-bias [V, 0..5000]", 0.0, 5000.0, period_s=0.1, stale_s=RF_STALE_S)
    load_position = Tag("load_position_pct", "Measure load capacitor position [%, 0..100]", 0.0, 100.0, period_s=0.2)
    tune_position = Tag("tune_position_pct", "Measure tune capacitor position [%, 0..100]", 0.0, 100.0, period_s=0.2)
    readback = Tag("rf_setpoint_readback_w", "Get power setpoint [W, 0..4000]", 0.0, MOST_W, period_s=0.2)

    enable = Output("rf_enable", "Switch RF [flag]", safe=False, kind="flag", off_first=True)
    setpoint = Output("load_power_setpoint_w", "Set load power [W, 0..max_power_w]", 0.0, 0.0, MOST_W)
    match_auto = Output("match_auto", "Switch automatic matching [flag]", safe=True, kind="flag")
    load_move = _position("load_position_setpoint_pct", "load")
    tune_move = _position("tune_position_setpoint_pct", "tune")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(TandcAgOptions, options)
        self.limits_w = {FORWARD: round(own.max_power_w), REFLECTED: round(own.max_reflected_w)}
        self.outputs[self.setpoint.name] = replace(self.setpoint, high=own.max_power_w)
        self.manual = False  # tuner, as last written
        self.positions: dict[str, float] = {}  # as last asked; sent when the tuner is in manual
        self.held = False  # whether control was granted
        self.spoke_s = 0.0  # when it was sent the last thing that it accepted
        self.asked_on = self.was_on = False  # RF, as last accepted; and seen since
        self.asked_w: int | None = None  # setpoint as last accepted
        self.forward_w = self.load_w = 0.0  # as last measured

    def identify(self) -> str:
        """RF off, then identity, control and both limits; RF must be off and the tuner one that has capacitors."""
        self.held = self.manual = False
        self.asked_w = None
        self._send(RF, NO)  # may be refused as long as it is not ours: asked again below
        self.asked_on = self.was_on = False
        who, serial = (_words(self._ask(GET_IDENTITY, None, which)) for which in (1, 2))
        if not KNOWN.search(who):
            raise WrongDevice(f"generator says that it is {who!r}, not an AG; check its line")
        # assumed: it is granted again to the one that has it
        if (answer := int.from_bytes(self._ask(CONTROL, 2, YES), "big")) != GRANTED:
            raise WrongDevice(f"control was not granted (answer {answer}); does front panel or another host hold it?")
        self.held = True
        self._off()
        self._set(OPERATION, NORMAL)
        for which, watts in self.limits_w.items():
            self._set(LIMIT, which, watts)
        self._check_limits()
        status, _heat, _mode, tuner = struct.unpack(">4H", self._ask(GET_STATUS, 8))
        if _bit(status, ON):
            raise WrongDevice("RF stays on although off was asked; open its interlock and look at its front panel")
        if tuner not in TUNERS_WITH_CAPACITORS:
            raise WrongDevice(f"tuner is of type {tuner}, which has no capacitors to be moved; check the tuner's cable")
        meant = "load" if _bit(status, LEVELS_LOAD) else "forward"
        return f"T&C {who} no. {serial}, {TUNERS_WITH_CAPACITORS[tuner]} tuner, setpoint is {meant} power"

    @poll(forward, reflected, load)
    def read_power(self) -> Values:
        """Forward, reflected and load power."""
        forward, reflected, load = (tenths / 10.0 for tenths in struct.unpack(">3H", self._ask(GET_POWER, 6)))
        self.forward_w, self.load_w = forward, load
        return {"forward_power_w": forward, "reflected_power_w": reflected, "load_power_w": load}

    @poll(on, requested, interlock, fault, hot, remote, reached, levels, heatsink)
    def read_status(self) -> Values:
        """Status word, bits named. Raises ControlLost when RF went off and nothing in it says why."""
        status, heat, _mode, _tuner = struct.unpack(">4H", self._ask(GET_STATUS, 8))
        is_on, is_open, is_hot = (_bit(status, bit) for bit in (ON, INTERLOCK_OPEN, HOT))
        if self.was_on and not (is_on or is_open or is_hot):
            raise ControlLost("RF went off by itself")
        self.was_on = self.asked_on and is_on
        limited = _bit(status, FORWARD_LIMITED) or _bit(status, REFLECTED_LIMITED)
        return {
            "rf_on": is_on,
            "rf_requested": self.asked_on,
            "rf_interlock_closed": not is_open,
            "rf_fault": is_hot,  # the only fault that its status names
            "rf_over_temperature": is_hot,
            "rf_remote": self.held,
            "rf_setpoint_reached": is_on and not limited and self._arrived(_bit(status, LEVELS_LOAD)),
            "rf_levels_load_power": _bit(status, LEVELS_LOAD),
            "heatsink_temperature_c": heat / 10.0,
        }

    @poll(bias, load_position, tune_position)
    def read_tuner(self) -> Values:
        """DC self-bias and capacitor positions."""
        _flags, load, tune, volts, _preset = struct.unpack(">5H", self._ask(GET_TUNER, 10))
        # assumed: Vdc is the self-bias, without its sign
        return {"dc_bias_v": float(volts), "load_position_pct": load / 10.0, "tune_position_pct": tune / 10.0}

    @poll(readback)
    def read_setpoint(self) -> Values:
        """Setpoint as the generator understood it. Raises ControlLost when it is not what was written."""
        watts = int.from_bytes(self._ask(GET_SETPOINT, 2), "big") / 10.0
        if self.asked_w is not None and abs(watts - self.asked_w) >= SAME_W:
            raise ControlLost(f"the setpoint reads back {watts:g} W, written was {self.asked_w} W")
        return {"rf_setpoint_readback_w": watts}

    def write(self, values: Mapping[str, Any]) -> None:
        """RF off first of all, RF on last of all, and only after the setpoint has read back as written."""
        silent = self._silent()
        if not values.get("rf_enable", True):
            self._off()
        if silent:
            raise ControlLost(silent)
        if "load_power_setpoint_w" in values:
            watts = round(values["load_power_setpoint_w"])
            self._set(SETPOINT, watts)
            self.asked_w = watts
            self.read_setpoint()  # assumed: it is taken at once, whatever the power does
        self._write_match(values)
        if values.get("rf_enable", False):
            self._set(RF, YES)
            self.asked_on = True

    def _write_match(self, values: Mapping[str, Any]) -> None:
        """Mode and positions; positions wait until the tuner is in manual."""
        wanted = {key: values[key] for key in (self.load_move.name, self.tune_move.name) if key in values}
        self.positions.update(wanted)
        if "match_auto" in values:
            auto = bool(values["match_auto"])
            self._set(TUNER_MODE, AUTO if auto else MANUAL)
            if self.manual == auto:  # it was the other way round
                wanted = self.positions
            self.manual = not auto
        if self.manual:
            for key, percent in wanted.items():
                self._set(MOVE, LOAD if key == self.load_move.name else TUNE, round(percent))

    def _off(self) -> None:
        """RF off, even when it is too late to keep control."""
        self.asked_on = self.was_on = False
        if not self._send(RF, NO):
            raise ControlLost("RF off was refused")

    def _check_limits(self) -> None:
        """The unit can deliver and bear what the machine file says; asked after the limits were set."""
        # assumed: this may be what the unit can do or what was just set; either way it is not below what was asked
        data = self._ask(GET_LIMITS, None)
        if len(data) < LEAST_LIMITS:
            raise BadReply(f"{GET_LIMITS}: {len(data)} bytes of data came, expected were at least {LEAST_LIMITS}")
        for which, place, what in ((FORWARD, 2, "power"), (REFLECTED, 18, "reflected power")):
            found = int.from_bytes(data[place : place + 2], "big") / 10.0
            if found < self.limits_w[which]:
                raise WrongDevice(
                    f"generator has a highest {what} of {found:g} W, the machine file says {self.limits_w[which]}; "
                    "is this the right unit?"
                )

    def _arrived(self, levels_load: bool) -> bool:
        watts, asked = self.load_w if levels_load else self.forward_w, self.asked_w
        return asked is not None and abs(watts - asked) <= max(TOLERANCE_W, TOLERANCE * asked)

    def _silent(self) -> str:
        """Why control must have been lost since we last spoke, if it must."""
        gap = self.port.now() - self.spoke_s
        return f"nothing was sent to it for {gap:.1f} s" if self.held and gap > CONTROL_S else ""

    def _set(self, command: str, first: int, second: int = 0) -> None:
        """Have a setting accepted. A refusal puts our control in doubt, for nothing says why it was refused."""
        if silent := self._silent():
            raise ControlLost(silent)
        if not self._send(command, first, second):  # assumed: without control, and with an open interlock, it says no
            raise ControlLost(f"{command} {first} {second} was refused")

    def _ask(self, command: str, size: int | None, first: int = 0) -> bytes:
        """Data of a query: ``size`` bytes, or as many as there are; raises NoReply, BadReply, Refused, ControlLost."""
        if silent := self._silent():
            raise ControlLost(silent)
        if not self._send(command, first):
            raise Refused(f"{command}: refused; it does not know this, or it arrived damaged")
        head = read_exactly(self.port, 4, self.reply_timeout_s)
        if head[:1] != b"R":
            raise BadReply(f"{command}: {head.hex(' ')} is not the head of a reply")
        if head[1] != self.address:
            raise BadReply(f"{command}: address {head[1]} answered in place of {self.address}")
        count = int.from_bytes(head[2:], "big")
        if count > LONGEST_DATA or size not in (None, count):
            raise BadReply(f"{command}: {count} bytes of data are announced, expected were {size or 'fewer'}")
        body = read_exactly(self.port, count + 2, self.reply_timeout_s)
        if _sum(head + body[:-2]) != body[-2:]:
            raise BadReply(f"{command}: checksum is wrong in {(head + body).hex(' ')}")
        return body[:-2]

    def _send(self, command: str, first: int, second: int = 0) -> bool:
        """Whether a request was accepted; raises NoReply, BadReply."""
        sent_s = self.port.now()
        self.port.write(frame(self.address, command, first, second))
        answer = read_exactly(self.port, 1, self.reply_timeout_s)
        if answer not in (ACCEPTED, REJECTED):
            raise BadReply(f"{command}: {answer.hex()} is neither yes nor no; does the line echo?")
        if answer == ACCEPTED:
            self.spoke_s = sent_s
        return answer == ACCEPTED


@lru_cache(maxsize=512)
def frame(address: int, command: str, first: int = 0, second: int = 0) -> bytes:
    """A request: ten bytes, the last two their sum. The same few are sent all day."""
    body = struct.pack(">cB2sHH", b"C", address, command.encode("ascii"), first, second)
    return body + _sum(body)


def _sum(data: bytes) -> bytes:
    return (sum(data) & 0xFFFF).to_bytes(2, "big")


def _bit(status: int, bit: int) -> bool:
    return bool(status >> bit & 1)


def _words(data: bytes) -> str:
    """Text of a generator for people: it stands between two bytes of something else and one more."""
    return data[2:-1].decode("ascii", "replace").strip("\0 ")
