"""Gauge controller Pfeiffer TPG 361/362/366: mnemonics, ACK/NAK, ENQ.

Owns the dialogue, units, switched sensors, switching-function settings, identity; what is only kept is in the table
next door. Channels come from the table: names with
"wide" are the wide-range gauge, with "guard" the capacitance gauge, "" is an empty plug. One or two names make a 361
or a 362; more make a 366, which has six plugs whatever is in them. Source: BG 5510, manuals of TPG 261, VGC 501, 502.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, log10
from re import split
from typing import Any, ClassVar
from zlib import crc32

from sim.devices.framing import FramedEmulator, bounded
from sim.devices.tpg36x_settings import KEPT, LINEAR_CAL
from sim.wiring import Wiring

ENQ, ETX = "\x05", "\x03"
ACK_LINE, NAK_LINE = b"\x06\r\n", b"\x15\r\n"
HARDWARE, PARAMETER, SYNTAX = 100, 10, 1  # manual: digits of the error word (1000: controller)
UNITS = (0.01, 0.00750062, 1.0, 7.50062, 0.01)  # manual: mbar, Torr, Pa, micron, hPa per Pa
VOLT = 5  # manual: the sensor's voltage
OK, UNDER, OVER, SENSOR_ERROR, SENSOR_OFF, NO_SENSOR = range(6)  # manual: measurement status
WIDE_PA = (1e-7, 1.2e5)  # assumed: PKR class, from its lowest reading to a little above atmosphere
GUARD_PA = (1e-4 * 133.0, 133.0)  # assumed: 1 Torr capacitance gauge, under-range below 1e-4 of full scale
EMPTY_PA = 2.0  # manual TPG 261 p. 72: without a sensor 5,2.0000E-2 [mbar]
EMPTY = "noSEn"  # manual VGC 401 p. 62: identification without a sensor
FEW, MANY = 2, 6  #: plugs of the small controllers at most, and of the 366
FIRMWARE, HARDWARE_VERSION = "010300", "010100"  # assumed; form as in BG 5510
#: plugs -> type and part number. BG 5510 p. 2; the 366's from a public client that was written from BG 5511
MODELS = {1: ("TPG361", "PTG28040"), 2: ("TPG362", "PTG28290"), MANY: ("TPG366", "PTG28770")}
SENSOR_FAULT = 9  # manual TPG 261 p. 75: error of gauge 1; gauge 2 is 11; assumed: and so on
LONGEST = 80


class TpgError(Exception):
    """The controller answers NAK and sets digits of its error word."""

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self.digits = digits


class Channel:
    """One gauge head."""

    def __init__(self, device: str, name: str) -> None:
        if name and "wide" not in name and "guard" not in name:
            raise ValueError(f"{device}: no gauge for the channel {name!r}; want a name with 'wide' or 'guard'")
        self.kind = "PKR" if "wide" in name else "CMR" if name else EMPTY
        self.wide = "wide" in name
        self.low_pa, self.high_pa = WIDE_PA if self.wide else GUARD_PA
        self.on = True

    def read(self, wiring: Wiring, unit: int) -> str:
        """Status and value as on the wire, ``s,sx.xxxxEsxx``."""
        if self.kind == EMPTY:
            return f"{NO_SENSOR},{EMPTY_PA * UNITS[unit] if unit != VOLT else 0.0:+.4E}"
        sensors = wiring.sensors
        pressure = sensors.wide_gauge_pa if self.wide else sensors.guard_gauge_pa
        if not self.on or isnan(pressure):
            return f"{SENSOR_ERROR if self.on else SENSOR_OFF},{0.0:+.4E}"
        status = OK
        if not self.low_pa <= pressure < self.high_pa:
            status = UNDER if pressure < self.low_pa else OVER
            pressure = bounded(pressure, -self.high_pa, self.high_pa)
        value = pressure * UNITS[unit] if unit != VOLT else self._volts(pressure)
        return f"{status},{value:+.4E}"

    def switched(self) -> str:
        """SEN: 1 off, 2 on; 0 where nothing can be switched (assumed for an empty plug)."""
        return "0" if self.kind == EMPTY else "2" if self.on else "1"

    def _volts(self, pressure: float) -> float:
        if self.wide:
            return 6.8 + 0.6 * log10(max(pressure, WIDE_PA[0]) / 100.0)  # assumed: PKR, 0.6 V per decade
        return 10.0 * pressure / GUARD_PA[1]


class Tpg36x(FramedEmulator):
    """The controller with its gauges."""

    latency_s: ClassVar[float] = 0.004  # assumed
    gap_s: ClassVar[float] = 1.0  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        names = [str(channel) for channel in table.get("channels", [])]
        if len(names) > MANY:
            raise ValueError(f"{name}: {len(names)} channels; the largest controller has {MANY}")
        large = len(names) > FEW
        self.channels = [Channel(name, channel) for channel in [*names, *[""] * (MANY - len(names) if large else 0)]]
        self.unit = 0
        self.stream_period = 1
        self.errors = 0
        functions = SWITCHING if large else SWITCHING[:4]
        self.kept = {key: [each.default] * (len(self.channels) if each.each else 1) for key, each in KEPT.items()}
        self.serial = f"{crc32(name.encode()) % 10**8:08d}"
        self.switching = dict.fromkeys(functions, (1, 1e-2, 1e-1))  # assumed: channel, lower, upper
        self._mnemonic = "PRX"  # what ENQ transmits

    def reboot(self, now: float) -> None:
        """Power cycle: errors and the last mnemonic are forgotten; unit and switching functions are kept."""
        self.forget_input()
        self.errors = 0
        self._mnemonic = "PRX"
        for channel in self.channels:
            channel.on = True

    def receive(self, data: bytes, now: float) -> bytes:
        """Mnemonics end with CR; ENQ and ETX act wherever they come; LF is ignored."""
        if data == b"\x05" and not self._rest:
            return self._transmit()
        answer = b""
        *parts, rest = split("([\r\x03\x05])", self.gather(data, now).decode("latin-1").replace("\n", ""))
        for text, end in zip(parts[::2], parts[1::2], strict=True):
            if end == ENQ:
                answer += self._transmit()
            elif end == "\r" and text:
                answer += self._take(text)
        self._rest = rest[:LONGEST].encode("latin-1")
        return answer

    def _take(self, text: str) -> bytes:
        try:
            if self.refuse_with is not None:
                raise TpgError(self.refuse_with)
            name, *parameters = text.split(",")
            self._set(name, parameters)
        except TpgError as refusal:
            self.errors = refusal.digits
            self._mnemonic = "ERR"
            return NAK_LINE
        self._mnemonic = name
        return ACK_LINE + self._transmit() if name == "COM" else ACK_LINE

    def _set(self, name: str, parameters: list[str]) -> None:
        if name not in TRANSMITTED or (name in PRESSURES and PRESSURES.index(name) >= len(self.channels)):
            raise TpgError(SYNTAX)
        if name in SWITCHING and name not in self.switching:
            raise TpgError(SYNTAX)
        if parameters:
            if name not in SETTINGS:
                raise TpgError(SYNTAX)
            SETTINGS[name](self, name, parameters)

    def _transmit(self) -> bytes:
        return TRANSMITTED[self._mnemonic](self, self._mnemonic).encode("ascii") + b"\r\n"

    # --- what is transmitted ------------------------------------------------------------------------------

    def pressure(self, name: str) -> str:
        """PR1..PR6."""
        return self.channels[PRESSURES.index(name)].read(self.wiring, self.unit)

    def pressures(self, name: str) -> str:
        """PRX, and each line of COM."""
        wiring, unit = self.wiring, self.unit
        return ",".join([channel.read(wiring, unit) for channel in self.channels])

    def error_word(self, name: str) -> str:
        """ERR: four digits, cleared by reading."""
        errors, self.errors = self.errors, 0
        return f"{errors:04d}"

    def identity(self, name: str) -> str:
        """AYT: type, model number, serial number, firmware, hardware (VGC 50x manual p. 97)."""
        model, part = MODELS.get(len(self.channels), MODELS[1])
        return f"{model},{part},{self.serial},{FIRMWARE},{HARDWARE_VERSION}"

    def faults(self, name: str) -> str:
        """RES: the errors that are present, 0 for none."""
        states = [channel.read(self.wiring, self.unit)[0] for channel in self.channels]
        present = [SENSOR_FAULT + 2 * at for at, state in enumerate(states) if state == str(SENSOR_ERROR)]
        return ",".join(map(str, present)) or "0"

    def setting(self, name: str) -> str:
        """What is only kept: one value a channel, or one for the controller."""
        return ",".join(self.kept[name])

    def switching_function(self, name: str) -> str:
        """SP1..SP4, of the 366 SP1..SP6: channel, lower and upper threshold."""
        channel, lower, upper = self.switching[name]
        return f"{channel},{lower:.4E},{upper:.4E}"

    # --- what can be set ----------------------------------------------------------------------------------

    def set_unit(self, name: str, parameters: list[str]) -> None:
        """UNI,n."""
        unit = _one_of(parameters, range(6))
        if not self.ignore_writes:
            self.unit = unit

    def set_stream(self, name: str, parameters: list[str]) -> None:
        """COM,n: 0 100 ms, 1 1 s, 2 1 min. Only the first line of the stream is sent."""
        self.stream_period = _one_of(parameters, range(3))

    def set_sensors(self, name: str, parameters: list[str]) -> None:
        """SEN,a,b or SEN,a,b,c,d,e,f: 0 no change, 1 off, 2 on."""
        if len(parameters) != len(self.channels):
            raise TpgError(PARAMETER)
        states = [_one_of([parameter], range(3)) for parameter in parameters]
        for channel, state in zip(self.channels, states, strict=True):
            if state and not self.ignore_writes:
                channel.on = state == 2

    def reset(self, name: str, parameters: list[str]) -> None:
        """RES,1 cancels the error; one that persists stands in the list all the same."""
        _one_of(parameters, range(1, 2))
        self.errors = 0

    def keep(self, name: str, parameters: list[str]) -> None:
        """A setting of the table."""
        setting = KEPT[name]
        if len(parameters) != len(self.kept[name]):
            raise TpgError(PARAMETER)
        try:
            taken = [setting.taken(parameter) for parameter in parameters]
        except ValueError:
            raise TpgError(PARAMETER) from None
        if name == "CAL":
            for channel, factor in zip(self.channels, taken, strict=True):
                if channel.kind == "CMR" and not LINEAR_CAL[0] <= float(factor) <= LINEAR_CAL[1]:
                    raise TpgError(PARAMETER)
        if not self.ignore_writes:
            self.kept[name] = taken

    def set_switching(self, name: str, parameters: list[str]) -> None:
        """SP1,channel,lower,upper."""
        if len(parameters) != 3:
            raise TpgError(PARAMETER)
        try:
            channel, lower, upper = int(parameters[0]), float(parameters[1]), float(parameters[2])
        except ValueError:
            raise TpgError(PARAMETER) from None
        if not (1 <= channel <= len(self.channels) and 0.0 < lower <= upper < 1e9):
            raise TpgError(PARAMETER)
        if not self.ignore_writes:
            self.switching[name] = (channel, lower, upper)


def _one_of(parameters: list[str], allowed: range) -> int:
    if len(parameters) != 1 or parameters[0] not in map(str, allowed):
        raise TpgError(PARAMETER)
    return int(parameters[0])


PRESSURES = tuple(f"PR{n}" for n in range(1, 7))
SWITCHING = tuple(f"SP{n}" for n in range(1, 7))  # assumed: six of the 366, as it has plugs
TRANSMITTED: dict[str, Callable[[Tpg36x, str], str]] = {
    **dict.fromkeys(PRESSURES, Tpg36x.pressure),
    "PRX": Tpg36x.pressures,
    "COM": Tpg36x.pressures,
    "ERR": Tpg36x.error_word,
    "UNI": lambda tpg, _: str(tpg.unit),
    "TID": lambda tpg, _: ",".join(channel.kind for channel in tpg.channels),
    "SEN": lambda tpg, _: ",".join(channel.switched() for channel in tpg.channels),
    "PNR": lambda *_: FIRMWARE,
    "AYT": Tpg36x.identity,
    "RES": Tpg36x.faults,
    **dict.fromkeys(KEPT, Tpg36x.setting),
    **dict.fromkeys(SWITCHING, Tpg36x.switching_function),
}
SETTINGS: dict[str, Callable[[Tpg36x, str, list[str]], None]] = {
    "UNI": Tpg36x.set_unit,
    "COM": Tpg36x.set_stream,
    "SEN": Tpg36x.set_sensors,
    "RES": Tpg36x.reset,
    **dict.fromkeys(KEPT, Tpg36x.keep),
    **dict.fromkeys(SWITCHING, Tpg36x.set_switching),
}
