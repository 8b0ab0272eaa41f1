"""Gauge controller MKS 937B: ``@aaaCMD?;FF`` and ``@aaaCMD!value;FF``, six channels, twelve relays.

Owns the dialogue, units, power of the heads, and the settings behind it; the relays are next door. ``channels`` of the
table says which head is in which plug: ``{ wide_pressure_pa = 1, guard_pressure_pa = 4 }`` by the controller's numbers
(1 to 6 are the plugs A1, A2, B1, B2, C1, C2), or a list that fills them from 1. Names with "wide" are the wide-range
head, with "guard" the capacitance gauge, anything else or nothing is an empty plug. Sources: 937B manual p. 40, 46,
77, 86; 946 manual p. 103 and 105 (same controller, same commands, error codes); replies seen by pymeasure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import isnan
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator, bounded
from sim.devices.mks937b_relays import RelayError, Relays, decimal
from sim.wiring import Wiring

END = b";FF"
BROADCAST = 254  # manual: heard by all; the answer carries the controller's own address
#: exact, per Pa; spelt as pymeasure has seen them
UNITS = {"TORR": 1 / 133.322, "mBAR": 0.01, "PASCAL": 1.0, "MICRON": 1e3 / 133.322}
WIDE_PA = (1.333e-7, 1.333e5)  # assumed: cold cathode and convection Pirani in combination, 1e-9 to 1000 Torr
GUARD_PA = 133.322  # assumed: full scale, 1 Torr
CHANNELS = 6
LONGEST = 120
NO_GAUGE, NOT_ION, UNKNOWN, LOCKED, BAD_CHANNEL, BAD_VALUE, OUT_OF_RANGE, BAD_BYTE = (
    151,
    152,
    160,
    161,
    163,
    169,
    172,
    175,
)
ERRORS = {  # manual: table 9-15
    NO_GAUGE: "NO_GAUGE", NOT_ION: "NOT_IONGAUGE", UNKNOWN: "UNRECOGNIZED_MSG", LOCKED: "SET_CMD_LOCK",
    162: "RLY_DIR_FIX_FOR_ION", BAD_CHANNEL: "INVALID_CHANNEL", BAD_VALUE: "INVALID_ARGUMENT",
    OUT_OF_RANGE: "VALUE_OUT_OF_RANGE", BAD_BYTE: "CMD_QUERY_BYTE_INVALID",
}  # fmt: skip


class MksError(Exception):
    """The controller answers NAK with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Channel:
    """One plug of the controller."""

    def __init__(self, name: str) -> None:
        self.kind = "CC" if "wide" in name else "CM" if "guard" in name else "NG"  # manual: STn
        self.on = True

    def pressure_pa(self, wiring: Wiring) -> float:
        """What the head feels; NaN where there is none, or it is off."""
        if self.kind == "NG" or not self.on:
            return float("nan")
        return wiring.sensors.wide_gauge_pa if self.kind == "CC" else wiring.sensors.guard_gauge_pa

    def text(self, wiring: Wiring, per_pa: float) -> str:
        """The reading: three digits of an ion gauge, four of a capacitance gauge (manual p. 86), or a word."""
        if self.kind == "NG":
            return "NOGAUGE"
        if not self.on:
            return "OFF"
        pressure = self.pressure_pa(wiring)
        if isnan(pressure):
            return "MISCONN"
        if self.kind == "CM":
            if pressure > 1.05 * GUARD_PA:
                return f">{number(GUARD_PA * per_pa, 3)}"  # assumed form
            return number(max(pressure, -GUARD_PA) * per_pa, 3)
        if pressure < WIDE_PA[0]:
            return f"LO<E{number(WIDE_PA[0] * per_pa, 2).partition('E')[2]}"  # assumed form; clients look for "LO<"
        return number(bounded(pressure, *WIDE_PA) * per_pa, 2)


