"""Energy meter: Eastron SDM630 on Modbus RTU, three phases of the tool's supply.

Only reads. Every quantity is a float of two input registers, high word first. It does not say what it is, so `identify`
compares how it is told to count: a meter set to another system counts wrong in silence.
"""

from __future__ import annotations

import struct
from typing import Literal, cast

from drivers.device import Device, Options, Port, Values, WrongDevice, poll
from drivers.modbus import ModbusClient
from drivers.tags import Tag

# Input registers: volkszaehler/mbmd `sdm.go`, manual SDM630 p.28.
PHASES = 0x0000  # three volts, three amps, three watts
TOTAL_POWER, IMPORTED = 0x0034, 0x0048
SYSTEM = 0x000A  # holding register
SYSTEMS = {"1P2W": 1, "3P3W": 2, "3P4W": 3}  # manual SDM630MCT-ML p.25


def _phases(quantity: str, unit: str, low: float, high: float) -> tuple[Tag, ...]:
    text = f"Measure mains {quantity} of phase {{}} [{unit}, {low:g}..{high:g}]"
    return tuple(Tag(f"mains_l{i}_{unit.lower()}", text.format(i), low, high, period_s=1.0) for i in (1, 2, 3))


class Sdm630Options(Options):
    """``system``: how the meter is wired and set."""

    system: Literal["1P2W", "3P3W", "3P4W"] = "3P4W"


class Sdm630(Device):
    """Eastron SDM630 energy meter."""

    protocol = "modbus-rtu"
    bauds = (2400, 4800, 9600, 19200, 38400)  # manual: holding registers 0x001C and 0x0012
    formats = ("8E1", "8O1", "8N2")
    addresses = (1, 247)
    reply_timeout_s = 0.25  # assumed: latency is not documented; the longest exchange takes 51 ms at 9600 baud
    options_model = Sdm630Options

    # assumed ranges: up to 100 A directly connected, at no more than 300 V to neutral; negative power is exported
    v1, v2, v3 = _phases("voltage", "V", 0.0, 500.0)
    a1, a2, a3 = _phases("current", "A", 0.0, 120.0)
    w1, w2, w3 = _phases("power", "W", -36e3, 36e3)
    power = Tag("mains_power_w", "Measure mains power [W, -108000..108000]", -108e3, 108e3, period_s=0.5)
    energy = Tag("mains_energy_kwh", "Count imported energy [kWh, 0..]", 0.0, period_s=5.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.modbus = ModbusClient(port, address, self.reply_timeout_s)
        self.system = cast(Sdm630Options, options).system

    def identify(self) -> str:
        """Compare the system with the machine file."""
        found, wanted = self.modbus.read_float(SYSTEM), SYSTEMS[self.system]
        if found != wanted:
            raise WrongDevice(f"meter is set to system {found:g}, {self.system} is {wanted}; set the meter")
        return f"Eastron SDM630, {self.system}"

    @poll(v1, v2, v3, a1, a2, a3, w1, w2, w3)
    def read_phases(self) -> Values:
        """Voltage, current and power of each phase."""
        names = (f"mains_l{i}_{unit}" for unit in "vaw" for i in (1, 2, 3))
        return dict(zip(names, self._floats(PHASES, 9), strict=True))

    @poll(power)
    def read_power(self) -> Values:
        """Power of all phases."""
        return {"mains_power_w": self._floats(TOTAL_POWER, 1)[0]}

    @poll(energy)
    def read_energy(self) -> Values:
        """Energy taken from the mains since the meter was made."""
        return {"mains_energy_kwh": self._floats(IMPORTED, 1)[0]}

    def _floats(self, address: int, count: int) -> tuple[float, ...]:
        words = self.modbus.read_registers(address, 2 * count, function=4)
        return struct.unpack(f">{count}f", struct.pack(f">{2 * count}H", *words))
