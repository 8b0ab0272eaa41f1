"""RF generator: Advanced Energy / Dressler CESAR on the AE Bus, with its integrated match.

Switches RF off whenever it identifies a generator. The generator has no communications watchdog: RF also falls with
`rf_permit` on the watched I/O, and with the RF-on time limit, which for that reason outlives our lease.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field

from drivers import ae_bus
from drivers.device import Device, Options, Port, Values, WrongDevice, poll
from drivers.tags import Output, Tag

# Commands: manuals CESAR 1312 and 13150; match positions: two independent drivers.
RF_OFF, RF_ON, REGULATION, FORWARD_LIMIT, REFLECTED_LIMIT, SETPOINT, TIME_LIMIT = 1, 2, 3, 4, 5, 8, 10
MATCH_MODE, CONTROL_MODE, MOVE_LOAD, MOVE_TUNE = 13, 14, 112, 122
TYPE, SIZE, GET_REGULATION, GET_CONTROL_MODE, STATUS, GET_SETPOINT = 128, 129, 154, 155, 162, 164
FORWARD, REFLECTED, LOAD, DC_BIAS, GET_FORWARD_LIMIT, GET_REFLECTED_LIMIT, POSITIONS = 165, 166, 167, 168, 169, 170, 175
HOST, LOAD_REGULATION = 2, 7
# Status 162, as byte.bit of the manual.
INTERLOCK_OPEN, OVER_TEMPERATURE, FAULT = (1, 7), (1, 3), (3, 5)
OUTPUT_ON, REQUESTED, OUT_OF_TOLERANCE, OUT_OF_SETPOINT = (0, 5), (0, 6), (0, 7), (2, 5)
NAME = "CESAR"  # of type 128: a client that was tried on a real one makes it CESAR_1312 with the size
#: Size 129. assumed: it is in watts, or the number of the type: 136 and 1312 have 13 MHz, 600 W and 1200 W
SIZE_TEXT = re.compile(r"0*(13(\d\d?)|\d+)", re.ASCII)
WATT = 1.0  # its setpoint is in whole watts
POSITION_LIMITS = (4.0, 96.0)  # drivers [Q][E]: 40..960 in 0.1 %
RF_STALE_S = 0.5  # DESIGN section 2: RF-critical tags
MOST_W = 5000.0  # assumed: above any CESAR; the limit of this tool is max_power_w


class CesarOptions(Options):
    """``max_power_w``: forward limit set in the generator [W]; ``max_reflected_w``: reflected limit [W]."""

    max_power_w: float = Field(gt=0.0, le=MOST_W)
    max_reflected_w: float = Field(gt=0.0, le=MOST_W)


def _power(name: str, what: str) -> Tag:
    return Tag(name, f"Measure {what} power [W, 0..5000]", 0.0, MOST_W, period_s=0.05, stale_s=RF_STALE_S)


def _state(name: str, what: str) -> Tag:
    return Tag(name, f"Get whether {what} [flag]", period_s=0.1, stale_s=RF_STALE_S, kind="flag")


def _position(name: str, what: str) -> Output:
    return Output(name, f"Set position of the {what} capacitor, match in manual [%, 4..96]", None, *POSITION_LIMITS)


class Cesar(Device):
    """Advanced Energy CESAR RF generator with integrated match."""

    protocol = "ae-bus"
    serial_format = "8O1"
    bauds = (9600, 19200, 38400, 57600, 115200)  # manual: 9600 to 115200 Bd
    addresses = (1, 31)
    reply_timeout_s = 0.1  # assumed: answer time is not documented; inter-byte time-out is 20 ms
    options_model = CesarOptions

    forward = _power("forward_power_w", "forward")
    reflected = _power("reflected_power_w", "reflected")
    load = _power("load_power_w", "load")
    on = _state("rf_on", "RF is on")
    requested = _state("rf_requested", "RF on is requested")
    interlock = _state("rf_interlock_closed", "the generator's interlock is closed")
    fault = _state("rf_fault", "the generator reports a fault")
    hot = _state("rf_over_temperature", "the generator is too hot")
    remote = Tag("rf_remote", "Get whether the generator obeys us [flag]", period_s=0.5, kind="flag")
    reached = _state("rf_setpoint_reached", "the power has reached its setpoint")
    bias = Tag("dc_bias_v", "Measure DC self-bias [V, 0..5000]", 0.0, 5000.0, period_s=0.1, stale_s=RF_STALE_S)
    load_position = Tag("load_position_pct", "Measure load capacitor position [%, 0..100]", 0.0, 100.0, period_s=0.2)
    tune_position = Tag("tune_position_pct", "Measure tune capacitor position [%, 0..100]", 0.0, 100.0, period_s=0.2)
    readback = Tag("rf_setpoint_readback_w", "Get power setpoint [W, 0..5000]", 0.0, MOST_W, period_s=0.5)

    enable = Output("rf_enable", "Switch RF [flag]", safe=False, kind="flag", off_first=True)
    setpoint = Output(
        "load_power_setpoint_w", "Set load power [W, 0..5000]", 0.0, 0.0, MOST_W, readback=(readback.name, WATT)
    )
    # safe None: a dead controller must not lengthen the limit that is to switch its RF off
    time_limit = Output("rf_time_limit_s", "Set longest RF-on time [s, 1..3600]", None, 1.0, 3600.0)
    match_auto = Output("match_auto", "Switch automatic matching [flag]", safe=True, kind="flag")
    load_move = _position("load_position_setpoint_pct", "load")
    tune_move = _position("tune_position_setpoint_pct", "tune")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(CesarOptions, options)
        self.limits_w = (round(own.max_power_w), round(own.max_reflected_w))
        self.manual = False  # match, as last written
        self.positions: dict[str, float] = {}  # as last asked; sent when the match is in manual

    def identify(self) -> str:
        """RF off and who it is; then host control, load regulation and both limits, each read back."""
        self._do(RF_OFF)
        self.manual = False
        kind, size = (_words(self._get(command, 5)) for command in (TYPE, SIZE))
        if NAME not in kind.upper():
            raise WrongDevice(f"generator says that it is {kind!r} {size!r}, not a {NAME}; check its line and address")
        if (most := highest_w(size)) is not None and most < self.limits_w[0]:
            raise WrongDevice(f"{NAME} {size} has {most} W, the machine file says {self.limits_w[0]}")
        self._do(CONTROL_MODE, bytes((HOST,)))
        self._do(REGULATION, bytes((LOAD_REGULATION,)))
        self._confirm("control mode", self._get(GET_CONTROL_MODE, 1)[0], HOST)
        self._confirm("regulation mode", self._get(GET_REGULATION, 1)[0], LOAD_REGULATION)
        for limit, command, readback in zip(
            self.limits_w, (FORWARD_LIMIT, REFLECTED_LIMIT), (GET_FORWARD_LIMIT, GET_REFLECTED_LIMIT), strict=True
        ):
            self._do(command, struct.pack("<H", limit))
            self._confirm(f"limit (command {command})", self._word(readback), limit)
        return f"CESAR {kind} {size}, limits {self.limits_w[0]} W forward, {self.limits_w[1]} W reflected"

    @poll(forward)
    def read_forward(self) -> Values:
        """Forward power."""
        return {"forward_power_w": float(self._word(FORWARD))}

    @poll(reflected)
    def read_reflected(self) -> Values:
        """Reflected power."""
        return {"reflected_power_w": float(self._word(REFLECTED))}

    @poll(load)
    def read_load(self) -> Values:
        """Power that reaches the load."""
        return {"load_power_w": float(self._word(LOAD))}

    @poll(on, requested, interlock, fault, hot, reached)
    def read_status(self) -> Values:
        """Status word, bits named."""
        status = self._get(STATUS, 4)
        is_on = _bit(status, OUTPUT_ON)
        off_target = _bit(status, OUT_OF_TOLERANCE) or _bit(status, OUT_OF_SETPOINT)
        return {
            "rf_on": is_on,
            "rf_requested": _bit(status, REQUESTED),
            "rf_interlock_closed": not _bit(status, INTERLOCK_OPEN),
            "rf_fault": _bit(status, FAULT),
            "rf_over_temperature": _bit(status, OVER_TEMPERATURE),
            "rf_setpoint_reached": is_on and not off_target,
        }

    @poll(bias)
    def read_bias(self) -> Values:
        """DC self-bias."""
        return {"dc_bias_v": float(self._word(DC_BIAS))}  # assumed: 1 V a count

    @poll(load_position, tune_position)
    def read_positions(self) -> Values:
        """Capacitor positions of the match."""
        load, tune = struct.unpack("<HH", self._get(POSITIONS, 4))
        return {"load_position_pct": load / 10.0, "tune_position_pct": tune / 10.0}

    @poll(readback, remote)
    def read_setpoint(self) -> Values:
        """Setpoint as the generator understood it, and whether it still takes it from us."""
        watts, _mode = struct.unpack("<HB", self._get(GET_SETPOINT, 3))
        return {"rf_setpoint_readback_w": float(watts), "rf_remote": self._get(GET_CONTROL_MODE, 1)[0] == HOST}

    def write(self, values: Mapping[str, Any]) -> None:
        """RF off first of all, RF on last of all."""
        if not values.get("rf_enable", True):
            self._do(RF_OFF)
        if "rf_time_limit_s" in values:
            self._do(TIME_LIMIT, struct.pack("<H", max(1, round(values["rf_time_limit_s"]))))
        if "load_power_setpoint_w" in values:
            self._do(SETPOINT, struct.pack("<H", round(values["load_power_setpoint_w"])))
        self._write_match(values)
        if values.get("rf_enable", False):
            self._do(RF_ON)

    def _write_match(self, values: Mapping[str, Any]) -> None:
        """Mode and positions; positions wait until the match is in manual."""
        wanted = {key: values[key] for key in (self.load_move.name, self.tune_move.name) if key in values}
        self.positions.update(wanted)
        if "match_auto" in values:
            auto = bool(values["match_auto"])
            self._do(MATCH_MODE, bytes((auto,)))
            if self.manual == auto:  # it was the other way round
                wanted = self.positions
            self.manual = not auto
        if self.manual:
            for key, percent in wanted.items():
                command = MOVE_LOAD if key == self.load_move.name else MOVE_TUNE
                self._do(command, struct.pack("<H", round(percent * 10.0)))

    def _do(self, command: int, data: bytes = b"") -> None:
        ae_bus.execute(self.port, self.address, command, data, self.reply_timeout_s)

    def _get(self, command: int, size: int) -> bytes:
        return ae_bus.report(self.port, self.address, command, size, self.reply_timeout_s)

    def _word(self, command: int) -> int:
        return int.from_bytes(self._get(command, 2), "little")

    def _confirm(self, what: str, found: int, asked: int) -> None:
        if found != asked:
            raise WrongDevice(f"{what} reads back {found}, set was {asked}; is this a CESAR with this power range?")


def highest_w(size: str) -> int | None:
    """Power [W] that a generator of this size has at most; None when its size is no number."""
    match = SIZE_TEXT.fullmatch(size)
    return max(int(match[1]), 100 * int(match[2] or 0)) if match else None


def _words(data: bytes) -> str:
    """Text of a generator for people."""
    return data.decode("ascii", "replace").strip("\0 ")


def _bit(status: bytes, place: tuple[int, int]) -> bool:
    byte, bit = place
    return bool(status[byte] >> bit & 1)