class Mks937b(FramedEmulator):
    """The controller with its heads and relays."""

    latency_s: ClassVar[float] = 0.008  # manual: DLY, default
    gap_s: ClassVar[float] = 1.0  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.address = int(table.get("address", 253))  # manual: default
        self.channels = [Channel(plug) for plug in _plugs(name, table.get("channels", []))]
        self.settings = dict(DEFAULTS)
        self.relays = Relays([channel.kind for channel in self.channels])
        self.relays.follow(self._pressures())

    def reboot(self, now: float) -> None:
        """Power cycle: settings are kept, the heads are on again (assumed)."""
        self.forget_input()
        for channel in self.channels:
            channel.on = True
        self.relays.open_all()

    def step(self, now: float, dt: float) -> None:
        """Let the relays follow the pressures."""
        if not self.stuck:
            self.relays.follow(self._pressures())

    def _pressures(self) -> list[float]:
        return [channel.pressure_pa(self.wiring) for channel in self.channels]

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer every message that ends; what stands before its "@" is noise."""
        *messages, rest = self.gather(data, now).split(END)
        reply = b"".join([self._answer(message.decode("latin-1").rpartition("@")[2]) for message in messages])
        self._rest = rest[-LONGEST:]
        return reply

    def _answer(self, message: str) -> bytes:
        asked, text = message[:3], message[3:]
        if not (asked.isascii() and asked.isdigit() and int(asked) in (self.address, BROADCAST)):
            return b""
        own = f"@{self.signed(self.address):03d}"
        try:
            if self.refuse_with is not None:
                raise MksError(self.refuse_with)
            said = f"ACK{self._serve(text)}"
        except (MksError, RelayError) as refusal:
            in_words = self.settings["SEM"] == "TXT"
            said = f"NAK{ERRORS.get(refusal.code, 'ERROR') if in_words else refusal.code}"
        return (own + said).encode("ascii", "replace") + END

    def _serve(self, text: str) -> str:
        if text.endswith("?"):
            return self._ask(*_split(text[:-1].upper()))
        name, mark, value = text.partition("!")
        if not mark:
            raise MksError(BAD_BYTE)
        return self._set(*_split(name.upper()), value.upper())

    def _ask(self, name: str, number_: str) -> str:
        if name in QUESTIONS:
            return QUESTIONS[name](self, number_)
        if name in self.settings and not number_:
            return self.settings[name]
        if name in ION_SETTINGS:
            return self.settings.get(f"{name}{self._ion(number_)}", ION_SETTINGS[name][1])
        if name in Relays.COMMANDS:
            return self.relays.ask(name, number_, UNITS[self.settings["U"]])
        raise MksError(UNKNOWN)

    def _set(self, name: str, number_: str, value: str) -> str:
        if self.settings["SPM"] == "DISABLE" and name != "SPM" and name != "CP":
            self._ask(name, number_)  # what is unknown stays unknown
            raise MksError(LOCKED)  # manual: parameter setting disabled
        if name == "CP":
            return self._switch(number_, value)
        if name in DEFAULTS and not number_:
            return self._keep(name, _checked(value, ALLOWED[name]))
        if name in ION_SETTINGS:
            channel = self._ion(number_)
            return self._keep(f"{name}{channel}", _checked(value, ION_SETTINGS[name][0]))
        if name in Relays.COMMANDS:
            return self.relays.put(name, number_, value, UNITS[self.settings["U"]], taken=not self.ignore_writes)
        if name == "AD" and not number_:
            _checked(value, range(1, BROADCAST))
            if not self.ignore_writes:
                self.address = int(value)
            return f"{int(value):03d}"
        raise MksError(BAD_BYTE if name in QUESTIONS else UNKNOWN)

    def _keep(self, name: str, value: str) -> str:
        if not self.ignore_writes:
            self.settings[name] = value
            self.delay_s = int(self.settings["DLY"]) / 1000.0
        return value

    def _switch(self, number_: str, value: str) -> str:
        channel = self._plugged(number_)
        _checked(value, ON_OFF)
        if not self.ignore_writes:
            channel.on = value == "ON"
        return value

    # --- channels -----------------------------------------------------------------------------------------

    def _channel(self, number_: str) -> Channel:
        if number_ not in map(str, range(1, CHANNELS + 1)):
            raise MksError(BAD_CHANNEL)
        return self.channels[int(number_) - 1]

    def _plugged(self, number_: str) -> Channel:
        channel = self._channel(number_)
        if channel.kind == "NG":
            raise MksError(NO_GAUGE)
        return channel

    def _ion(self, number_: str) -> str:
        if self._plugged(number_).kind != "CC":
            raise MksError(NOT_ION)
        return number_

    def pressure(self, number_: str) -> str:
        """PR1 to PR6, and PRZ: all six, with blanks between."""
        per_pa = UNITS[self.settings["U"]]
        if number_ == "Z":
            return " ".join([channel.text(self.wiring, per_pa) for channel in self.channels])
        return self._channel(number_).text(self.wiring, per_pa)

    def power(self, number_: str) -> str:
        """CP1 to CP6."""
        return "ON" if self._plugged(number_).on else "OFF"

    def ion_status(self, number_: str) -> str:
        """T1 to T6: G good, O off; N without a gauge, as pymeasure knows it, where other questions are refused."""
        if self._channel(number_).kind == "NG":
            return "N"
        return "G" if self.channels[int(self._ion(number_)) - 1].on else "O"

    def sensor_types(self, slot: str) -> str:
        """STA, STB, STC: the two heads of a module."""
        if slot not in ("A", "B", "C"):
            raise MksError(BAD_CHANNEL)
        first = 2 * "ABC".index(slot)
        return f"{self.channels[first].kind},{self.channels[first + 1].kind}"

    def modules(self, number_: str) -> str:
        """MT: the three modules by their first head, no analog card."""
        _none(number_)
        pairs = [self.channels[slot : slot + 2] for slot in (0, 2, 4)]
        return ",".join([*[_module([channel.kind for channel in pair]) for pair in pairs], "NA"])


def _plugs(device: str, channels: Mapping[str, int] | Sequence[str]) -> list[str]:
    """The name at each plug, "" for an empty one. manual p. 46: channels 1 to 6 are A1, A2, B1, B2, C1, C2."""
    listed = zip(channels, channels.values() if isinstance(channels, Mapping) else count(1), strict=False)
    plugs = [""] * CHANNELS
    for name, number_ in listed:
        if number_ not in range(1, CHANNELS + 1) or plugs[number_ - 1]:
            raise ValueError(f"{device}: channel {number_} of {name!r}: want each of 1 to {CHANNELS} once at most")
        plugs[number_ - 1] = name
    return plugs


def number(value: float, digits: int) -> str:
    """As the controller writes it: 7.602E+2 (manual p. 86)."""
    mantissa, exponent = f"{value:.{digits}E}".split("E")
    return f"{mantissa}E{int(exponent):+d}"


def _module(kinds: list[str]) -> str:
    return next((kind for kind in kinds if kind != "NG"), "NC")


def _split(command: str) -> tuple[str, str]:
    """Name and channel of a command: PR1 -> PR, 1; PRZ -> PR, Z; STA -> ST, A; SP10 -> SP, 10."""
    if command in ("PRZ", "STA", "STB", "STC"):
        return command[:-1], command[-1]
    name = command.rstrip("0123456789")
    return name, command[len(name) :]


def _checked(value: str, allowed: tuple[str, ...] | range | tuple[float, float]) -> str:
    """A value that is allowed, words as the controller spells them; ``value`` comes in capitals."""
    if isinstance(allowed, range):
        if not (value.isascii() and value.isdigit()):
            raise MksError(BAD_VALUE)
        if len(value) > 6 or int(value) not in allowed:
            raise MksError(OUT_OF_RANGE)
    elif isinstance(allowed[0], str):
        word = next((str(word) for word in allowed if str(word).upper() == value), None)
        if word is None:
            raise MksError(BAD_VALUE)
        return word
    else:
        given = decimal(value)
        if given is None:
            raise MksError(BAD_VALUE)
        low, high = allowed
        if not float(low) <= given <= float(high):
            raise MksError(OUT_OF_RANGE)
    return value


def _none(number_: str) -> None:
    if number_:
        raise MksError(UNKNOWN)


def _fixed(text: str, *numbers: str) -> Callable[[Mks937b, str], str]:
    """An answer that never changes, for the plain command or for these numbers behind it."""

    def answer(_: Mks937b, number_: str) -> str:
        if number_ not in (numbers or ("",)):
            raise MksError(BAD_CHANNEL if numbers else UNKNOWN)
        return text

    return answer


def _address(controller: Mks937b, number_: str) -> str:
    _none(number_)
    return f"{controller.address:03d}"


QUESTIONS: dict[str, Callable[[Mks937b, str], str]] = {
    "PR": Mks937b.pressure,
    "CP": Mks937b.power,
    "T": Mks937b.ion_status,
    "ST": Mks937b.sensor_types,
    "MT": Mks937b.modules,
    "AD": _address,
    "MD": _fixed("937B"),
    "SN": _fixed("0000000937", "", "1", "2", "3", "4", "5", "6"),  # assumed number
    "FV": _fixed("1.10", "1", "2", "3", "4", "5", "6"),  # assumed version
}
ON_OFF, ENABLED = ("ON", "OFF"), ("ENABLE", "DISABLE")
ALLOWED: dict[str, tuple[str, ...] | range] = {  # manual: system commands
    "U": tuple(UNITS),
    "BR": ("9600", "19200", "38400", "57600", "115200"),  # kept: the line here does not follow
    "PAR": ("NONE", "EVEN", "ODD"),
    "DLY": range(1, 100),  # assumed upper end
    "DM": ("STD", "LRG"),
    "DF": ("DEFAULT", "PATCHZ", "HIGHR"),
    "LOCK": ON_OFF,
    "CAL": ENABLED,
    "SPM": ENABLED,
    "SEM": ("TXT", "CODE"),
}
DEFAULTS = {
    "U": "TORR", "BR": "9600", "PAR": "NONE", "DLY": "8", "DM": "STD", "DF": "DEFAULT", "LOCK": "OFF", "CAL": "ENABLE",
    "SPM": "ENABLE", "SEM": "CODE",
}  # fmt: skip
#: manual p. 77: kept without effect, because the head reads over its whole range; range or words, default
ION_SETTINGS: dict[str, tuple[tuple[str, ...] | range | tuple[float, float], str]] = {
    "PRO": ((1e-5, 1e-2), "5.00E-3"),
    "CSP": ((5e-4, 1e-2), "1.00E-3"),
    "CHP": ((5.5e-4, 1.1e-2), "1.50E-3"),
    "XSP": (ON_OFF, "OFF"),
    "CSE": (("A1", "A2", "B1", "B2", "C1", "C2", "OFF"), "OFF"),
    "CTL": (("AUTO", "SAFE", "OFF"), "OFF"),
    "UC": ((0.1, 10.0), "1.0"),
    "GT": (("NITROGEN", "ARGON", "HELIUM"), "NITROGEN"),
    "TDC": (range(3, 301), "3"),
}
