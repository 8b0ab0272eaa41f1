"""Energy meter Eastron SDM630 on Modbus RTU, in the three-phase feed of the tool.

Owns what the meter makes of the feed: phases, reactive power, counters, demand; and its settings behind a password.
The power is the plant's. Source: Eastron SDM630 Modbus protocol (manual V2 p. 27 to 30), mbmd, sdm_modbus.
"""

from __future__ import annotations

from collections.abc import Callable
from math import acos, degrees, isfinite, sqrt, tan
from typing import Any, ClassVar
from zlib import crc32

from sim.devices.framing import bounded
from sim.devices.modbus_frames import (
    DEVICE_FAILURE,
    FLOAT,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    ModbusError,
    Register,
    RegisterMap,
    RtuEmulator,
    read_request,
    write_request,
)
from sim.wiring import Wiring

MOST_REGISTERS = 80  # manual: about 40 parameters a request
ONE_PHASE, THREE_WIRE, FOUR_WIRE = 1.0, 2.0, 3.0  # manual: 0x000A
MAINS_V = 230.20001  # manual: 43 66 33 34 in its example; the mains of the room are not simulated
MAINS_HZ = 50.0  # assumed
POWER_FACTOR = 0.95  # assumed: of the whole tool, inductive
VAR_PER_W = tan(acos(POWER_FACTOR))
PASSWORD = 1000.0  # manual: default
UNLOCKED_S = 60.0  # manual: the lock closes after one minute
JOULES_PER_KWH = 3.6e6  # exact
MOST_FLOAT = 3.4e38  # exact: IEEE 754 single


