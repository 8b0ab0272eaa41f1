"""Remote I/O WAGO 750-352 on Modbus TCP: process image, configuration registers, list of modules.

Owns the image; its cables and its watchdog are next door. Sources: manuals of the
750-341, 750-352/040, 750-841 and 750-882 (chapter "Modbus functions").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import pack, unpack
from typing import Any, ClassVar
from zlib import crc32

from sim.devices.io_cables import Cables, packed_bits
from sim.devices.modbus_frames import (
    DEVICE_FAILURE,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    TWO_WORDS,
    WORD,
    ModbusError,
    TcpEmulator,
    read_request,
    write_request,
)
from sim.devices.wago750_watchdog import EXHAUSTED, Watchdog
from sim.wiring import Wiring

OUTPUT_BITS, BITS_END = 0x0200, 0x0400  # manual: read-back of the outputs; from 0x0400 on an illegal address
OUTPUT_WORDS, SECTION = 0x0200, 0x0100  # manual: words 0x0000..00FF in, 0x0200..02FF out
SETTINGS, SETTINGS_END = 0x1000, 0x3000  # manual: configuration registers
MOST_WRITTEN_WORDS, MOST_WRITTEN_BITS = 100, 800  # manual: 0x1029, "read/write 125/100, 2000/800"
INPUTS_A_CARD, OUTPUTS_A_CARD, ANALOG_A_CARD = 4, 2, 2  # assumed: 750-402, 750-501 and 750-467
ANALOG_CARD = 467  # manual: analog modules say their item number
RESET = (0xAA55, 0x55AA)  # manual: 0x2040 and 0x1029


class Wago750(TcpEmulator):
    """The coupler with its modules: analog inputs, digital inputs, digital outputs."""

    latency_s: ClassVar[float] = 0.002  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.cables = Cables(name, table)
        self.input_count = _whole(len(self.cables.inputs), INPUTS_A_CARD)  # cards have more terminals than cables
        self.output_count = _whole(len(self.cables.outputs), OUTPUTS_A_CARD)
        self.analog_count = _whole(len(self.cables.analog), ANALOG_A_CARD)
        self.watchdog = Watchdog()
        self.idle_timeout = 0  # 0x1030  # manual: off; then outputs keep their last state
        self.boot = 4  # 0x1028  # manual: EEPROM
        self.served = 0
        self.refused = [0, 0, 0, 0, 0]  # by exception code
        self._set_outputs(0)

    def reboot(self, now: float) -> None:
        """Power cycle: outputs 0, the watchdog not active."""
        self.forget_input()
        self.watchdog.power_up()
        self.served, self.refused = 0, [0, 0, 0, 0, 0]
        self._set_outputs(0)

    def step(self, now: float, dt: float) -> None:
        """Let the watchdog run."""
        if self.watchdog.trips(now):
            self._set_outputs(0)  # assumed: the coupler's own setting for a fieldbus failure is "switch off"

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """Functions 1 to 6, 11, 15, 16, 22 and 23."""
        self.step(now, 0.0)
        function = pdu[0]
        if self.watchdog.alternative:
            self.watchdog.request(function, now)
        try:
            serve = SERVED.get(function)
            if serve is None:
                raise ModbusError(ILLEGAL_FUNCTION)
            reply = serve(self, pdu, now)
        except ModbusError as refusal:
            self.refused[refusal.code] = self.refused[refusal.code] + 1 & 0xFFFF
            raise
        self.served = self.served + 1 & 0xFFFF
        if not self.watchdog.alternative:
            self.watchdog.request(function, now)
        return reply

    # --- image --------------------------------------------------------------------------------------------

    def _input_words(self) -> bytes:
        """Analog words, then the digital inputs: manual, "analog data is mapped in front of the digital data"."""
        sensors = self.wiring.sensors
        words = self.cables.analog_words(sensors).ljust(2 * self.analog_count, b"\0")
        return words + packed_bits(self.cables.input_bits(sensors), self.input_count)

    def _output_words(self) -> bytes:
        return packed_bits(self.output_bits, self.output_count)

    def _set_outputs(self, bits: int) -> None:
        self.output_bits = bits & (1 << self.output_count) - 1
        self.cables.drive(self.wiring.commands, bits)

    def _take_outputs(self, bits: int) -> None:
        if bits != self.output_bits and not self.ignore_writes:
            self._set_outputs(bits)

    def _image_works(self) -> None:
        if self.watchdog.status == EXHAUSTED:
            raise ModbusError(DEVICE_FAILURE)  # manual: after an overrun requests are answered with 4

    # --- requests -----------------------------------------------------------------------------------------

    def read_bits(self, pdu: bytes, now: float) -> bytes:
        """Functions 1 and 2 alike: inputs from 0x0000, outputs from 0x0200."""
        start, count = read_request(pdu, 2000)
        bits, size = self.cables.input_bits(self.wiring.sensors), self.input_count
        if start >= OUTPUT_BITS:
            start, bits, size = start - OUTPUT_BITS, self.output_bits, self.output_count
        if start + count > size:
            raise ModbusError(ILLEGAL_ADDRESS)  # manual from 0x0400 on; assumed for terminals that are not there
        self._image_works()
        length = (count + 7) // 8
        return bytes((pdu[0], length)) + (bits >> start & (1 << count) - 1).to_bytes(length, "little")

    def read_words(self, pdu: bytes, now: float) -> bytes:
        """Functions 3 and 4 alike: images and registers."""
        start, count = read_request(pdu)
        if SETTINGS <= start < SETTINGS_END:
            variable = VARIABLES.get(start)
            if variable is None or variable.read is None:
                raise ModbusError(ILLEGAL_ADDRESS)
            words = variable.read(self)
        else:
            inputs = start < SECTION
            words = (self._input_words() if inputs else self._output_words())[2 * (start % OUTPUT_WORDS) :]
            if not inputs and not OUTPUT_WORDS <= start < OUTPUT_WORDS + SECTION:
                raise ModbusError(ILLEGAL_ADDRESS)
        if 2 * count > len(words):
            raise ModbusError(ILLEGAL_ADDRESS)  # assumed: nothing beyond the end of the image or of a register
        if start < SETTINGS:
            self._image_works()
        return bytes((pdu[0], 2 * count)) + words[: 2 * count]

    def write_bits(self, pdu: bytes, now: float) -> bytes:
        """Functions 5 and 15: outputs from 0x0000 and, the same, from 0x0200."""
        if len(pdu) < 5:
            raise ModbusError(ILLEGAL_VALUE)
        start, count = TWO_WORDS.unpack_from(pdu, 1)
        if pdu[0] == 5 and len(pdu) == 5 and count in (0x0000, 0xFF00):
            bits, count = int(count == 0xFF00), 1
        elif pdu[0] == 15 and 1 <= count <= MOST_WRITTEN_BITS and pdu[5:6] == bytes(((count + 7) // 8,)):
            if len(pdu) != 6 + pdu[5]:
                raise ModbusError(ILLEGAL_VALUE)
            bits = int.from_bytes(pdu[6:], "little") & (1 << count) - 1
        else:
            raise ModbusError(ILLEGAL_VALUE)
        first = start - OUTPUT_BITS if OUTPUT_BITS <= start < BITS_END else start
        if first + count > self.output_count:
            raise ModbusError(ILLEGAL_ADDRESS)
        self._image_works()
        mask = (1 << count) - 1 << first
        self._take_outputs(self.output_bits & ~mask | bits << first)
        return pdu[:5]

    def write_words(self, pdu: bytes, now: float) -> bytes:
        """Functions 6 and 16: outputs from 0x0000 and 0x0200, and one register at a time."""
        start, words = write_request(pdu)
        if len(words) > 2 * MOST_WRITTEN_WORDS:
            raise ModbusError(ILLEGAL_VALUE)
        if SETTINGS <= start < SETTINGS_END:
            self._write_register(start, words, now)
            return pdu[:5]
        self._put_words(start, words)
        return pdu[:5]

    def _put_words(self, start: int, words: bytes) -> None:
        first = start - OUTPUT_WORDS if OUTPUT_WORDS <= start < OUTPUT_WORDS + SECTION else start
        image = self._output_words()
        if first >= SECTION or 2 * first + len(words) > len(image):
            raise ModbusError(ILLEGAL_ADDRESS)
        self._image_works()
        image = image[: 2 * first] + words + image[2 * first + len(words) :]
        bits = sum(word << 16 * n for n, word in enumerate(unpack(f">{len(image) // 2}H", image)))
        self._take_outputs(bits & (1 << self.output_count) - 1)

    def _write_register(self, start: int, words: bytes, now: float) -> None:
        variable = VARIABLES.get(start)
        if variable is None or variable.write is None or len(words) != 2:
            raise ModbusError(ILLEGAL_ADDRESS)
        if not self.ignore_writes:
            variable.write(self, WORD.unpack(words)[0], now)

    def mask_word(self, pdu: bytes, now: float) -> bytes:
        """Function 22: an output word = word and mask, or other mask."""
        if len(pdu) != 7:
            raise ModbusError(ILLEGAL_VALUE)
        start, keep, put = unpack(">3H", pdu[1:])
        word = WORD.unpack(self.read_words(pack(">BHH", 3, OUTPUT_WORDS + start % OUTPUT_WORDS, 1), now)[2:])[0]
        self._put_words(start, WORD.pack(word & keep | put & ~keep & 0xFFFF))
        return pdu

    def read_write_words(self, pdu: bytes, now: float) -> bytes:
        """Function 23: writes first."""
        if len(pdu) < 12:
            raise ModbusError(ILLEGAL_VALUE)
        self.write_words(b"\x10" + pdu[5:], now)
        return b"\x17" + self.read_words(b"\x03" + pdu[1:5], now)[1:]

    def count_events(self, pdu: bytes, now: float) -> bytes:
        """Function 11: status 0 and the requests served."""
        if len(pdu) != 1:
            raise ModbusError(ILLEGAL_VALUE)
        return b"\x0b\0\0" + WORD.pack(self.served)

    # --- registers ----------------------------------------------------------------------------------------

    def lengths(self) -> bytes:
        """Bits in the process image: analog out, analog in, digital out, digital in."""
        return pack(">4H", 0, 16 * self.analog_count, self.output_count, self.input_count)

    def modules(self) -> bytes:
        """The coupler and its modules, a word each."""
        words = [352] + [ANALOG_CARD] * (self.analog_count // ANALOG_A_CARD)
        words += [0x8001 | INPUTS_A_CARD << 8] * (self.input_count // INPUTS_A_CARD)
        words += [0x8002 | OUTPUTS_A_CARD << 8] * (self.output_count // OUTPUTS_A_CARD)
        return pack(f">{len(words)}H", *words).ljust(130, b"\0")[:130]  # manual: 65 words

    def statistics(self) -> bytes:
        """Nine words: failures, wrong headers, lengths, functions, addresses, values, sizes twice, requests."""
        _, function, address, value, failure = self.refused
        return pack(">9H", failure, 0, 0, function, address, value, 0, 0, self.served)

    def reset_statistics(self, value: int, now: float) -> None:
        """0xAA55 or 0x55AA."""
        _one_of(value, RESET)
        self.served, self.refused = 0, [0, 0, 0, 0, 0]

    def reset(self, value: int, now: float) -> None:
        """0xAA55 or 0x55AA: software reset."""
        _one_of(value, RESET)
        self.reboot(now)

    def set_idle_timeout(self, value: int, now: float) -> None:
        """Kept: here no emulator closes a connection, and the outputs would keep their state anyhow."""
        self.idle_timeout = value

    def set_boot(self, value: int, now: float) -> None:
        """1 BootP, 2 DHCP, 4 EEPROM."""
        _one_of(value, (1, 2, 4))
        self.boot = value


@dataclass(frozen=True, slots=True)
class Variable:
    """A register: the words that may be read from it on, and what writing its word does (None: refused)."""

    read: Callable[[Wago750], bytes] | None = None
    write: Callable[[Wago750, int, float], None] | None = None


def _word(name: str, write: Callable[[Watchdog, int, float], None] | None = None) -> Variable:
    """A register of the watchdog that shows its attribute ``name``."""
    return Variable(lambda io: WORD.pack(getattr(io.watchdog, name)), write and _to_watchdog(write))


def _order(write: Callable[[Watchdog, int, float], None]) -> Variable:
    """A register of the watchdog that takes an order and reads 0."""
    return Variable(lambda io: WORD.pack(0), _to_watchdog(write))


def _to_watchdog(write: Callable[[Watchdog, int, float], None]) -> Callable[[Wago750, int, float], None]:
    return lambda io, value, now: write(io.watchdog, value, now)


def _fixed(words: bytes) -> Variable:
    return Variable(lambda io: words)


def _whole(count: int, of: int) -> int:
    return -(-count // of) * of


def _one_of(value: int, allowed: tuple[int, ...]) -> None:
    if value not in allowed:
        raise ModbusError(ILLEGAL_VALUE)  # assumed code


CONSTANTS = (0x0000, 0xFFFF, 0x1234, 0xAAAA, 0x5555, 0x7FFF, 0x8000, 0x3FFF, 0x4000)  # manual: 0x2000 to 0x2008
# manual: configuration registers; how many words may be read at once stands there beside each
VARIABLES = {
    0x1000: _word("time", Watchdog.set_time),
    0x1001: _word("mask_low", Watchdog.set_mask_low),
    0x1002: _word("mask_high", Watchdog.set_mask_high),
    0x1003: _word("trigger", Watchdog.set_trigger),
    0x1004: _word("shortest", Watchdog.set_shortest),
    0x1005: _order(Watchdog.set_stop),
    0x1006: _word("status"),
    0x1007: _order(Watchdog.restart),
    0x1008: _order(Watchdog.simple_stop),
    0x1009: _word("closes_socket", Watchdog.set_closes_socket),
    0x100A: _word("alternative", Watchdog.set_alternative),
    0x100B: Variable(write=_to_watchdog(Watchdog.save)),
    0x1020: _fixed(b"\0" * 4),  # LED error code and argument: none
    0x1021: _fixed(b"\0" * 2),
    **{0x1022 + n: Variable(lambda io, n=n: io.lengths()[2 * n :]) for n in range(4)},  # type: ignore[misc]
    0x1028: Variable(lambda io: WORD.pack(io.boot), Wago750.set_boot),
    0x1029: Variable(Wago750.statistics, Wago750.reset_statistics),
    0x102A: _fixed(WORD.pack(1)),  # assumed: one connection
    0x1030: Variable(lambda io: WORD.pack(io.idle_timeout), Wago750.set_idle_timeout),
    0x1031: Variable(lambda io: b"\x00\x30\xde" + crc32(io.name.encode()).to_bytes(4, "big")[:3]),  # WAGO's MAC range
    0x1050: _fixed(b"\0" * 6),  # diagnosis of modules: none
    **{0x2000 + n: _fixed(pack(f">{9 - n}H", *CONSTANTS[n:])) for n in range(9)},
    0x2010: _fixed(pack(">5H", 10, 750, 352, 1, 0)),  # assumed revision; manual: series and item number
    0x2011: _fixed(pack(">4H", 750, 352, 1, 0)),
    0x2012: _fixed(pack(">3H", 352, 1, 0)),
    0x2013: _fixed(pack(">2H", 1, 0)),
    0x2014: _fixed(pack(">H", 0)),
    0x2020: _fixed(b"WAGO 750-352".ljust(32, b"\0")),  # assumed text
    0x2030: Variable(Wago750.modules),
    0x2040: Variable(write=Wago750.reset),
}
SERVED = {
    **dict.fromkeys((1, 2), Wago750.read_bits),
    **dict.fromkeys((3, 4), Wago750.read_words),
    **dict.fromkeys((5, 15), Wago750.write_bits),
    **dict.fromkeys((6, 16), Wago750.write_words),
    11: Wago750.count_events,
    22: Wago750.mask_word,
    23: Wago750.read_write_words,
}
