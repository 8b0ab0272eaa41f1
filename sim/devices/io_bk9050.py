"""Remote I/O Beckhoff BK9050 on Modbus TCP: digital and analog image, identification, watchdog registers.

Owns the image; its cables and its watchdog are next door. Source:
infosys.beckhoff.com "Modbus TCP interface" (BK9000 family).
"""

from __future__ import annotations

from typing import Any, ClassVar

from sim.devices.bk9050_watchdog import Watchdog
from sim.devices.io_cables import Cables, packed_bits
from sim.devices.modbus_frames import (
    DEVICE_FAILURE,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    TWO_WORDS,
    WORD,
    ModbusError,
    Register,
    RegisterMap,
    TcpEmulator,
    read_request,
    write_request,
)
from sim.wiring import Wiring

OUTPUT_WORDS = 0x0800  # manual: output image; the input image starts at 0
SECTION = 0x0100  # manual: words of each image
RESET_REGISTER = b"\x11\x21"  # manual: the write that ends the watchdog does not start it again
WRITES = (5, 6, 15, 16, 23)


class Bk9050(TcpEmulator):
    """The coupler with its terminals."""

    latency_s: ClassVar[float] = 0.002  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.cables = Cables(name, table)
        self.watchdog = Watchdog()
        self.fast_modbus = 0
        self._now = 0.0
        self._set_outputs(0)

    def reboot(self, now: float) -> None:
        """Power cycle: outputs 0, watchdog inactive and of the default type; its time is kept."""
        self.forget_input()
        self.watchdog.power_up()
        self._set_outputs(0)

    def step(self, now: float, dt: float) -> None:
        """Let the watchdog run."""
        self._now = now
        if self.watchdog.trips(now):
            self._set_outputs(0)

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """Functions 1 to 6, 15, 16 and 23."""
        self.step(now, 0.0)
        function = pdu[0]
        serve = SERVED.get(function)
        if serve is None:
            raise ModbusError(ILLEGAL_FUNCTION)
        reply = serve(self, pdu)
        if pdu[1:3] != RESET_REGISTER:
            self.watchdog.telegram(function in WRITES, now)
        return reply

    # --- image --------------------------------------------------------------------------------------------

    def _set_outputs(self, bits: int) -> None:
        self.output_bits = bits
        self.cables.drive(self.wiring.commands, bits)

    def _take_outputs(self, bits: int) -> None:
        if self.watchdog.tripped:
            raise ModbusError(DEVICE_FAILURE)  # assumed: outputs are refused until the watchdog is reset
        if bits != self.output_bits and not self.ignore_writes:
            self._set_outputs(bits)

    def _input_words(self, count: int) -> bytes:
        sensors = self.wiring.sensors
        words = self.cables.analog_words(sensors)
        if count > len(self.cables.analog):
            # assumed: analog words first, then the bits
            words += packed_bits(self.cables.input_bits(sensors), len(self.cables.inputs))
        return words

    # --- requests -----------------------------------------------------------------------------------------

    def read_bits(self, pdu: bytes) -> bytes:
        """Functions 1 (outputs) and 2 (inputs)."""
        start, count = read_request(pdu, 2000)
        if start + count > len(self.cables.outputs if pdu[0] == 1 else self.cables.inputs):
            raise ModbusError(ILLEGAL_ADDRESS)
        bits = self.output_bits if pdu[0] == 1 else self.cables.input_bits(self.wiring.sensors)
        length = (count + 7) // 8
        return bytes((pdu[0], length)) + (bits >> start & (1 << count) - 1).to_bytes(length, "little")

    def read_words(self, pdu: bytes) -> bytes:
        """Functions 3 and 4: images and registers alike."""
        start, count = read_request(pdu)
        if start + count <= SECTION:
            words = self._input_words(start + count)[2 * start :]
        elif start >= OUTPUT_WORDS and start + count <= OUTPUT_WORDS + SECTION:
            words = packed_bits(self.output_bits, len(self.cables.outputs))[2 * (start - OUTPUT_WORDS) :]
        else:
            words = REGISTERS.read(self, start, count)
        return bytes((pdu[0], 2 * count)) + words[: 2 * count].ljust(2 * count, b"\0")  # assumed: beyond the image 0

    def write_bits(self, pdu: bytes) -> bytes:
        """Functions 5 and 15."""
        if len(pdu) < 5:
            raise ModbusError(ILLEGAL_VALUE)
        start, count = TWO_WORDS.unpack_from(pdu, 1)
        if pdu[0] == 5 and len(pdu) == 5 and count in (0x0000, 0xFF00):
            bits, count = int(count == 0xFF00), 1
        elif pdu[0] == 15 and count >= 1 and pdu[5:6] == bytes(((count + 7) // 8 & 0xFF,)) and len(pdu) == 6 + pdu[5]:
            bits = int.from_bytes(pdu[6:], "little") & (1 << count) - 1
        else:
            raise ModbusError(ILLEGAL_VALUE)
        if start + count > len(self.cables.outputs):
            raise ModbusError(ILLEGAL_ADDRESS)
        mask = (1 << count) - 1 << start
        self._take_outputs(self.output_bits & ~mask | bits << start)
        return pdu[:5]

    def write_words(self, pdu: bytes) -> bytes:
        """Functions 6 and 16."""
        start, words = write_request(pdu)
        at = 2 * (start - OUTPUT_WORDS)
        if 0 <= at < 2 * SECTION:
            image = packed_bits(self.output_bits, len(self.cables.outputs))
            if at + len(words) > len(image):
                raise ModbusError(ILLEGAL_ADDRESS)
            image = image[:at] + words + image[at + len(words) :]
            bits = sum(WORD.unpack_from(image, n)[0] << 8 * n for n in range(0, len(image), 2))
            self._take_outputs(bits & (1 << len(self.cables.outputs)) - 1)
        elif not self.ignore_writes:
            REGISTERS.write(self, start, words)
        return pdu[:5]

    def read_write_words(self, pdu: bytes) -> bytes:
        """Function 23: writes first."""
        if len(pdu) < 12:
            raise ModbusError(ILLEGAL_VALUE)
        self.write_words(b"\x10" + pdu[5:])
        return b"\x17" + self.read_words(b"\x03" + pdu[1:5])[1:]

    # --- watchdog registers -------------------------------------------------------------------------------

    def remaining(self) -> bytes:
        """Time until the watchdog trips [ms]."""
        return WORD.pack(min(0xFFFF, self.watchdog.remaining_ms(self._now)))

    def set_preset(self, word: bytes) -> None:
        """Watchdog time [ms]; refused while active."""
        if self.watchdog.active:
            raise ModbusError(DEVICE_FAILURE)  # assumed code
        self.watchdog.preset_ms = WORD.unpack(word)[0]

    def reset_watchdog(self, word: bytes) -> None:
        """One word of the reset sequence."""
        if not self.watchdog.reset(WORD.unpack(word)[0]):
            raise ModbusError(ILLEGAL_VALUE)

    def set_kind(self, word: bytes) -> None:
        """1: every telegram retriggers, 0: writes only."""
        self.watchdog.kind = _flag(word)

    def set_fast_modbus(self, word: bytes) -> None:
        """Kept, without effect here."""
        self.fast_modbus = _flag(word)


def _flag(word: bytes) -> int:
    value: int = WORD.unpack(word)[0]
    if value > 1:
        raise ModbusError(ILLEGAL_VALUE)
    return value


def _identification(index: int) -> Register:
    # two characters a word, the first in the low byte: so does a public client read real BK9000
    low, high = b"BK9050".ljust(14, b"\0")[2 * index : 2 * index + 2]
    return Register(read=lambda _: bytes((high, low)))


SERVED = {
    **dict.fromkeys((1, 2), Bk9050.read_bits),
    **dict.fromkeys((3, 4), Bk9050.read_words),
    **dict.fromkeys((5, 15), Bk9050.write_bits),
    **dict.fromkeys((6, 16), Bk9050.write_words),
    23: Bk9050.read_write_words,
}
REGISTERS = RegisterMap(
    {
        **{0x1000 + n: _identification(n) for n in range(7)},
        **{0x100A + n: Register(read=lambda _: WORD.pack(0)) for n in range(3)},  # assumed: status 0 = no error
        0x1010: Register(read=lambda _: WORD.pack(0)),  # assumed order: analog out, analog in, bits out, bits in
        0x1011: Register(read=lambda io: WORD.pack(16 * len(io.cables.analog))),
        0x1012: Register(read=lambda io: WORD.pack(len(io.cables.outputs))),
        0x1013: Register(read=lambda io: WORD.pack(len(io.cables.inputs))),
        0x1020: Register(read=Bk9050.remaining),
        0x1120: Register(read=lambda io: WORD.pack(io.watchdog.preset_ms), write=Bk9050.set_preset),
        0x1121: Register(read=lambda _: WORD.pack(0), write=Bk9050.reset_watchdog),
        0x1122: Register(read=lambda io: WORD.pack(io.watchdog.kind), write=Bk9050.set_kind),
        0x1123: Register(read=lambda io: WORD.pack(io.fast_modbus), write=Bk9050.set_fast_modbus),
    },
    no_access=ILLEGAL_ADDRESS,
)
