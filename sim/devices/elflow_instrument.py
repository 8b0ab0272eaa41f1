"""A mass-flow controller Bronkhorst EL-FLOW without its interface: what its electronics know, whatever bus asks.

Owns setpoint, slope, control mode, identity and the drive of the valve of one gas. Knows no bytes; the flow is the
plant's. Source: vendor documents 9.17.035, 9.17.061, 9.17.099.
"""

from __future__ import annotations

from math import isfinite
from typing import Any
from zlib import crc32

from sim.devices.framing import bounded
from sim.devices.mfc_instrument import FlowController, ValueRefusedError, within
from sim.wiring import Wiring

FULL_SCALE = 32000  # manual 9.17.035: 32000 = 100 %
MOST_MEASURED = 41942  # manual 9.17.035: 131 %
LEAST_MEASURED = -(FULL_SCALE // 4)  # assumed: how far below zero a sensor can be
BUS_SETPOINT, ANALOG_SETPOINT, VALVE_CLOSED, VALVE_OPEN = 0, 1, 3, 8  # assumed: general use, 1 for the analog input
MOST_SLOPE = 30000  # manual: database of the vendor's client, 0.1 s from 0 to 100 %


class Instrument(FlowController):
    """One mass-flow controller that counts in 1/32000 of its full scale."""

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, FULL_SCALE)
        self.set_capacity(self.full_scale_sccm)
        self.unit = b"mln/min"  # assumed: the vendor's name for sccm
        self.fluid = self.gas.upper().encode()
        self.model = b"F-201CV"  # assumed
        self.serial = b"SIM%08X" % crc32(name.encode())
        self.user_tag = b"USERTAG"  # manual: database of the vendor's client, as delivered
        self.analog_default = False  #: I/O status bit 6
        self.power_up(wiring)

    def power_up(self, wiring: Wiring) -> None:
        """As after a power cycle: setpoint and slope are lost, the control mode falls back to its default."""
        self.setpoint = 0.0  # in 1/32000 of full scale
        self.slope = 0  # 0.1 s from 0 to 100 %
        self.control_mode = ANALOG_SETPOINT if self.analog_default else BUS_SETPOINT
        self.asked = 0.0  # where the slope has come to
        self.put(wiring, 0.0)

    def drive(self, wiring: Wiring, dt: float) -> None:
        """Follow the slope for ``dt`` [s], and put on the valve what the control mode wants."""
        rise = FULL_SCALE * dt * 10.0 / self.slope if self.slope else FULL_SCALE
        self.follow(rise)
        if self.control_mode == BUS_SETPOINT:
            flow = self.asked / self.per_sccm
        elif self.control_mode == VALVE_OPEN:
            flow = MOST_MEASURED / self.per_sccm
        else:
            flow = 0.0
        self.put(wiring, flow)

    # --- what can be read ---------------------------------------------------------------------------------

    def counts(self, wiring: Wiring) -> int:
        """Flow in 1/32000; below zero too."""
        return round(bounded(self.sensed(wiring), LEAST_MEASURED, MOST_MEASURED))

    def flow(self, wiring: Wiring) -> float:
        """Flow at the instrument's sensor, in the capacity's unit."""
        return wiring.sensors.flow_sccm[self.gas] * self.units_per_sccm

    def flow_setpoint(self) -> float:
        """Setpoint in the capacity's unit."""
        return self.setpoint / self.per_unit

    # --- what can be set; ValueRefusedError for what is out of range --------------------------------------

    def set_counts(self, counts: int) -> None:
        """Setpoint in 1/32000."""
        self.setpoint = float(within(counts, 0, FULL_SCALE))

    def set_flow(self, flow: float) -> None:
        """Setpoint in the capacity's unit."""
        if not isfinite(flow) or not 0.0 <= flow <= self.capacity:
            raise ValueRefusedError
        self.setpoint = flow * self.per_unit

    def set_capacity(self, capacity: float) -> None:
        """What 100 % is called in ``unit``; the valve and its full scale stay as they are."""
        if not isfinite(capacity) or capacity <= 0.0:
            raise ValueRefusedError
        self.capacity = capacity
        self.per_unit = FULL_SCALE / capacity
        self.units_per_sccm = capacity / self.full_scale_sccm

    def set_slope(self, slope: int) -> None:
        """Ramp in 0.1 s from 0 to 100 %."""
        self.slope = within(slope, 0, MOST_SLOPE)

    def set_control_mode(self, mode: int) -> None:
        """Where the setpoint comes from."""
        if mode not in (BUS_SETPOINT, ANALOG_SETPOINT, VALVE_CLOSED, VALVE_OPEN):
            raise ValueRefusedError
        self.control_mode = mode

    def set_io_status(self, bits: int) -> None:
        """Bit 6: the control mode after power-up is analog."""
        self.analog_default = bool(bits & 0x40)

    def io_status(self) -> int:
        """Bit 6 as set."""
        return 0x40 * self.analog_default
