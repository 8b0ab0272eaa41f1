"""The settings of a Zaber device and its axes: who may read and write what, within which range.

A table and its access; what stands behind is the device's and the axis'. Sources: vendor firmware manuals as quoted by
public libraries, the setting table of freudenthal/ArduinoZaberMaster (GitHub), captures of PyPI zaber-motion.
"""

from __future__ import annotations

from collections.abc import Callable
from re import compile as pattern

from sim.devices.zaber_axis import ACCEL, DECEL, MOST_PER_RESOLUTION, Axis

INTEGER = pattern(r"-?\d{1,12}")
BAD_COMMAND, BAD_DATA, BAD_AXIS, DEVICE_ONLY = "BADCOMMAND", "BADDATA", "BADAXIS", "DEVICEONLY"
NO_ACCESS, BUSY, PARKED, DISABLED = "NOACCESS", "STATUSBUSY", "PARKED", "DRIVERDISABLED"
FAR = 2**31 - 1  # assumed: positions have 32 bits
BAUDS = (9600, 19200, 38400, 57600, 115200)  # manual
ADVANCED = frozenset({"driver.current.max", "limit.home.pos"})  # assumed: only with system.access 2


class Reject(Exception):
    """The device answers RJ with a reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def integer(text: str, low: int, high: int) -> int:
    """A whole number within low..high; BADDATA for anything else."""
    if not INTEGER.fullmatch(text) or not low <= int(text) <= high:
        raise Reject(BAD_DATA)
    return int(text)


def _speed_range(axis: Axis) -> tuple[int, int]:
    return 1, MOST_PER_RESOLUTION * axis.settings["resolution"]


#: settings that an axis keeps: name -> range
KEPT: dict[str, Callable[[Axis], tuple[int, int]]] = {
    "limit.min": lambda axis: (-FAR, axis.settings["limit.max"]),
    "limit.max": lambda axis: (axis.settings["limit.min"], FAR),
    "limit.home.pos": lambda axis: (-FAR, FAR),
    "limit.home.preset": lambda axis: (-FAR, FAR),
    "limit.approach.maxspeed": _speed_range,
    "maxspeed": _speed_range,
    ACCEL: lambda axis: (0, 2147483647),  # 0 is at once
    DECEL: lambda axis: (0, 2147483647),
    "resolution": lambda axis: (1, 256),
    "driver.current.run": lambda axis: (0, axis.settings["driver.current.max"]),
    "driver.current.hold": lambda axis: (0, axis.settings["driver.current.max"]),
    "driver.current.max": lambda axis: (0, 300),  # assumed
    "knob.enable": lambda axis: (0, 1),
}
AXIS_READ_ONLY: dict[str, Callable[[Axis], str]] = {
    "limit.home.triggered": lambda axis: str(int(axis.home_triggered)),
    "driver.temperature": lambda axis: "33.4" if axis.driver_on else "25.0",  # assumed
}
WHILE_AT_REST = frozenset({"pos", "resolution"})  # manual: some settings; assumed which


def read_axis(axis: Axis, name: str) -> str:
    """The text of one setting of an axis; BADCOMMAND if there is none."""
    if name == "pos":
        return str(axis.counter)
    if name == "accel":
        return str(axis.settings[ACCEL])
    if name in AXIS_READ_ONLY:
        return AXIS_READ_ONLY[name](axis)
    if name not in KEPT:
        raise Reject(BAD_COMMAND)
    return str(axis.settings[name])


def check_axis(axis: Axis, name: str, text: str, access: int) -> int:
    """Whether an axis would take this value; the value."""
    if name not in KEPT and name not in ("pos", "accel"):
        raise Reject(BAD_COMMAND)  # assumed for what can only be read
    if name in ADVANCED and access < 2:
        raise Reject(NO_ACCESS)
    if name in WHILE_AT_REST and axis.busy:
        raise Reject(BUSY)
    if name == "pos":
        if axis.parked:
            raise Reject(PARKED)
        return integer(text, -FAR, FAR)
    return integer(text, *KEPT[ACCEL if name == "accel" else name](axis))


def write_axis(axis: Axis, name: str, value: int) -> None:
    """Take a value that was checked."""
    if name == "pos":
        axis.define(value)
    elif name == "accel":
        axis.settings[ACCEL] = axis.settings[DECEL] = value
    elif name == "resolution":
        axis.rescale(value)
    else:
        axis.settings[name] = value


#: settings that a device keeps: name -> (range or choice, value as delivered)
DEVICE_KEPT: dict[str, tuple[tuple[int, ...], int]] = {
    "system.access": ((1, 2), 1),  # assumed: 1 normal, 2 advanced
    "system.led.enable": ((0, 1), 1),
    "comm.alert": ((0, 1), 0),  # assumed for firmware 7
    "comm.checksum": ((0, 1), 0),
    "comm.protocol": ((2,), 2),  # assumed: the text protocol, and no other
    "comm.rs232.baud": (BAUDS, 115200),  # kept; the line does not change
}
