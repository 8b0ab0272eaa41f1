"""One Zaber device with its axes: what each command does, and why it is rejected.

Owns commands, scopes and reject reasons. Knows no packets. A device with several axes is a controller (X-MCB2), one
with a single axis an integrated stage. Sources: vendor firmware manuals as quoted by public libraries, vendor mock and
test code (GitHub zabertech), captures of PyPI zaber-motion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

from sim.devices.zaber_axis import FLAGS, MOST_PER_RESOLUTION, RESOLUTION, STORED, Axis, factory_settings
from sim.devices.zaber_settings import (
    BAD_AXIS,
    BAD_COMMAND,
    BAD_DATA,
    BUSY,
    DEVICE_KEPT,
    DEVICE_ONLY,
    DISABLED,
    PARKED,
    Reject,
    check_axis,
    integer,
    read_axis,
    write_axis,
)

CONTROLLER_ID, STAGE_ID, PERIPHERAL_ID = 30222, 50105, 44122  # vendor mock and tests: X-MCB2, a linear stage, a stage
RESET_S = 0.5  # manual: from the reply to the reset
MOST_DATA = 2**31 - 1  # accel
Words = Sequence[str]


class ZaberDevice:
    """One address of the chain."""

    def __init__(self, name: str, number: int, axes: list[Axis]) -> None:
        self.number = number
        self.axes = axes
        self.integrated = len(axes) == 1
        self.serial = crc32(f"{name}.{number}".encode()) % 90000 + 10000
        self.settings = {name: start for name, (_, start) in DEVICE_KEPT.items()}
        self.storage: dict[tuple[int, str], str] = {}
        self.obeys = True  #: False: acknowledges without obeying
        self.resets_in_s: float | None = None
        self.infos: list[str] = []  # of the last command

    def reboot(self) -> None:
        """Power cycle: settings are kept."""
        self.resets_in_s = None
        for axis in self.axes:
            axis.power_up()

    def step(self, dt: float) -> list[int]:
        """Live for ``dt`` [s]; numbers of the axes whose movement ended."""
        if self.resets_in_s is not None:
            self.resets_in_s -= dt
            if self.resets_in_s < 1e-9:
                self.reboot()
        return [number for number, axis in enumerate(self.axes, 1) if axis.step(dt)]

    def scope(self, axis: int) -> list[Axis]:
        """Axes that an axis number means; BADAXIS for one too many."""
        if axis > len(self.axes):
            raise Reject(BAD_AXIS)
        return [self.axes[axis - 1]] if axis else self.axes

    def state(self, axis: int) -> tuple[str, list[str]]:
        """IDLE or BUSY, and the active flags, of one axis or of all."""
        meant = self.scope(axis) if axis <= len(self.axes) else self.axes
        active = {flag for each in meant for flag in each.flags()}
        if self.resets_in_s is not None:
            active.add("NU")
        return "BUSY" if any(each.busy for each in meant) else "IDLE", [flag for flag in FLAGS if flag in active]

    def serve(self, axis: int, words: Words) -> str:
        """Do what the words say; the data of the reply. Rejects what it cannot do."""
        self.infos = []
        meant = self.scope(axis)
        if not words:
            return "0"
        command = COMMANDS.get(words[0])
        if command is None:
            raise Reject(BAD_COMMAND)
        if words[0] in DEVICE_COMMANDS and axis:
            raise Reject(DEVICE_ONLY)
        return command(self, axis, meant, words[1:])

    # --- movements ----------------------------------------------------------------------------------------

    def home(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Look for the home sensor."""
        _no_more(words)
        return self._all(meant, Axis.home)

    def move(self, axis: int, meant: list[Axis], words: Words) -> str:
        """To a place, by a way, at a speed, to an end, to a stored place."""
        how, *rest = _some(words)
        if how in ("min", "max"):
            _no_more(rest)
        elif how not in ("abs", "rel", "vel", "stored"):
            raise Reject(BAD_COMMAND)
        orders = [_order(each, how, rest) for each in meant]  # all or none
        _ready(meant)
        if self.obeys:
            for each, order in zip(meant, orders, strict=True):
                order(each)
        return "0"

    def stop(self, axis: int, meant: list[Axis], words: Words) -> str:
        """With the ramp."""
        _no_more(words)
        return self._obey(meant, Axis.stop)

    def estop(self, axis: int, meant: list[Axis], words: Words) -> str:
        """At once."""
        _no_more(words)
        return self._obey(meant, Axis.halt)

    def driver(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Motor current on or off."""
        if list(words) not in (["enable"], ["disable"]):
            raise Reject(BAD_COMMAND)
        return self._obey(meant, lambda each: each.switch(words[0] == "enable"))

    def _all(self, meant: list[Axis], order: Callable[[Axis], None]) -> str:
        _ready(meant)
        return self._obey(meant, order)

    def _obey(self, meant: list[Axis], order: Callable[[Axis], None]) -> str:
        if self.obeys:
            for each in meant:
                order(each)
        return "0"

    # --- settings and flags -------------------------------------------------------------------------------

    def get(self, axis: int, meant: list[Axis], words: Words) -> str:
        """One setting; of all axes if it is one of theirs and none is named."""
        if len(words) != 1:
            raise Reject(BAD_COMMAND)
        (name,) = words
        if name in self.settings or name in DEVICE_READ_ONLY:
            if axis:
                raise Reject(DEVICE_ONLY)
            return str(self.settings[name]) if name in self.settings else DEVICE_READ_ONLY[name](self)
        if name in PERIPHERAL and not self.integrated:
            return " ".join(PERIPHERAL[name](self, each) for each in meant)
        return " ".join(read_axis(each, name) for each in meant)

    def set(self, axis: int, meant: list[Axis], words: Words) -> str:
        """One setting, of all axes that are meant."""
        if len(words) != 2:
            raise Reject(BAD_COMMAND)
        name, text = words
        if name == "comm.address" or name in self.settings:
            if axis:
                raise Reject(DEVICE_ONLY)
            return self.renumber(axis, meant, [text]) if name == "comm.address" else self._set_own(name, text)
        values = [check_axis(each, name, text, self.settings["system.access"]) for each in meant]
        for each, value in zip(meant, values, strict=True):
            if self.obeys:
                write_axis(each, name, value)
        return "0"

    def _set_own(self, name: str, text: str) -> str:
        choice = DEVICE_KEPT[name][0]
        value = integer(text, min(choice), max(choice))
        if value not in choice:
            raise Reject(BAD_DATA)
        if self.obeys:
            self.settings[name] = value
        return "0"

    def warnings(self, axis: int, meant: list[Axis], words: Words) -> str:
        """The active flags, with their number; cleared afterwards if asked."""
        if list(words) not in ([], ["clear"]):
            raise Reject(BAD_COMMAND)
        active = self.state(axis)[1]
        if words:
            self._obey(meant, Axis.clear)
        return " ".join([f"{len(active):02d}", *active])

    # --- tools and the rest -------------------------------------------------------------------------------

    def tools(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Parking, stored positions, echo."""
        what, *rest = _some(words)
        if what == "echo":
            if axis:
                raise Reject(DEVICE_ONLY)
            return " ".join(rest) or "0"
        if what == "parking" and rest in (["park"], ["unpark"]):
            if any(each.busy for each in meant):
                raise Reject(BUSY)
            return self._obey(meant, lambda each: setattr(each, "parked", rest[0] == "park"))
        if what == "storepos" and 1 <= len(rest) <= 2:
            return self._store(meant, *rest)
        raise Reject(BAD_COMMAND)

    def _store(self, meant: list[Axis], number: str, text: str = "") -> str:
        slot = integer(number, 1, STORED) - 1
        if not text:
            return " ".join(str(each.stored[slot]) for each in meant)
        places = [each.counter if text == "current" else _place(each, text) for each in meant]
        for each, place in zip(meant, places, strict=True):
            if self.obeys:
                each.stored[slot] = place
        return "0"

    def renumber(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Another address; the reply comes from it already (assumed)."""
        if len(words) != 1:
            raise Reject(BAD_COMMAND)
        number = integer(words[0], 1, 99)
        if any(each.busy for each in self.axes):
            raise Reject(BUSY)
        if self.obeys:
            self.number = number
        return "0"

    def system(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Reset, or settings as delivered."""
        if list(words) == ["reset"]:
            self.resets_in_s = RESET_S if self.obeys else None
        elif list(words) == ["restore"]:
            if any(each.busy for each in self.axes):
                raise Reject(BUSY)
            if self.obeys:
                self.settings = {name: start for name, (_, start) in DEVICE_KEPT.items()}
                for each in self.axes:
                    each.rescale(RESOLUTION)
                    each.settings = factory_settings(round(each.travel))
        else:
            raise Reject(BAD_COMMAND)
        return "0"

    def store(self, axis: int, meant: list[Axis], words: Words) -> str:
        """Texts kept under a key, of the device or of an axis."""
        of_axis = list(words[:1]) == ["axis"]
        what, key, *text = [*words[of_axis:], "", ""]
        place = (axis if of_axis else 0, key)
        if what == "set" and key and any(text):
            if self.obeys:
                self.storage[place] = " ".join(text).strip()
        elif what in ("get", "erase") and key and not any(text):
            if place not in self.storage:
                raise Reject(BAD_DATA)
            return self.storage[place] if what == "get" else self._erase(place)
        else:
            raise Reject(BAD_COMMAND)
        return "0"

    def _erase(self, place: tuple[int, str]) -> str:
        if self.obeys:
            del self.storage[place]
        return "0"

    def help(self, axis: int, meant: list[Axis], words: Words) -> str:
        """A line of information for each command."""
        _no_more(words)
        self.infos = sorted(COMMANDS)
        return "0"


def _order(axis: Axis, how: str, rest: Words) -> Callable[[Axis], None]:
    """What a movement asks of one axis; BADDATA if it leads beyond the limits, or without a reference (assumed)."""
    low, high = axis.settings["limit.min"], axis.settings["limit.max"]
    if how not in ("rel", "vel") and not axis.referenced:
        raise Reject(BAD_DATA)
    if how in ("min", "max"):
        return lambda each: each.go(high if how == "max" else low)
    if not rest or len(rest) > {"stored": 1, "vel": 2}.get(how, 3):
        raise Reject(BAD_COMMAND)
    fastest = MOST_PER_RESOLUTION * axis.settings["resolution"]
    speed = integer(rest[1], 1, fastest) if len(rest) > 1 and how != "vel" else None
    accel = integer(rest[-1], 0, MOST_DATA) if len(rest) > (1 if how == "vel" else 2) else None
    if how == "vel":
        velocity = integer(rest[0], -fastest, fastest)
        return (lambda each: each.run(velocity, accel)) if velocity else Axis.stop
    if how == "stored":
        place = axis.stored[integer(rest[0], 1, STORED) - 1]
        place = integer(str(place), low, high)
    elif how == "abs":
        place = integer(rest[0], low, high)
    else:
        place = axis.counter + integer(rest[0], low - axis.counter, high - axis.counter)
    return lambda each: each.go(place, speed, accel)


def _place(axis: Axis, text: str) -> int:
    return integer(text, axis.settings["limit.min"], axis.settings["limit.max"])


def _ready(meant: list[Axis]) -> None:
    if any(each.parked for each in meant):
        raise Reject(PARKED)
    if not all(each.driver_on for each in meant):
        raise Reject(DISABLED)


def _no_more(words: Words) -> None:
    if words:
        raise Reject(BAD_COMMAND)


def _some(words: Words) -> Words:
    if not words:
        raise Reject(BAD_COMMAND)
    return words


Command = Callable[[ZaberDevice, int, list[Axis], Words], str]
COMMANDS: dict[str, Command] = {
    "home": ZaberDevice.home, "move": ZaberDevice.move, "stop": ZaberDevice.stop, "estop": ZaberDevice.estop,
    "driver": ZaberDevice.driver, "get": ZaberDevice.get, "set": ZaberDevice.set, "warnings": ZaberDevice.warnings,
    "tools": ZaberDevice.tools, "renumber": ZaberDevice.renumber, "system": ZaberDevice.system,
    "storage": ZaberDevice.store, "help": ZaberDevice.help,
}  # fmt: skip
DEVICE_COMMANDS = frozenset({"renumber", "system", "help"})
DEVICE_READ_ONLY: dict[str, Callable[[ZaberDevice], str]] = {
    "deviceid": lambda device: str(STAGE_ID if device.integrated else CONTROLLER_ID),
    "device.id": lambda device: str(STAGE_ID if device.integrated else CONTROLLER_ID),
    "system.serial": lambda device: str(device.serial),
    "version": lambda _: "7.33",
    "version.build": lambda _: "14091",
    "system.axiscount": lambda device: str(len(device.axes)),
    "system.voltage": lambda _: "48.1",  # assumed
    "system.temperature": lambda _: "33.4",  # assumed
    "comm.address": lambda device: str(device.number),
    "device.hw.modified": lambda _: "0",
    "comm.command.packets.max": lambda _: "1",  # assumed, as the next two: no packet is continued
    "comm.word.size.max": lambda _: "50",
    "comm.packet.size.max": lambda _: "80",
}
PERIPHERAL: dict[str, Callable[[ZaberDevice, Axis], str]] = {  # of a controller; an integrated stage knows none of them
    "peripheralid": lambda _, axis: str(PERIPHERAL_ID),
    "peripheral.id": lambda _, axis: str(PERIPHERAL_ID),
    "peripheral.serial": lambda device, axis: str(device.serial + 1 + device.axes.index(axis)),
    "peripheral.hw.modified": lambda _, axis: "0",
}
