"""X-Y stage of Zaber axes on the ASCII protocol: packets, checksums, message ids, alerts, and the chain of devices.

Owns the line; devices and carriages are next door. ``axes`` of the table says which axis is x and which y, as pairs of
device and axis: ``[[1, 1], [1, 2]]`` is a controller with two (the default, with ``address`` as its device),
``[[1, 1], [2, 1]]`` two integrated stages in a chain; ``{ x = [1, 1], y = [2, 1] }`` says the same by name.
``microstep_um`` and ``travel_mm`` are of the carriages. Sources: zaber.com/wiki ASCII protocol; vendor test code and
mock (GitHub zabertech); Rust crate zproto (packets, checksum); captures of PyPI zaber-motion 10.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from re import compile as pattern
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator
from sim.devices.zaber_axis import Axis
from sim.devices.zaber_device import ZaberDevice
from sim.devices.zaber_settings import BAD_COMMAND, Reject
from sim.wiring import STAGE_AXES, Wiring

MICROSTEP_UM = 0.047625  # vendor test code: X-LSM series at resolution 64
TRAVEL_MM = 203.0  # assumed: X-LSM200A, long enough for a plate of 152 mm
LONGEST = 120  # assumed: more without an end is dropped
MOST_ALERTS = 20  # assumed: what a port keeps that nobody reads
REASONS = {1: "AGAIN", 2: "BADDATA", 3: "FULL", 4: "LOCKSTEP", 5: "REMOTE", 6: "INACTIVE"}  # numbers of the switch
HEAD = r"(?P<device>\d{1,2})(?: (?P<axis>\d{1,2})(?: (?P<id>[^A-Za-z ][^ ]*))?)?(?: |$)"
COMMAND = pattern(rf"(?:{HEAD})?(?P<words>.*)")
NO_REPLY = "--"  # assumed: a command with this id is done in silence


class ZaberStage(FramedEmulator):
    """The chain, two carriages in all."""

    latency_s: ClassVar[float] = 0.004  # assumed
    gap_s: ClassVar[float] = 1.0  # assumed: text may be typed by hand

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        steps_um = _of_each_axis(table.get("microstep_um", MICROSTEP_UM))
        travels_mm = _of_each_axis(table.get("travel_mm", TRAVEL_MM))
        places = _places(name, table.get("axes", [[self.address, 1], [self.address, 2]]))
        self.axes = {axis: Axis(axis, steps_um[axis] / 1000.0, travels_mm[axis]) for axis in STAGE_AXES}
        self.chain = _chain(name, {place: self.axes[axis] for axis, place in places.items()})
        self._alerts: list[bytes] = []

    def reboot(self, now: float) -> None:
        """Power cycle: carriages stay where they are, and nobody knows where that is."""
        self.forget_input()
        self._alerts.clear()
        for device in self.chain:
            device.reboot()

    def step(self, now: float, dt: float) -> None:
        """Move the carriages; while stuck they are jammed, and stay busy."""
        if self.stuck:
            return
        for device in self.chain:
            for axis in device.step(dt):
                if device.settings["comm.alert"]:
                    status, flags = device.state(axis)
                    self._alerts.append(_packet(device, f"!{device.number:02d} {axis} {status} {_first(flags)} "))
        for name, carriage in self.axes.items():
            self.wiring.commands.stage_mm[name] = carriage.place * carriage.microstep_mm
        self._show_targets()

    def _show_targets(self) -> None:
        for name, carriage in self.axes.items():
            end = carriage.travel if carriage.target > carriage.travel else max(0.0, carriage.target)
            self.wiring.commands.stage_target_mm[name] = end * carriage.microstep_mm

    def receive(self, data: bytes, now: float) -> bytes:
        """Alerts that came up since the line was last used (it carries bytes only then), and all replies."""
        *lines, rest = self.gather(data, now).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest if len(rest) <= LONGEST else b""
        alerts = self._alerts[-MOST_ALERTS:]
        self._alerts.clear()
        replies = [self._answer(line) for line in lines]
        self._show_targets()
        return b"".join([*alerts, *replies])

    def _answer(self, line: bytes) -> bytes:
        """The replies of all devices that a command means; silence for what is not one."""
        _, slash, text = line.decode("latin-1").partition("/")
        if not slash or not (text.isascii() and (text.isprintable() or not text)):
            return b""  # manual: any other character discards the command
        text, colon, check = text.partition(":")
        if colon and check != checksum(text):
            return b""  # assumed
        match = COMMAND.match(text)
        if match is None or (match["device"] is None and text[:1].isdigit()):
            return b""  # assumed: an address that nobody can have
        number, axis, id_ = int(match["device"] or 0), int(match["axis"] or 0), match["id"]
        words = match["words"].split()
        replies = []
        for place, device in enumerate(self.chain, 1):
            if number in (0, device.number):
                own = [*words, str(place)] if number == 0 and words == ["renumber"] else words
                replies.append(self._reply(device, axis, id_, own))
        return b"".join(replies)

    def _reply(self, device: ZaberDevice, axis: int, id_: str | None, words: list[str]) -> bytes:
        device.obeys = not self.ignore_writes
        known = id_ is None or id_ == NO_REPLY or (id_.isdecimal() and int(id_) <= 99)
        device.infos = []
        try:
            if not known:
                raise Reject("BADMESSAGEID")
            if self.refuse_with is not None:
                raise Reject(REASONS.get(self.refuse_with, BAD_COMMAND))
            result, data = "OK", device.serve(axis, words)
        except Reject as refusal:
            result, data = "RJ", refusal.reason
        if id_ == NO_REPLY:
            return b""
        status, flags = device.state(axis)
        head = f"{self.signed(device.number):02d} {axis} " + (f"{int(id_):02d} " if id_ is not None and known else "")
        said = [_packet(device, f"@{head}{result} {status} {_first(flags)} {data}")]
        return b"".join([*said, *(_packet(device, f"#{head}{info}") for info in device.infos)])


def checksum(text: str) -> str:
    """Two digits that make the sum of all bytes 0, modulo 256; without the first character of a packet."""
    return f"{-sum(text.encode('ascii')) & 0xFF:02X}"


def _packet(device: ZaberDevice, text: str) -> bytes:
    check = f":{checksum(text[1:])}" if device.settings["comm.checksum"] else ""
    return f"{text}{check}\r\n".encode("ascii")


def _first(flags: list[str]) -> str:
    return flags[0] if flags else "--"


def _of_each_axis(value: Any) -> dict[str, float]:
    """One number for both axes, or one for each."""
    each = value if isinstance(value, list) else [value] * len(STAGE_AXES)
    return {axis: float(number) for axis, number in zip(STAGE_AXES, each, strict=True)}


def _places(name: str, told: Any) -> dict[str, tuple[int, int]]:
    """Axis of the stage -> device and axis number."""
    try:
        pairs = told if isinstance(told, Mapping) else dict(zip(STAGE_AXES, told, strict=False))
        places = {axis: (int(pairs[axis][0]), int(pairs[axis][1])) for axis in STAGE_AXES}
    except (KeyError, IndexError, TypeError, ValueError):
        raise ValueError(f"{name}: axes must name a device and an axis for x and for y, not {told!r}") from None
    if len(set(places.values())) < len(places):
        raise ValueError(f"{name}: axes names one axis twice: {told!r}")
    return places


def _chain(name: str, axes: dict[tuple[int, int], Axis]) -> list[ZaberDevice]:
    """The devices in the order of their numbers, each with its axes from 1 on."""
    chain = []
    for number in sorted({device for device, _ in axes}):
        own = sorted((axis, carriage) for (device, axis), carriage in axes.items() if device == number)
        if not 1 <= number <= 99 or [axis for axis, _ in own] != list(range(1, len(own) + 1)):
            raise ValueError(f"{name}: axes of a device count from 1, and devices from 1 to 99: {sorted(axes)}")
        chain.append(ZaberDevice(name, number, [carriage for _, carriage in own]))
    return chain
