"""Mass-flow controller: Bronkhorst EL-FLOW Select/Prestige on RS-232 or FLOW-BUS (ProPar).

Flow is read and set in the unit of the instrument's own capacity, which must be ml_n/min (= sccm). There is no
communications watchdog: gas is cut by the shut-off valve. The protocol has no checksum: flow and setpoint are read in
both forms that the instrument has of them, which must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import Within, confirmed
from drivers.propar import CHAR, FLOAT, INTEGER, STRING, Form, Parameter, ProparClient
from drivers.tags import Output, Tag

# Processes and parameters: manual 9.17.027 and the manufacturer's list.
FLOW, SETPOINT, TEMPERATURE = Parameter(33, 0, FLOAT), Parameter(33, 3, FLOAT), Parameter(33, 7, FLOAT)
FLOW_COUNTS, SETPOINT_COUNTS = Parameter(1, 0, INTEGER), Parameter(1, 1, INTEGER)
FULL_COUNTS, MOST_COUNTS = 32_000, 41_942  # 100 % of capacity, and 131 %; beyond it stand numbers below 0
CONTROL_MODE, CAPACITY, UNIT = Parameter(1, 4, CHAR), Parameter(1, 13, FLOAT), Parameter(1, 31, STRING)
MODEL, SERIAL = Parameter(113, 2, STRING), Parameter(113, 3, STRING)
OURS = (0, 18)  # manual 9.17.027 p. 27: setpoint from bus or RS-232; from RS-232 whatever the bus does
UNITS = ("mln/min", "sccm")  # manual 9.17.027 p. 25 shows the first; assumed: the other name of the same unit
CAPACITY_TOLERANCE = 0.01  # assumed: ranges of one gas panel differ by far more
SETPOINT_TOLERANCE = 0.001  # assumed: of capacity; its own steps are 1/32000 of it
AGREE = 0.005  # assumed: of capacity; the two forms may be of two moments
TEMPERATURE_WITHIN = {"mfc_temperature_c": Within(2.0)}  # assumed: between two polls it moves by less
MOST = 1.31  # manual 9.17.027: measure goes up to 131 % of capacity
ZERO_NOISE = 0.02  # assumed: zero drift below nothing, as a fraction of capacity


class ElFlowProparOptions(Options):
    """``full_scale_sccm``: capacity of the instrument as ordered [sccm]; ``form`` of the protocol on this line."""

    full_scale_sccm: float = Field(gt=0.0)
    form: Form = "binary"


class ElFlowPropar(Device):
    """Bronkhorst EL-FLOW mass-flow controller, ProPar."""

    protocol = "propar"
    bauds = (38400,)  # manual 9.17.027
    addresses = (1, 128)
    reply_timeout_s = 0.2  # assumed: as on Modbus (manual 9.17.061 p. 23), answers within 100 ms
    options_model = ElFlowProparOptions

    actual = Tag("flow_sccm", "Measure gas flow [sccm, 0..131 % of full scale]", period_s=0.1)
    readback = Tag("flow_readback_sccm", "Get flow setpoint [sccm, 0..full scale]", period_s=1.0)
    temperature = Tag("mfc_temperature_c", "Measure MFC temperature [°C, -10..90]", -10.0, 90.0, period_s=2.0)
    setpoint = Output("flow_setpoint_sccm", "Set gas flow [sccm, 0..full scale]", safe=0.0, low=0.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(ElFlowProparOptions, options)
        self.propar = ProparClient(port, address, self.reply_timeout_s, own.form)
        self.full_scale_sccm = self.capacity_sccm = own.full_scale_sccm
        self.confirmed: Values = {}
        low, high = -ZERO_NOISE * self.full_scale_sccm, MOST * self.full_scale_sccm
        self.tags["flow_sccm"] = replace(self.actual, low=low, high=high)
        self.tags["flow_readback_sccm"] = replace(self.readback, low=low, high=high)
        self.outputs["flow_setpoint_sccm"] = replace(self.setpoint, high=self.full_scale_sccm)

    def identify(self) -> str:
        """Compare capacity, its unit and the source of the setpoint; returns model and serial number."""
        mode, capacity, unit = self.propar.read(CONTROL_MODE, CAPACITY, UNIT)
        if not abs(float(capacity) - self.full_scale_sccm) <= CAPACITY_TOLERANCE * self.full_scale_sccm:  # NaN fails
            raise WrongDevice(
                f"instrument has a range of {capacity:g} {unit}, the machine file says {self.full_scale_sccm:g} sccm; "
                "check its address and full_scale_sccm"
            )
        self.capacity_sccm = float(capacity)
        if unit not in UNITS:
            raise WrongDevice(f"instrument measures in {unit!r}; set the unit of its capacity to {UNITS[0]} (= sccm)")
        if mode not in OURS:
            raise WrongDevice(f"instrument takes its setpoint elsewhere (control mode {mode}); set it to {OURS[0]}")
        try:
            model, serial = self.propar.read(MODEL, SERIAL)
        except Refused:  # its name is for people only
            model = serial = "?"
        return f"Bronkhorst {model} no. {serial}, {capacity:g} sccm"

    @poll(actual)
    def read_flow(self) -> Values:
        """Measured flow."""
        return {"flow_sccm": self._in_both_forms(FLOW, FLOW_COUNTS)}

    @poll(readback)
    def read_setpoint(self) -> Values:
        """Setpoint as the instrument understood it."""
        return {"flow_readback_sccm": self._in_both_forms(SETPOINT, SETPOINT_COUNTS)}

    @poll(temperature)
    def read_temperature(self) -> Values:
        """Temperature of the instrument."""
        return confirmed(self._temperature, self.confirmed, TEMPERATURE_WITHIN)

    def write(self, values: Mapping[str, Any]) -> None:
        """Set the flow and read it back; raises Refused when it is not what was set."""
        asked = values["flow_setpoint_sccm"]
        self.propar.write(SETPOINT, asked)
        found = self._in_both_forms(SETPOINT, SETPOINT_COUNTS)
        if not abs(found - asked) <= SETPOINT_TOLERANCE * self.full_scale_sccm:
            raise Refused(f"setpoint reads back {found:g} sccm, set was {asked:g}; does another host set it?")

    def _in_both_forms(self, in_sccm: Parameter, in_counts: Parameter) -> float:
        """One quantity as a float [sccm], held against the integer form of it."""
        value, counts = (float(each) for each in self.propar.read(in_sccm, in_counts))
        if counts > MOST_COUNTS:
            counts -= 0x10000
        if not abs(value - counts / FULL_COUNTS * self.capacity_sccm) <= AGREE * self.capacity_sccm:  # NaN fails
            raise BadReply(f"{value:g} sccm and {counts:g} counts of one reading differ; check shield and ground")
        return value

    def _temperature(self) -> Values:
        return {"mfc_temperature_c": self.propar.read_float(TEMPERATURE)}
