"""Mass-flow controller: Bronkhorst EL-FLOW Select/Prestige on Modbus RTU.

Flow is read and set in the unit of the instrument's own capacity, which must be ml_n/min (= sccm): the comparison of
capacities at `identify` catches any other. There is no communications watchdog: gas is cut by the shut-off valve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pydantic import Field

from drivers.device import Device, Options, Port, Values, WrongDevice, poll
from drivers.modbus import ModbusClient
from drivers.tags import Output, Tag

# PDU addresses: manual 9.17.035, register list.
FLOW = 0xA100  # fMeasure, float
SETPOINT = 0xA118  # fSetpoint, float. "0xA119" in some texts is the register's number, one more
TEMPERATURE = 0xA138  # float
CAPACITY = 0x8168  # float
MODEL, SERIAL = 0xF110, 0xF118
TEXT_REGISTERS = 8  # assumed: distance between two parameters; the length of their texts is not documented
CAPACITY_TOLERANCE = 0.01  # assumed: ranges of one gas panel differ by far more
SETPOINT_STEP = 0.001  # assumed: of capacity; its own steps are 1/32000 of it
MOST = 1.31  # manual 9.17.027: measure goes up to 131 % of capacity
ZERO_NOISE = 0.02  # assumed: zero drift below nothing, as a fraction of capacity


class ElFlowOptions(Options):
    """``full_scale_sccm``: capacity of the instrument as ordered [sccm]."""

    full_scale_sccm: float = Field(gt=0.0)


class ElFlow(Device):
    """Bronkhorst EL-FLOW mass-flow controller."""

    protocol = "modbus-rtu"
    serial_format = "8E1"  # assumed: factory parity is not documented; set it as the instruments are set
    bauds = (9600, 19200, 38400)  # manual 9.17.061 p.21
    formats = ("8N1", "8O1")
    addresses = (1, 247)
    reply_timeout_s = 0.2  # manual 9.17.061 p.23: answers within 100 ms
    options_model = ElFlowOptions

    actual = Tag("flow_sccm", "Measure gas flow [sccm, 0..131 % of full scale]", period_s=0.1)
    readback = Tag("flow_readback_sccm", "Get flow setpoint [sccm, 0..full scale]", period_s=1.0)
    temperature = Tag("mfc_temperature_c", "Measure MFC temperature [°C, -10..90]", -10.0, 90.0, period_s=2.0)
    setpoint = Output(
        "flow_setpoint_sccm", "Set gas flow [sccm, 0..full scale]", safe=0.0, low=0.0, readback=(readback.name, 0.0)
    )

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.modbus = ModbusClient(port, address, self.reply_timeout_s)
        self.full_scale_sccm = cast(ElFlowOptions, options).full_scale_sccm
        low, high = -ZERO_NOISE * self.full_scale_sccm, MOST * self.full_scale_sccm
        self.tags["flow_sccm"] = replace(self.actual, low=low, high=high)
        self.tags["flow_readback_sccm"] = replace(self.readback, low=low, high=high)
        self.outputs["flow_setpoint_sccm"] = replace(
            self.setpoint,
            high=self.full_scale_sccm,
            readback=(self.readback.name, SETPOINT_STEP * self.full_scale_sccm),
        )

    def identify(self) -> str:
        """Compare the capacity with the machine file; returns model and serial number."""
        capacity = self.modbus.read_float(CAPACITY)
        if not abs(capacity - self.full_scale_sccm) <= CAPACITY_TOLERANCE * self.full_scale_sccm:  # NaN fails too
            raise WrongDevice(
                f"instrument has a range of {capacity:g} sccm, the machine file says {self.full_scale_sccm:g}; "
                "check its address, its unit (ml_n/min) and full_scale_sccm"
            )
        model = self.modbus.read_text(MODEL, TEXT_REGISTERS)
        serial = self.modbus.read_text(SERIAL, TEXT_REGISTERS)
        return f"Bronkhorst {model} no. {serial}, {capacity:g} sccm"

    @poll(actual)
    def read_flow(self) -> Values:
        """Measured flow."""
        return {"flow_sccm": self.modbus.read_float(FLOW)}

    @poll(readback)
    def read_setpoint(self) -> Values:
        """Setpoint as the instrument understood it."""
        return {"flow_readback_sccm": self.modbus.read_float(SETPOINT)}

    @poll(temperature)
    def read_temperature(self) -> Values:
        """Temperature of the instrument."""
        return {"mfc_temperature_c": self.modbus.read_float(TEMPERATURE)}

    def write(self, values: Mapping[str, Any]) -> None:
        """Set the flow."""
        self.modbus.write_float(SETPOINT, values["flow_setpoint_sccm"])
