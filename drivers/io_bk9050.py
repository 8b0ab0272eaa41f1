"""Remote I/O: Beckhoff BK9050 / BK9000 bus coupler on Modbus TCP.

Owns the image of the coils and the coupler's watchdog, which only writes may retrigger: when our writes stop, all
outputs fall. Names and order of the channels come from the machine file.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from pydantic import Field, ValidationInfo, field_validator

from drivers.device import BadReply, Device, Options, Poll, Port, Refused, Values, WrongDevice, poll
from drivers.modbus import ModbusClient
from drivers.tags import Output, Tag

# Addresses and values: infosys.beckhoff.com, fbb-x900 "Modbus TCP interface".
IDENTIFICATION, IDENTIFICATION_WORDS = 0x1000, 7
LENGTHS = 0x1011  # bits of analog inputs, digital outputs, digital inputs  # assumed: in this order
WATCHDOG_LEFT = 0x1020  # remaining time [ms]
WATCHDOG_PRESET = 0x1120  # [ms], 0 = off; only writable while the watchdog is not active
WATCHDOG_RESET, RESET_SEQUENCE = 0x1121, (0xBECF, 0xAFFE)
WATCHDOG_TYPE, WRITES_ONLY = 0x1122, 0  # 1, the default, lets every telegram retrigger it
FULL_SCALE_WORD = 0x7FFF  # 10 V
NEGATIVE = 0.01  # assumed: offset below 0 V that still counts as zero, as a fraction of full scale
REFRESH_S = 0.1  # assumed: ten writes in the shortest sensible watchdog time of 1 s


class AnalogInput(Options):
    """One analog input, 0..10 V = 0..``full_scale`` in the unit that the name ends in."""

    name: str
    full_scale: float = Field(gt=0.0)


class Bk9050Options(Options):
    """Channels in the order of their terminals, each with a name of its own.

    ``watchdog_ms``: outputs fall after so long without a write.
    """

    watchdog_ms: int = Field(default=1000, ge=100, le=60_000)
    inputs: list[str] = Field(default_factory=list)
    outputs: list[str] = Field(default_factory=list)
    analog_inputs: list[AnalogInput] = Field(default_factory=list)

    @field_validator("inputs", "outputs", "analog_inputs")
    @classmethod
    def _named_once(cls, channels: list[Any], info: ValidationInfo) -> list[Any]:
        """A name that comes twice would shift all channels after it."""
        seen = {_name_of(channel) for earlier in info.data.values() if isinstance(earlier, list) for channel in earlier}
        for name in map(_name_of, channels):
            if name in seen:
                raise ValueError(f"{name!r} is named twice; every channel of a coupler wants a name of its own")
            seen.add(name)
        return channels


def _name_of(channel: str | AnalogInput) -> str:
    return channel if isinstance(channel, str) else channel.name


class Bk9050(Device):
    """Beckhoff BK9050 remote I/O; tags and outputs are those of its options, and its watchdog's."""

    protocol = "modbus-tcp"
    options_model = Bk9050Options
    coils_read_at: ClassVar[int] = 0  #: where function 1 finds the outputs
    lengths_at: ClassVar[int] = LENGTHS  #: bits of analog inputs, digital outputs, digital inputs, a word each

    armed = Tag("io_watchdog_armed", "Get whether the watchdog guards the outputs [flag]", period_s=1.0, kind="flag")
    left = Tag("io_watchdog_left_ms", "Measure time left on the I/O watchdog [ms, 0..60000]", 0.0, 60_000.0, 1.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(Bk9050Options, options)
        self.modbus = ModbusClient(port, address or 1, self.reply_timeout_s, "tcp")
        self.watchdog_ms = own.watchdog_ms
        self.inputs = tuple(own.inputs)
        self.analogs = tuple((analog.name, analog.full_scale) for analog in own.analog_inputs)
        self.image = dict.fromkeys(own.outputs, False)  # in the order of the coils
        self.tripped = self.wrote = False
        self.bits: list[bool] = []
        self.states: Values = {}  # of the inputs, as last read
        for flag in own.inputs:
            self.tags[flag] = Tag(flag, f"Get digital input {flag} [flag]", period_s=0.05, kind="flag")
        for quantity, full in self.analogs:
            text = f"Measure analog input {quantity} [{Tag(quantity, '').unit}, 0..{full:g}]"
            self.tags[quantity] = Tag(quantity, text, -NEGATIVE * full, full, period_s=0.2)
        for flag in own.outputs:
            text = f"Switch digital output {flag} [flag]"
            self.outputs[flag] = Output(flag, text, safe=False, kind="flag", refresh_s=REFRESH_S)

    def polls(self) -> list[Poll]:
        """The watchdog's poll, and one for each kind of channel that there is."""
        found = super().polls()
        if self.inputs:
            found.append(Poll("read_inputs", self.inputs))
        if self.analogs:
            found.append(Poll("read_analogs", tuple(quantity for quantity, _ in self.analogs)))
        return found

    def identify(self) -> str:
        """Compare the channels with the machine file, arm the watchdog and read it back; the image starts all off."""
        self.image = dict.fromkeys(self.image, False)
        self.wrote = False
        who = self._name()
        self._compare_channels()
        for register, value in ((WATCHDOG_PRESET, self.watchdog_ms), (WATCHDOG_TYPE, WRITES_ONLY)):
            if self._word(register) != value:
                self._reset_watchdog()  # assumed: after it the watchdog is inactive, hence writable
                self.modbus.write_register(register, value)
        preset, kind = self._word(WATCHDOG_PRESET), self._word(WATCHDOG_TYPE)
        if (preset, kind) != (self.watchdog_ms, WRITES_ONLY):
            raise WrongDevice(
                f"watchdog reads back {preset} ms, type {kind}; asked were {self.watchdog_ms} ms, type {WRITES_ONLY} "
                "(writes only). The outputs are not guarded: power the coupler off and on"
            )
        self.tripped = self._word(WATCHDOG_LEFT) == 0
        return f"Beckhoff bus coupler {who}, watchdog {preset} ms on writes"

    @poll(armed, left)
    def read_watchdog(self) -> Values:
        """State of the watchdog, as the coupler says it; one that has run out no longer guards."""
        left = self._word(WATCHDOG_LEFT)
        self.tripped = left == 0
        self._check_outputs()
        settings = self._word(WATCHDOG_PRESET), self._word(WATCHDOG_TYPE)
        armed = not self.tripped and settings == (self.watchdog_ms, WRITES_ONLY)
        return {"io_watchdog_armed": armed, "io_watchdog_left_ms": float(left)}

    def read_inputs(self) -> Values:
        """All digital inputs in one read."""
        bits = self.modbus.read_bits(0, len(self.inputs))
        if bits != self.bits:  # they seldom change, and are read in every scan
            self.bits, self.states = bits, dict(zip(self.inputs, bits, strict=True))
        return self.states

    def read_analogs(self) -> Values:
        """All analog inputs in one read."""
        words = self.modbus.read_registers(0, len(self.analogs), function=4)
        return {name: scaled(word, full) for (name, full), word in zip(self.analogs, words, strict=True)}

    def write(self, values: Mapping[str, Any]) -> None:
        """Write all coils at once, changed or not: one telegram, which also retriggers the watchdog."""
        if self.tripped:  # it let all outputs fall; interlocks have seen that, and the safe state needs its valves
            self._reset_watchdog()
            self.tripped = False
        self.image.update((name, bool(value)) for name, value in values.items())
        self.modbus.write_coils(0, list(self.image.values()))
        self.wrote = True

    def _compare_channels(self) -> None:
        """Raise WrongDevice when the coupler has fewer channels of a kind than the machine file names."""
        named = (16 * len(self.analogs), len(self.image), len(self.inputs))
        found = tuple(self._word(self.lengths_at + i) for i in range(3))
        if any(bits < wanted for bits, wanted in zip(found, named, strict=True)):
            raise WrongDevice(f"coupler has {found} bits of analog in, out and in, the machine file names {named}")

    def _check_outputs(self) -> None:
        """Read the outputs back; raises BadReply when they are not as they were written."""
        if self.wrote and not self.tripped and self.image:
            found = self.modbus.read_bits(self.coils_read_at, len(self.image), function=1)
            both = zip(self.image.items(), found, strict=True)
            if wrong := [name for (name, asked), is_ in both if asked is not is_]:
                raise BadReply(f"{', '.join(wrong)}: not as they were written; does another master write here?")

    def _name(self) -> str:
        """Type of the coupler, "?" where it gives none. A public client of BK9000: the low byte comes first."""
        try:
            words = self.modbus.read_registers(IDENTIFICATION, IDENTIFICATION_WORDS)
        except Refused:
            return "?"
        name = struct.pack(f"<{IDENTIFICATION_WORDS}H", *words).split(b"\0")[0]
        return name.decode("ascii", "replace").strip() or "?"

    def _word(self, register: int) -> int:
        return self.modbus.read_registers(register, 1)[0]

    def _reset_watchdog(self) -> None:
        for value in RESET_SEQUENCE:
            self.modbus.write_register(WATCHDOG_RESET, value)


def scaled(word: int, full_scale: float) -> float | None:
    """An input word as a quantity; None when the input is saturated: the truth may lie anywhere above."""
    if word == FULL_SCALE_WORD:
        return None
    signed = word - 0x10000 if word & 0x8000 else word
    return signed / FULL_SCALE_WORD * full_scale
