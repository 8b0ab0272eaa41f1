"""RF generator: COMET cito Plus or Synertia on SHFT. Medium trust: few of its parameters are public.

Switches RF off whenever it identifies a generator. Nothing is known of a watchdog, an RF-on time limit or power limits
that we could set: when we die, only `rf_permit` on the watched I/O, wired into its interlock, ends RF. It has no match
(see match_ae), and does not tell us of faults, its interlock or who controls it: it has no tags for these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pydantic import Field

from drivers import comet_shft
from drivers.device import BadReply, Device, Options, Port, Values, WrongDevice, poll
from drivers.tags import Output, Tag

# Parameters: Synertia manual 10.1.7 and 10.2.5, and an independent driver for the cito Plus.
NAME, COMMAND, REGULATION, SETPOINT, STATE = 10, 1001, 1201, 1206, 8000
FORWARD, REFLECTED, LOAD = 8021, 8022, 8023
KNOWN = re.compile(r"cito|synertia|comet", re.IGNORECASE)  # assumed: its name has one of these in it
OFF, ON = 0, 1
LOAD_REGULATION = 1  # of forward, load, process
STATE_OFF = 1  # all other states are taken for on
MW_PER_W = 1000.0
MOST_W = 5000.0  # assumed: above any of them that this tool could use; the limit of this tool is max_power_w
SAME_W = 0.5  # assumed: a setpoint that was taken reads back within this
TOLERANCE, TOLERANCE_W = 0.02, 2.0  # assumed: "reached" is within 2 % of the setpoint, or 2 W
RF_STALE_S = 0.5  # DESIGN section 2: RF-critical tags


class CometOptions(Options):
    """``max_power_w``: highest setpoint that we send [W]; the generator itself is not told."""

    max_power_w: float = Field(gt=0.0, le=MOST_W)


def _power(name: str, what: str) -> Tag:
    return Tag(name, f"Measure {what} power [W, 0..5000]", 0.0, MOST_W, period_s=0.05, stale_s=RF_STALE_S)


def _state(name: str, what: str) -> Tag:
    return Tag(name, f"Get whether {what} [flag]", period_s=0.1, stale_s=RF_STALE_S, kind="flag")


class CometCito(Device):
    """COMET cito Plus or Synertia RF generator."""

    protocol = "comet"
    point_to_point = True
    serial_format = "8E1"
    bauds = (115200,)  # manual 10.2.1: can be changed, to what is not public
    reply_timeout_s = 0.1  # manual 10.2.2: it answers within 50 ms
    options_model = CometOptions

    forward = _power("forward_power_w", "forward")
    reflected = _power("reflected_power_w", "reflected")
    load = _power("load_power_w", "load")
    on = _state("rf_on", "RF is on")
    requested = _state("rf_requested", "the generator has taken our request for RF on")
    reached = _state("rf_setpoint_reached", "the power has reached its setpoint")
    readback = Tag("rf_setpoint_readback_w", "Get power setpoint [W, 0..5000]", 0.0, MOST_W, period_s=0.5)
    levels = Tag("rf_levels_load_power", "Get whether it holds the load power [flag]", period_s=0.5, kind="flag")

    enable = Output("rf_enable", "Switch RF [flag]", safe=False, kind="flag", off_first=True)
    setpoint = Output(
        "load_power_setpoint_w", "Set load power [W, 0..max]", 0.0, 0.0, MOST_W, readback=(readback.name, SAME_W)
    )

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        limit_w = cast(CometOptions, options).max_power_w
        self.outputs[self.setpoint.name] = replace(self.setpoint, high=limit_w)
        self.asked_on = False  # RF, as last accepted
        self.asked_w = self.load_w = 0.0  # setpoint as last accepted, load power as last measured

    def identify(self) -> str:
        """RF off and its name; then load regulation and setpoint 0, each read back; RF must be off then."""
        self._switch(False)
        name = comet_shft.read(self.port, NAME, self.reply_timeout_s).decode("ascii", "replace").strip("\0 ")
        if not KNOWN.search(name):
            raise WrongDevice(f"generator says that it is {name!r}, neither a cito nor a Synertia; check its line")
        comet_shft.write_number(self.port, REGULATION, LOAD_REGULATION, self.reply_timeout_s)
        if (found := self._get(REGULATION)) != LOAD_REGULATION:
            raise WrongDevice(f"regulation reads back {found}, set was {LOAD_REGULATION} (load); is this a COMET?")
        self._set_power(0.0)
        if (state := self._get(STATE)) != STATE_OFF:
            raise WrongDevice(f"RF stays on (state {state}) although off was asked; open its interlock and look at it")
        return f"COMET {name}, setpoint is load power; it has no limit, time limit or watchdog that we know of"

    @poll(forward)
    def read_forward(self) -> Values:
        """Forward power."""
        return {"forward_power_w": self._get(FORWARD) / MW_PER_W}

    @poll(reflected)
    def read_reflected(self) -> Values:
        """Reflected power."""
        return {"reflected_power_w": self._get(REFLECTED) / MW_PER_W}

    @poll(load)
    def read_load(self) -> Values:
        """Power that reaches the load."""
        self.load_w = self._get(LOAD) / MW_PER_W
        return {"load_power_w": self.load_w}

    @poll(on, requested, reached)
    def read_state(self) -> Values:
        """Whether RF is on, and what follows from that."""
        is_on = self._get(STATE) != STATE_OFF
        close = abs(self.load_w - self.asked_w) <= max(TOLERANCE_W, TOLERANCE * self.asked_w)
        return {"rf_on": is_on, "rf_requested": self.asked_on, "rf_setpoint_reached": is_on and close}

    @poll(readback)
    def read_setpoint(self) -> Values:
        """Setpoint as the generator understood it."""
        return {"rf_setpoint_readback_w": self._get(SETPOINT) / MW_PER_W}

    @poll(levels)
    def read_regulation(self) -> Values:
        """Whether it still regulates the load power."""
        return {"rf_levels_load_power": self._get(REGULATION) == LOAD_REGULATION}

    def write(self, values: Mapping[str, Any]) -> None:
        """RF off first of all, RF on last of all, and only after the setpoint has read back as written."""
        if not values.get("rf_enable", True):
            self._switch(False)
        if "load_power_setpoint_w" in values:
            self._set_power(values["load_power_setpoint_w"])
        if values.get("rf_enable", False):
            self._switch(True)

    def _switch(self, on: bool) -> None:
        """RF on or off. What the state says right after it is for the polls: generators may take their time."""
        comet_shft.write_number(self.port, COMMAND, ON if on else OFF, self.reply_timeout_s)
        self._get(STATE)  # assumed: the command itself may be write-only; any answer proves that this is no echo
        self.asked_on = on

    def _set_power(self, watts: float) -> None:
        comet_shft.write_number(self.port, SETPOINT, round(watts * MW_PER_W), self.reply_timeout_s)
        found = self._get(SETPOINT) / MW_PER_W
        if abs(found - watts) > SAME_W:
            raise BadReply(f"the setpoint reads back {found:g} W, written was {watts:g} W; does somebody else set it?")
        self.asked_w = watts

    def _get(self, parameter: int) -> int:
        return comet_shft.read_number(self.port, parameter, self.reply_timeout_s)