class Sdm630(RtuEmulator):
    """The meter. All three phases of the tool are wired to it and carry the same (assumed)."""

    latency_s: ClassVar[float] = 0.030  # assumed: no figure in the sheet

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.serial = crc32(name.encode())
        self.import_kwh = self.export_kwh = self.import_kvarh = self.export_kvarh = 0.0  # kept without power
        self.max_w = self.max_va = self.max_a = 0.0  # highest demand; kept too  # assumed
        self.settings = {
            0x0002: 60.0,  # manual: demand period [min]
            0x000A: FOUR_WIRE,
            0x000C: 100.0,  # manual: relay pulse width [ms]
            0x0012: 0.0,  # manual: parity and stop bits; not followed by the line here
            0x0014: float(self.address),
            0x0016: 0.0,  # manual: pulse divisor
            0x001C: 2.0,  # manual: 9600 Bd; not followed by the line here
            0x0056: 4.0,  # manual: pulse energy type
        }
        self._power_up()

    def _power_up(self) -> None:
        self.address = int(self.settings[0x0014])  # manual: a new address needs a restart
        self.unlocked_s = 0.0  # time left until the settings lock again [s]
        self._minutes: list[float] = []  # mean power of each whole minute of the demand period [W]
        self._minute_s = self._minute_j = 0.0

    def reboot(self, now: float) -> None:
        """Power cycle: counters and settings are kept, the lock is closed, the demand starts afresh."""
        self.forget_input()
        self._power_up()

    def step(self, now: float, dt: float) -> None:
        """Count energy; run the demand and the time-out of the lock."""
        self.unlocked_s = max(0.0, self.unlocked_s - dt)
        power = self.total_w()
        if self.stuck or not isfinite(power):
            return
        kwh = power * dt / JOULES_PER_KWH
        if kwh >= 0.0:
            self.import_kwh += kwh
            self.import_kvarh += kwh * VAR_PER_W
        else:
            self.export_kwh -= kwh
            self.export_kvarh -= kwh * VAR_PER_W
        self._minute_s += dt
        self._minute_j += power * dt
        if self._minute_s >= 60.0:
            self._end_minute()

    def _end_minute(self) -> None:
        period = int(self.settings[0x0002])
        self._minutes = [*self._minutes, self._minute_j / self._minute_s][-max(period, 1) :]
        self._minute_s = self._minute_j = 0.0
        demand = self.demand_w()
        self.max_w = max(self.max_w, demand)
        self.max_va = max(self.max_va, demand / POWER_FACTOR)
        self.max_a = max(self.max_a, demand / POWER_FACTOR / (3.0 * MAINS_V))

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """Functions 3 (settings), 4 (measurements) and 16 (one setting)."""
        function = pdu[0]
        if function == 4:
            start, count = read_request(pdu, MOST_REGISTERS)
            return bytes((function, 2 * count)) + self._measurements(start, count)
        if function == 3:
            start, count = read_request(pdu, MOST_REGISTERS)
            return bytes((function, 2 * count)) + HOLDING.read(self, start, count)
        if function == 16:
            start, words = write_request(pdu)
            if len(words) > 2 * WIDTH.get(start, 2):
                raise ModbusError(ILLEGAL_VALUE)  # manual: one parameter a message  # assumed code
            if not self.ignore_writes:
                HOLDING.write(self, start, words)
            return pdu[:5]
        raise ModbusError(ILLEGAL_FUNCTION)

    def _measurements(self, start: int, count: int) -> bytes:
        if start % 2 or count % 2 or start + count > INPUTS_END:
            raise ModbusError(ILLEGAL_ADDRESS)  # assumed: no half of a parameter, nothing beyond the last
        values = [INPUTS.get(address, _nothing)(self) for address in range(start, start + count, 2)]
        return b"".join([FLOAT.pack(value if not isfinite(value) else _single(value)) for value in values])

    # --- what is measured ---------------------------------------------------------------------------------

    def total_w(self) -> float:
        """Active power [W] as the meter's system type makes it of three phases alike."""
        power = self.wiring.sensors.mains_w
        return power / 3.0 if self.settings[0x000A] == ONE_PHASE else power

    def phase_w(self, phase: int) -> float:
        """Active power [W] of phase 0, 1 or 2; 0 where the system type shows none (assumed for three wires)."""
        seen = {ONE_PHASE: 1, THREE_WIRE: 0, FOUR_WIRE: 3}[self.settings[0x000A]]
        return self.wiring.sensors.mains_w / 3.0 if phase < seen else 0.0

    def phase_v(self, phase: int) -> float:
        """Voltage [V] between phase and neutral; without a neutral 0 (assumed)."""
        seen = {ONE_PHASE: 1, THREE_WIRE: 0, FOUR_WIRE: 3}[self.settings[0x000A]]
        return MAINS_V if phase < seen else 0.0

    def phase_a(self, phase: int) -> float:
        """Current [A] of a phase: apparent power by voltage."""
        if self.settings[0x000A] == ONE_PHASE and phase > 0:
            return 0.0
        return abs(self.wiring.sensors.mains_w) / (3.0 * POWER_FACTOR * MAINS_V)

    def line_v(self) -> float:
        """Voltage [V] between two phases; a meter of one phase knows none."""
        return 0.0 if self.settings[0x000A] == ONE_PHASE else MAINS_V * sqrt(3.0)

    def demand_w(self) -> float:
        """Mean power [W] of the demand period so far; with a period of 0 the power of the last minute (manual: now)."""
        if self.settings[0x0002] == 0.0:
            return self.total_w()
        return sum(self._minutes) / len(self._minutes) if self._minutes else 0.0

    def sign(self) -> float:
        """+1 for import, -1 for export: the sign of power factor and angle (manual, note 1)."""
        return -1.0 if self.wiring.sensors.mains_w < 0.0 else 1.0

    # --- settings -----------------------------------------------------------------------------------------

    def unlock(self, words: bytes) -> None:
        """The password opens the protected settings for a minute."""
        if FLOAT.unpack(words)[0] != PASSWORD:
            self.unlocked_s = 0.0
            raise ModbusError(ILLEGAL_VALUE)  # assumed code
        self.unlocked_s = UNLOCKED_S

    def lock(self, words: bytes) -> None:
        """Any value locks."""
        self.unlocked_s = 0.0

    def lock_state(self) -> bytes:
        """1 unlocked, 0 locked; asking starts the minute again (manual)."""
        if self.unlocked_s > 0.0:
            self.unlocked_s = UNLOCKED_S
        return FLOAT.pack(1.0 if self.unlocked_s > 0.0 else 0.0)

    def set_value(self, address: int, allowed: tuple[int, ...], words: bytes) -> None:
        """Take one setting; the system type only while unlocked."""
        if address in PROTECTED and self.unlocked_s <= 0.0:
            raise ModbusError(DEVICE_FAILURE)  # assumed code
        value = FLOAT.unpack(words)[0]
        if value not in allowed:
            raise ModbusError(ILLEGAL_VALUE)  # assumed code
        self.settings[address] = value

    def reset_demand(self, word: bytes) -> None:
        """0x0000 forgets the highest demands."""
        if word != b"\0\0":
            raise ModbusError(ILLEGAL_VALUE)
        self.max_w = self.max_va = self.max_a = 0.0


def _nothing(_: Sdm630) -> float:
    return 0.0  # assumed: unused places between parameters read 0


def _single(value: float) -> float:
    return bounded(value, -MOST_FLOAT, MOST_FLOAT)


def _three(start: int, of: Callable[[Sdm630, int], float]) -> dict[int, Callable[[Sdm630], float]]:
    """The same for L1, L2 and L3."""
    return {
        start: lambda meter: of(meter, 0),
        start + 2: lambda meter: of(meter, 1),
        start + 4: lambda meter: of(meter, 2),
    }


def _share(meter: Sdm630, phase: int) -> float:
    """Part of the counted energy that a phase carries."""
    seen = meter.settings[0x000A]
    return 1.0 / 3.0 if seen == FOUR_WIRE else float(seen == ONE_PHASE and phase == 0)


