"""Mass-flow controller Bronkhorst EL-FLOW on Modbus RTU, one gas each.

Owns registers and refusals; the instrument behind them is next door. The gas comes from the table's ``prefix``
("o2_"). Source: vendor documents 9.17.035, 9.17.061, 9.17.099.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sim.devices.elflow_instrument import Instrument
from sim.devices.mfc_instrument import ROOM_C, ValueRefusedError, within
from sim.devices.modbus_frames import (
    DEVICE_FAILURE,
    FLOAT,
    ILLEGAL_FUNCTION,
    WORD,
    ModbusError,
    Register,
    RegisterMap,
    RtuEmulator,
    read_request,
    write_request,
)
from sim.wiring import Wiring

WINK = 14592  # manual 9.17.035: write to 0x0000


class ElFlow(RtuEmulator):
    """One mass-flow controller."""

    latency_s: ClassVar[float] = 0.004  # assumed: the manual promises an answer within 100 ms

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.instrument = Instrument(name, table, wiring)

    def reboot(self, now: float) -> None:
        """Power cycle: setpoint and slope are lost, the control mode falls back to its default."""
        self.forget_input()
        self.instrument.power_up(self.wiring)

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """Functions 3, 4, 6 and 16."""
        function = pdu[0]
        if function == 3 or function == 4:
            words = REGISTERS.read(self, *read_request(pdu))
            return bytes((function, len(words))) + words
        if function == 6 or function == 16:
            start, words = write_request(pdu)
            if not self.ignore_writes:
                self._write(start, words)
            return pdu[:5]
        raise ModbusError(ILLEGAL_FUNCTION)

    def _write(self, start: int, words: bytes) -> None:
        try:
            REGISTERS.write(self, start, words)
        except ValueRefusedError:
            raise ModbusError(DEVICE_FAILURE) from None  # manual 9.17.061: 04 for an illegal value
        self.instrument.drive(self.wiring, 0.0)

    def step(self, now: float, dt: float) -> None:
        """Follow the setpoint slope."""
        instrument = self.instrument
        if instrument.asked != instrument.setpoint:
            instrument.drive(self.wiring, dt)

    def flow_sccm(self) -> float:
        """Flow at the instrument's sensor."""
        return self.instrument.flow(self.wiring)


def _word(value: Callable[[ElFlow], int]) -> Callable[[ElFlow], bytes]:
    return lambda mfc: WORD.pack(value(mfc) & 0xFFFF)  # below zero as two's complement


def _float(value: Callable[[ElFlow], float]) -> Callable[[ElFlow], bytes]:
    return lambda mfc: FLOAT.pack(value(mfc))


def _text(value: Callable[[ElFlow], bytes]) -> Callable[[ElFlow], bytes]:
    return lambda mfc: value(mfc)[:16].ljust(16, b"\0")  # assumed: eight registers each, filled with NUL


def _setting(take: Callable[[Instrument, int], None]) -> Callable[[ElFlow, bytes], None]:
    def write(mfc: ElFlow, word: bytes) -> None:
        take(mfc.instrument, WORD.unpack(word)[0])

    return write


def _set_flow(mfc: ElFlow, words: bytes) -> None:
    mfc.instrument.set_flow(FLOAT.unpack(words)[0])


def _wink(_: Instrument, value: int) -> None:
    """Flash the lamps; any other value is illegal."""
    within(value, WINK, WINK)


# manual 9.17.035: PDU addresses. Codes of refusal: 9.17.061.
REGISTERS = RegisterMap(
    {
        0x0000: Register(write=_setting(_wink)),
        0x001F: Register(
            read=_word(lambda mfc: round(65535 * mfc.instrument.valve_share(mfc.wiring)))
        ),  # assumed scale
        0x0020: Register(read=_word(lambda mfc: mfc.instrument.counts(mfc.wiring))),
        0x0021: Register(read=_word(lambda mfc: round(mfc.instrument.setpoint)), write=_setting(Instrument.set_counts)),
        0x0022: Register(read=_word(lambda mfc: mfc.instrument.slope), write=_setting(Instrument.set_slope)),
        0x0024: Register(
            read=_word(lambda mfc: mfc.instrument.control_mode), write=_setting(Instrument.set_control_mode)
        ),
        0x0034: Register(read=_word(lambda mfc: 0)),  # alarm info: none
        0x0427: Register(read=_word(lambda mfc: round(ROOM_C))),  # assumed scale: 1 degC
        0x8168: Register(2, read=_float(lambda mfc: mfc.instrument.capacity)),
        0x8188: Register(8, read=_text(lambda mfc: mfc.instrument.fluid), partly=True),
        0x81F8: Register(8, read=_text(lambda mfc: mfc.instrument.unit), partly=True),
        0xA100: Register(2, read=_float(ElFlow.flow_sccm)),
        0xA118: Register(2, read=_float(lambda mfc: mfc.instrument.flow_setpoint()), write=_set_flow),
        0xA138: Register(2, read=_float(lambda mfc: ROOM_C)),
        0xF110: Register(8, read=_text(lambda mfc: mfc.instrument.model), partly=True),
        0xF118: Register(8, read=_text(lambda mfc: mfc.instrument.serial), partly=True),
        0xF258: Register(read=_word(lambda mfc: mfc.instrument.io_status()), write=_setting(Instrument.set_io_status)),
    },
    no_access=DEVICE_FAILURE,
)
