"""X-Y stage: two Zaber axes on the ASCII protocol, either two stages in a chain or one controller with two axes.

Owns the conversion to mm and what must be so before it moves. It never moves before it has been homed, and it is homed
by an output of its own only. When the lease has run out it is stopped; released, it goes on to its setpoints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated, Any, NamedTuple, Self, cast

from pydantic import Field, model_validator

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.tags import Output, Tag
from drivers.zaber_ascii import NUMBER, ZaberClient

# Settings and flags: quotes of the vendor's manual in zaber-motion 10.3, a C++ library and ArduinoZaberMaster.
FLAGS = re.compile(r"(\d\d)((?: [A-Z]{2})*)")
NO_FLAG = "--"
NO_REFERENCE, NOT_HOMED = "WR", "WH"
LIMIT_TRIGGERED = "WL"  # with all F*: what ends a movement
MOST_AXES = 9  # one digit in a reply
TRAVEL_TOLERANCE = 0.01  # assumed: of travel; two lengths of a series differ by more, and so do their microsteps
OVERSHOOT = 0.01  # assumed: of travel, beyond a limit, at most
ARRIVED = 2  # microsteps  # assumed: as near as an axis comes that is at its setpoint


Place = Annotated[list[Annotated[int, Field(ge=1, le=99)]], Field(min_length=2, max_length=2)]


class ZaberOptions(Options):
    """``axes``: [device, axis] of x and of y, ``travel_mm`` and ``microstep_um`` of each.

    Two stages in a chain are [[1, 1], [2, 1]], a controller with two axes is [[1, 1], [1, 2]].
    """

    axes: list[Place] = Field(min_length=2, max_length=2)
    travel_mm: list[Annotated[float, Field(gt=0.0, le=5000.0)]] = Field(min_length=2, max_length=2)
    microstep_um: list[Annotated[float, Field(gt=0.0, le=100.0)]] = Field(min_length=2, max_length=2)

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.axes[0] == self.axes[1]:
            raise ValueError("x and y are the same axis")
        if any(axis > MOST_AXES for _, axis in self.axes):
            raise ValueError(f"a device has axes 1 to {MOST_AXES}")
        return self


class Axis(NamedTuple):
    """One of the two: its name, its place in the chain, and its microsteps."""

    name: str
    device: int
    number: int
    travel_mm: float
    step_mm: float


class State(NamedTuple):
    """An axis as it is now."""

    counts: int
    busy: bool
    flags: frozenset[str]

    @property
    def homed(self) -> bool:
        """Whether its position means something."""
        return not self.flags & {NO_REFERENCE, NOT_HOMED}

    @property
    def fault(self) -> str:
        """Flags that end a movement; empty when there are none."""
        return " ".join(sorted(flag for flag in self.flags if flag[0] == "F" or flag == LIMIT_TRIGGERED))


def _position(axis: str) -> Tag:
    return Tag(f"stage_{axis}_mm", f"Measure stage position {axis} [mm, 0..travel]", period_s=0.2)


def _setpoint(axis: str) -> Output:
    return Output(f"stage_{axis}_setpoint_mm", f"Set stage position {axis} [mm, 0..travel]", safe=None, low=0.0)


class ZaberXY(Device):
    """Zaber X-Y stage."""

    protocol = "zaber"
    bauds = (9600, 19200, 38400, 57600, 115200)  # manual: comm.rs232.baud
    addresses = (1, 99)
    reply_timeout_s = 0.1  # assumed: answers within 20 ms, and two lines of 40 characters take 7 ms at 115200 baud
    options_model = ZaberOptions

    x, y = _position("x"), _position("y")
    moving = Tag("stage_moving", "Get whether the stage moves [flag]", period_s=0.2, kind="flag")
    homed = Tag("stage_homed", "Get whether both axes of the stage are homed [flag]", period_s=0.2, kind="flag")
    fault = Tag("stage_fault", "Get whether the stage has a fault [flag]", period_s=0.2, kind="flag")
    warnings = Tag("stage_warnings", "Get warning flags of the stage [text]", period_s=0.2, kind="text")
    to_x, to_y = _setpoint("x"), _setpoint("y")
    stop = Output("stage_stop", "Switch stop of the stage [flag]", safe=True, kind="flag")
    home = Output(
        "stage_home", "Switch homing of the stage, once at each on [flag]", False, kind="flag", off_first=True
    )

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(ZaberOptions, options)
        self.zaber = ZaberClient(port, self.reply_timeout_s)
        self.axes = [
            Axis(axis, place[0], place[1], travel, step / 1000.0)
            for axis, place, travel, step in zip("xy", own.axes, own.travel_mm, own.microstep_um, strict=True)
        ]
        for axis, tag, output in zip(self.axes, (self.x, self.y), (self.to_x, self.to_y), strict=True):
            beyond = OVERSHOOT * axis.travel_mm
            self.tags[tag.name] = replace(tag, low=-beyond, high=axis.travel_mm + beyond)
            self.outputs[output.name] = replace(output, high=axis.travel_mm)
        self.wanted: dict[str, float] = {}  # setpoints as last asked, by axis
        self.sent: dict[str, int] = {}  # and as last accepted, until something stops the axis
        self.stopped = self.asked_home = False

    def identify(self) -> str:
        """Compare the limits of both axes with the machine file; then checksums on, alerts off, read back."""
        self.sent.clear()
        self.asked_home = False
        devices = dict.fromkeys(axis.device for axis in self.axes)
        who = [self._who(device) for device in devices]
        for axis in self.axes:
            low, high = (
                self.zaber.integer(axis.device, axis.number, f"limit.{end}", summed=False) * axis.step_mm
                for end in ("min", "max")
            )
            room = TRAVEL_TOLERANCE * axis.travel_mm
            if abs(low) > room or abs(high - axis.travel_mm) > room:
                raise WrongDevice(
                    f"axis {axis.name} goes from {low:.2f} to {high:.2f} mm, the machine file says 0 to "
                    f"{axis.travel_mm:g}; check axes, travel_mm and microstep_um"
                )
        for device in devices:
            self._prepare(device)
        return f"Zaber {', '.join(who)}"

    @poll(x, y, moving, homed, fault, warnings)
    def read_axes(self) -> Values:
        """Position and flags of both axes; a position without a reference is none."""
        states = [self._state(axis) for axis in self.axes]
        values: Values = {
            f"stage_{axis.name}_mm": state.counts * axis.step_mm if state.homed else None
            for axis, state in zip(self.axes, states, strict=True)
        }
        values["stage_moving"] = any(state.busy for state in states)
        values["stage_homed"] = all(state.homed for state in states)
        values["stage_fault"] = any(state.fault for state in states)
        named = zip(self.axes, states, strict=True)
        values["stage_warnings"] = "; ".join(f"{a.name} {' '.join(sorted(s.flags))}" for a, s in named if s.flags)
        return values

    def write(self, values: Mapping[str, Any]) -> None:
        """Stop first; then home; then the setpoints, which wait while it is stopped."""
        if self.stop.name in values:
            self.stopped = bool(values[self.stop.name])
            if self.stopped:
                self._stop()
        for axis in self.axes:
            if (name := f"stage_{axis.name}_setpoint_mm") in values:
                self.wanted[axis.name] = values[name]
        if self.home.name in values:
            self._write_home(bool(values[self.home.name]))
        if not self.stopped:
            for axis in self.axes:
                self._move(axis)

    def _write_home(self, asked: bool) -> None:
        """Home once for each time that it is asked for; what was wrong before is over by that."""
        if asked and self.stopped:
            raise Refused("the stage is stopped; release stop before homing")
        before, self.asked_home = self.asked_home, asked
        if asked and not before:  # and not again when an axis says no
            self.sent.clear()
            for axis in self.axes:
                self._ask(axis, "warnings clear")
                self._ask(axis, "home")

    def _move(self, axis: Axis) -> None:
        """Go to the setpoint, unless it was sent before; only a homed axis that is not being homed, without a fault."""
        if axis.name not in self.wanted:
            return
        target = round(self.wanted[axis.name] / axis.step_mm)
        if self.sent.get(axis.name) == target:
            return
        before = self._state(axis)
        if not before.homed:
            raise Refused(f"axis {axis.name} is not homed; home the stage first")
        if before.fault:
            raise Refused(f"axis {axis.name} has a fault ({before.fault}); remove its cause and home the stage")
        if before.busy and axis.name not in self.sent:
            raise Refused(f"axis {axis.name} still moves, by hand or to its home")
        self._ask(axis, f"move abs {target}")
        after = self._state(axis)
        if not after.busy and abs(after.counts - target) > ARRIVED:  # assumed: no setting holds the setpoint itself
            raise Refused(f"axis {axis.name} was sent to {target}, but rests at {after.counts}")
        self.sent[axis.name] = target

    def _stop(self) -> None:
        """Stop both, the second also when the first does not answer."""
        self.sent.clear()
        with ExitStack() as stack:
            for axis in reversed(self.axes):
                stack.callback(self._ask, axis, "stop")

    def _state(self, axis: Axis) -> State:
        """Position and flags; all flags are asked for when there is one."""
        reply = self.zaber.ask(axis.device, axis.number, "get pos")
        if not NUMBER.fullmatch(reply.data):
            raise BadReply(f"position of axis {axis.name} is {reply.data!r}")
        counts = int(reply.data)
        if reply.flag == NO_FLAG:
            return State(counts, reply.busy, frozenset())
        match = FLAGS.fullmatch(listed := self._ask(axis, "warnings"))
        flags = match[2].split() if match else []
        if match is None or len(flags) != int(match[1]):
            raise BadReply(f"warnings of axis {axis.name} are {listed!r}")
        return State(counts, reply.busy, frozenset((reply.flag, *flags)))

    def _who(self, device: int) -> str:
        """What the device is; it may not have its checksums on yet."""
        kind, serial = (self.zaber.integer(device, 0, name, summed=False) for name in ("deviceid", "system.serial"))
        return f"{kind} no. {serial}"

    def _prepare(self, device: int) -> None:
        """Switch checksums on and alerts off."""
        self.zaber.ask(device, 0, "set comm.checksum 1", summed=False)
        self.zaber.ask(device, 0, "set comm.alert 0")
        if self.zaber.integer(device, 0, "comm.checksum") != 1 or self.zaber.integer(device, 0, "comm.alert") != 0:
            raise WrongDevice(f"device {device} does not keep its checksums on and its alerts off")

    def _ask(self, axis: Axis, words: str) -> str:
        return self.zaber.ask(axis.device, axis.number, words).data