PROTECTED = (0x000A,)  # manual: "r/wp"
ANGLE_DEG = degrees(acos(POWER_FACTOR))
# manual: input registers (function 4), all IEEE 754 single, high word first
INPUTS: dict[int, Callable[[Sdm630], float]] = {
    **_three(0x0000, Sdm630.phase_v),
    **_three(0x0006, Sdm630.phase_a),
    **_three(0x000C, Sdm630.phase_w),
    **_three(0x0012, lambda meter, phase: abs(meter.phase_w(phase)) / POWER_FACTOR),
    **_three(0x0018, lambda meter, phase: meter.phase_w(phase) * VAR_PER_W),
    **_three(0x001E, lambda meter, phase: meter.sign() * POWER_FACTOR),
    **_three(0x0024, lambda meter, phase: meter.sign() * ANGLE_DEG),
    0x002A: lambda meter: meter.phase_v(0),  # mean of the phases: they are alike
    0x002E: lambda meter: meter.phase_a(0),
    0x0030: lambda meter: sum(meter.phase_a(phase) for phase in range(3)),
    0x0034: Sdm630.total_w,
    0x0038: lambda meter: abs(meter.total_w()) / POWER_FACTOR,
    0x003C: lambda meter: meter.total_w() * VAR_PER_W,
    0x003E: lambda meter: meter.sign() * POWER_FACTOR,
    0x0042: lambda meter: meter.sign() * ANGLE_DEG,
    0x0046: lambda meter: MAINS_HZ,
    0x0048: lambda meter: meter.import_kwh,
    0x004A: lambda meter: meter.export_kwh,
    0x004C: lambda meter: meter.import_kvarh,
    0x004E: lambda meter: meter.export_kvarh,
    0x0050: lambda meter: (meter.import_kwh + meter.export_kwh) / POWER_FACTOR,  # kVAh
    0x0052: lambda meter: 1e3 * (meter.import_kwh + meter.export_kwh) / POWER_FACTOR / MAINS_V,  # Ah
    0x0054: Sdm630.demand_w,
    0x0056: lambda meter: meter.max_w,
    0x0064: lambda meter: abs(meter.demand_w()) / POWER_FACTOR,
    0x0066: lambda meter: meter.max_va,
    **_three(0x00C8, lambda meter, _: meter.line_v()),
    0x00CE: Sdm630.line_v,
    0x00E0: _nothing,  # current in the neutral: the phases are alike
    **_three(0x00EA, lambda meter, _: 0.0),  # THD of voltages [%]: a clean mains (assumed)
    **_three(0x00F0, lambda meter, _: 0.0),  # THD of currents [%] (assumed)
    # public register lists: the power factor of the system again; assumed: with the sign that it has at 0x003E
    0x00FE: lambda meter: meter.sign() * POWER_FACTOR,
    **_three(0x0102, lambda meter, phase: abs(meter.demand_w()) / (3.0 * POWER_FACTOR * MAINS_V)),
    **_three(0x0108, lambda meter, phase: meter.max_a),
    0x0156: lambda meter: meter.import_kwh + meter.export_kwh,  # manual, note 3
    0x0158: lambda meter: meter.import_kvarh + meter.export_kvarh,
    **_three(0x015A, lambda meter, phase: meter.import_kwh * _share(meter, phase)),
    **_three(0x0160, lambda meter, phase: meter.export_kwh * _share(meter, phase)),
    **_three(0x0166, lambda meter, phase: (meter.import_kwh + meter.export_kwh) * _share(meter, phase)),
    **_three(0x016C, lambda meter, phase: meter.import_kvarh * _share(meter, phase)),
    **_three(0x0172, lambda meter, phase: meter.export_kvarh * _share(meter, phase)),
    **_three(0x0178, lambda meter, phase: (meter.import_kvarh + meter.export_kvarh) * _share(meter, phase)),
}
INPUTS_END = max(INPUTS) + 2


def _setting(address: int, *allowed: int) -> dict[int, Register]:
    return {
        address: Register(
            2,
            read=lambda meter: FLOAT.pack(meter.settings[address]),
            write=lambda meter, words: meter.set_value(address, allowed, words),
        )
    }


# manual: holding registers (functions 3 and 16); 0xF010 and 0xFC00 from the second edition
SETTINGS = {
    **_setting(0x0002, 0, 5, 8, 10, 15, 20, 30, 60),
    **_setting(0x000A, 1, 2, 3),
    **_setting(0x000C, 60, 100, 200),
    0x000E: Register(2, read=Sdm630.lock_state, write=Sdm630.lock),
    **_setting(0x0012, 0, 1, 2, 3),
    **_setting(0x0014, *range(1, 248)),
    **_setting(0x0016, 0, 1, 2, 3, 4, 5),
    0x0018: Register(2, read=lambda _: FLOAT.pack(0.0), write=Sdm630.unlock),  # assumed: never shown
    **_setting(0x001C, 0, 1, 2, 3, 4),
    **_setting(0x0056, 1, 2, 4, 5, 6, 8),
    0xF010: Register(1, write=Sdm630.reset_demand),
    0xFC00: Register(2, read=lambda meter: meter.serial.to_bytes(4, "big")),
}
WIDTH = {address: register.count for address, register in SETTINGS.items()}
HOLDING = RegisterMap(SETTINGS, no_access=ILLEGAL_ADDRESS)
