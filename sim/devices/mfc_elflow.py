"""Mass-flow controller Bronkhorst EL-FLOW on Modbus RTU, one gas each.

Owns what the instrument's electronics know: setpoint, slope, control mode, identity. The flow is the plant's. The gas
comes from the table's ``prefix`` ("o2_"). Source: vendor documents 9.17.035, 9.17.061, 9.17.099.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, ClassVar
from zlib import crc32

from sim.devices.framing import bounded
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
from sim.wiring import GASES, Wiring

FULL_SCALE = 32000  # manual 9.17.035: 32000 = 100 %
MOST_MEASURED = 41942  # manual 9.17.035: 131 %
WINK = 14592  # manual 9.17.035: write to 0x0000
BUS_SETPOINT, ANALOG_SETPOINT, VALVE_CLOSED, VALVE_OPEN = 0, 1, 3, 8  # assumed: general use, 1 for the analog input
UNIT = b"mln/min"  # assumed: the vendor's name for sccm
ROOM_C = 23.0  # assumed: temperature of the instrument


class ElFlow(RtuEmulator):
    """One mass-flow controller."""

    latency_s: ClassVar[float] = 0.004  # assumed: the manual promises an answer within 100 ms

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.gas = str(table.get("prefix", "")).removesuffix("_")
        if self.gas not in GASES:
            raise ValueError(f"{name}: prefix names no gas of the panel: {self.gas!r}; known: {', '.join(GASES)}")
        self.capacity_sccm = float(table["full_scale_sccm"])
        self.per_sccm = FULL_SCALE / self.capacity_sccm
        self.model = b"F-201CV"  # assumed
        self.serial = b"SIM%08X" % crc32(name.encode())
        self.analog_default = False  #: I/O status bit 6
        self._start()

    def _start(self) -> None:
        self.setpoint = 0.0  # in 1/32000 of full scale
        self.slope = 0  # 0.1 s from 0 to 100 %
        self.control_mode = ANALOG_SETPOINT if self.analog_default else BUS_SETPOINT
        self._asked = 0.0  # where the slope has come to
        self.wiring.commands.flow_setpoint_sccm[self.gas] = 0.0

    def reboot(self, now: float) -> None:
        """Power cycle: setpoint and slope are lost, the control mode falls back to its default."""
        self.forget_input()
        self._start()

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """Functions 3, 4, 6 and 16."""
        function = pdu[0]
        if function == 3 or function == 4:
            words = REGISTERS.read(self, *read_request(pdu))
            return bytes((function, len(words))) + words
        if function == 6 or function == 16:
            start, words = write_request(pdu)
            if not self.ignore_writes:
                REGISTERS.write(self, start, words)
                self._drive(0.0)
            return pdu[:5]
        raise ModbusError(ILLEGAL_FUNCTION)

    def step(self, now: float, dt: float) -> None:
        """Follow the setpoint slope."""
        if self._asked != self.setpoint:
            self._drive(dt)

    def _drive(self, dt: float) -> None:
        rise = FULL_SCALE * dt * 10.0 / self.slope if self.slope else FULL_SCALE
        self._asked += bounded(self.setpoint - self._asked, -rise, rise)
        if self.control_mode == BUS_SETPOINT:
            flow = self._asked / self.per_sccm
        elif self.control_mode == VALVE_OPEN:
            flow = MOST_MEASURED / self.per_sccm
        else:
            flow = 0.0
        self.wiring.commands.flow_setpoint_sccm[self.gas] = flow

    # --- what can be read ---------------------------------------------------------------------------------

    def flow_sccm(self) -> float:
        """Flow at the instrument's sensor."""
        return self.wiring.sensors.flow_sccm[self.gas]

    def measure(self) -> bytes:
        """Flow in 1/32000; below zero as two's complement."""
        counts = round(bounded(self.flow_sccm() * self.per_sccm, -(FULL_SCALE // 4), MOST_MEASURED))
        return WORD.pack(counts & 0xFFFF)

    def valve_output(self) -> bytes:
        """Drive of the control valve, 65535 = 100 %."""
        share = self.wiring.commands.flow_setpoint_sccm[self.gas] / self.capacity_sccm
        return WORD.pack(round(65535 * bounded(share, 0.0, 1.0)))  # assumed scale

    # --- what can be written ------------------------------------------------------------------------------

    def set_counts(self, word: bytes) -> None:
        """Setpoint in 1/32000."""
        self.setpoint = float(_within(word, 0, FULL_SCALE))

    def set_flow(self, words: bytes) -> None:
        """Setpoint in the capacity's unit."""
        flow = FLOAT.unpack(words)[0]
        if not isfinite(flow) or not 0.0 <= flow <= self.capacity_sccm:
            raise ModbusError(DEVICE_FAILURE)
        self.setpoint = flow * self.per_sccm

    def set_slope(self, word: bytes) -> None:
        """Ramp in 0.1 s from 0 to 100 %."""
        self.slope = _within(word, 0, 30000)  # assumed range

    def set_control_mode(self, word: bytes) -> None:
        """Where the setpoint comes from."""
        mode = WORD.unpack(word)[0]
        if mode not in (BUS_SETPOINT, ANALOG_SETPOINT, VALVE_CLOSED, VALVE_OPEN):
            raise ModbusError(DEVICE_FAILURE)
        self.control_mode = mode

    def set_io_status(self, word: bytes) -> None:
        """Bit 6: the control mode after power-up is analog."""
        self.analog_default = bool(WORD.unpack(word)[0] & 0x40)

    def wink(self, word: bytes) -> None:
        """Flash the lamps; any other value is illegal."""
        _within(word, WINK, WINK)


def _within(word: bytes, low: int, high: int) -> int:
    value: int = WORD.unpack(word)[0]
    if not low <= value <= high:
        raise ModbusError(DEVICE_FAILURE)  # manual 9.17.061: 04 for an illegal value
    return value


def _text(value: bytes) -> bytes:
    return value[:16].ljust(16, b"\0")  # assumed: eight registers each, filled with NUL


# manual 9.17.035: PDU addresses. Codes of refusal: 9.17.061.
REGISTERS = RegisterMap(
    {
        0x0000: Register(write=ElFlow.wink),
        0x001F: Register(read=ElFlow.valve_output),
        0x0020: Register(read=ElFlow.measure),
        0x0021: Register(read=lambda mfc: WORD.pack(round(mfc.setpoint)), write=ElFlow.set_counts),
        0x0022: Register(read=lambda mfc: WORD.pack(mfc.slope), write=ElFlow.set_slope),
        0x0024: Register(read=lambda mfc: WORD.pack(mfc.control_mode), write=ElFlow.set_control_mode),
        0x0034: Register(read=lambda mfc: WORD.pack(0)),  # alarm info: none
        0x0427: Register(read=lambda mfc: WORD.pack(round(ROOM_C))),  # assumed scale: 1 degC
        0x8168: Register(2, read=lambda mfc: FLOAT.pack(mfc.capacity_sccm)),
        0x8188: Register(8, read=lambda mfc: _text(mfc.gas.upper().encode()), partly=True),
        0x81F8: Register(8, read=lambda mfc: _text(UNIT), partly=True),
        0xA100: Register(2, read=lambda mfc: FLOAT.pack(mfc.flow_sccm())),
        0xA118: Register(2, read=lambda mfc: FLOAT.pack(mfc.setpoint / mfc.per_sccm), write=ElFlow.set_flow),
        0xA138: Register(2, read=lambda mfc: FLOAT.pack(ROOM_C)),
        0xF110: Register(8, read=lambda mfc: _text(mfc.model), partly=True),
        0xF118: Register(8, read=lambda mfc: _text(mfc.serial), partly=True),
        0xF258: Register(read=lambda mfc: WORD.pack(0x40 * mfc.analog_default), write=ElFlow.set_io_status),
    },
    no_access=DEVICE_FAILURE,
)
