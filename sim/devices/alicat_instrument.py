"""An Alicat mass-flow controller without its interface: what it controls, in which unit, and what its frame tells.

Owns setpoint, ramp, tare, gas, hold, lock and units. Knows no commands; the flow is the plant's. Sources: captures of
real units (GitHub GraysonBellamy/alicatlib), vendor manuals of the M, MC and BC series, the PyPI client ``alicat``.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from sim.devices.alicat_gases import OF_THE_PANEL, GasList
from sim.devices.framing import bounded
from sim.devices.mfc_instrument import ROOM_C, FlowController, ValueRefusedError
from sim.wiring import Wiring

PRESSURE, VOLUMETRIC, MASS = 34, 36, 37  # manual: control variable, register 122
SAVED, UNSAVED, ANALOG = "S", "U", "A"  # manual, BC series: source of the setpoint
HERE, CLOSED = "here", "closed"  # how the valve is held
SCCM, SLPM, PSIA, DEGREES = 12, 7, 10, 2  # captures: codes of units
PER_SCCM = {SCCM: 1.0, SLPM: 1e-3}
LABELS = {MASS: {SCCM: "SCCM", SLPM: "SLPM"}, VOLUMETRIC: {SCCM: "CCM", SLPM: "LPM"}}
STATISTICS = {2: PRESSURE, 4: VOLUMETRIC, 5: MASS, 37: MASS}  # captures: statistic -> what it is
INTEGER_FULL_SCALE = 64000  # manual: setpoint as an integer
SUPPLY_PSIA = 24.66  # assumed: pressure in the flow body, 1.7 bar
FULL_SCALE_PSIA = 160.0  # assumed
STANDARD_PSIA, STANDARD_K, ZERO_C_K = 14.69595, 298.15, 273.15  # manual: standard conditions 1 atm, 25 degC
MOST, LEAST = 1.28, -0.25  # assumed: shares of full scale between which it measures
RAMP_S = {3: 1e-3, 4: 1.0, 5: 60.0, 6: 3600.0, 7: 86400.0}  # captures: codes of time; "h" and "d" assumed
RAMP_LABELS = {3: "ms", 4: "s", 5: "m", 6: "h", 7: "d"}


class AlicatInstrument(FlowController):
    """One mass-flow controller; setpoints in sccm, or psia while it controls pressure."""

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table)
        self.gases = GasList()
        self.gas_number = OF_THE_PANEL[self.gas]  # as delivered for its gas
        self.true_viscosity = self.gases[self.gas_number].viscosity
        self.control = MASS
        self.source = SAVED  # assumed, as delivered
        self.unit = SCCM
        self.ramp = (0.0, 4)  # most change per time, in the unit; code of the time. 0 is none
        self.ramp_on = [1, 1, 0, 0]  # captures: up, down, to zero, at power-up
        self.loop = {20: 1, 21: 500, 22: 5000, 23: 0, 85: 1}  # P, D, I, kind of loop  # assumed values; kept
        self.line_psia, self.flow_c = SUPPLY_PSIA, ROOM_C
        self.power_up(wiring)

    def power_up(self, wiring: Wiring) -> None:
        """As after a power cycle: a saved setpoint comes back (manual, BC series), tare and hold are lost (assumed)."""
        if self.source != SAVED:
            self.setpoint = 0.0
        self.asked = 0.0 if self.ramp_on[3] else self.setpoint
        self.tare_sccm = 0.0
        self.held = ""
        self.held_sccm = 0.0
        self.locked = False
        self.drive(wiring, 0.0)

    # --- what the valve does ------------------------------------------------------------------------------

    def drive(self, wiring: Wiring, dt: float) -> None:
        """Follow the ramp for ``dt`` [s], and drive the valve."""
        self.follow(self._most(dt))
        self.put(wiring, self._wanted_sccm())

    def _most(self, dt: float) -> float:
        rate, code = self.ramp
        way = 0 if self.setpoint > self.asked else 1 if self.setpoint > 0.0 else 2
        if not rate or not self.ramp_on[way]:
            return float("inf")
        return rate * dt / RAMP_S[code] / self._per_unit(self.control)

    def _wanted_sccm(self) -> float:
        if self.held:
            return self.held_sccm
        if self.control == PRESSURE or self.asked == 0.0:
            return 0.0  # assumed: it cannot hold the pressure of its supply, and a setpoint of nothing closes the valve
        flow = self.asked / self._volume_per_mass() if self.control == VOLUMETRIC else self.asked
        return max(0.0, (flow + self.tare_sccm) / self._gain())

    def _gain(self) -> float:
        """What it reads of one sccm that flows."""
        return self.true_viscosity / self.gases[self.gas_number].viscosity

    def _volume_per_mass(self) -> float:
        return STANDARD_PSIA / self.line_psia * (self.flow_c + ZERO_C_K) / STANDARD_K

    # --- what it measures and tells -----------------------------------------------------------------------

    def mass_sccm(self, wiring: Wiring) -> float:
        """Mass flow as it reads."""
        full = self.full_scale_sccm
        return bounded(self.sensed(wiring) * self._gain() - self.tare_sccm, LEAST * full, MOST * full)

    def over_range(self, wiring: Wiring) -> bool:
        """Whether there is more flow than it can measure."""
        return self.mass_sccm(wiring) >= MOST * self.full_scale_sccm

    def _per_unit(self, control: int) -> float:
        return 1.0 if control == PRESSURE else PER_SCCM[self.unit]

    def full_scale(self, control: int) -> float:
        """Of one variable, in its unit (the volumetric one is assumed alike)."""
        return FULL_SCALE_PSIA if control == PRESSURE else self.full_scale_sccm * PER_SCCM[self.unit]

    def unit_of(self, control: int) -> str:
        """Code and label, as replies carry them."""
        return f"{PSIA} PSIA" if control == PRESSURE else f"{self.unit} {LABELS[control][self.unit]}"

    def decimals(self, control: int) -> int:
        """Digits after the point: seven characters hold the full scale (captures)."""
        return 2 if control == PRESSURE else max(0, 5 - len(str(int(self.full_scale(control)))))

    def number(self, value: float, control: int) -> str:
        """A value (sccm, ccm, psia) in its unit, signed, filled with zeros, never minus zero."""
        digits = self.decimals(control)
        return signed(value * self._per_unit(control), digits)

    def statistic(self, code: int, wiring: Wiring) -> str:
        """One value of a frame by its code; ValueRefusedError for one it has not."""
        if code == 2:
            return signed(self.line_psia, 2)
        if code == 3:
            return signed(self.flow_c, 2)
        if code == 4:
            return self.number(self.mass_sccm(wiring) * self._volume_per_mass(), VOLUMETRIC)
        if code == 5:
            return self.number(self.mass_sccm(wiring), MASS)
        if code == 37:
            return self.number(self.asked, self.control)
        raise ValueRefusedError

    def words(self, wiring: Wiring) -> list[str]:
        """Status words of a frame."""
        over = self.over_range(wiring)
        said = {"MOV": over, "VOV": over, "HLD": bool(self.held), "LCK": self.locked}
        return [word for word, true in said.items() if true]

    def frame(self, wiring: Wiring) -> str:
        """Everything after the unit id."""
        values = [self.statistic(code, wiring) for code in (2, 3, 4, 5, 37)]
        return " ".join([*values, f"{self.gases[self.gas_number].short:>6}", *self.words(wiring)])

    # --- what can be set; ValueRefusedError for what is out of range --------------------------------------

    def set_setpoint(self, value: float) -> None:
        """In the unit of what is controlled; lost while the analog input leads (captures)."""
        if not isfinite(value) or not 0.0 <= value <= self.full_scale(self.control):
            raise ValueRefusedError  # assumed
        if self.source != ANALOG:
            self.setpoint = value / self._per_unit(self.control)

    def set_control(self, control: int) -> None:
        """What is controlled; the setpoint, which was in another unit, is 0 then (assumed)."""
        if control not in (PRESSURE, VOLUMETRIC, MASS):
            raise ValueRefusedError
        if control != self.control:
            self.control, self.setpoint, self.asked = control, 0.0, 0.0

    def set_source(self, source: str) -> None:
        """Nothing is wired to the analog input: it asks for nothing."""
        if source not in (SAVED, UNSAVED, ANALOG):
            raise ValueRefusedError
        self.source = source
        if source == ANALOG:
            self.setpoint = 0.0

    def set_gas(self, number: int) -> None:
        """By number; what is read and what flows change with it."""
        self.gases[number]
        self.gas_number = number

    def set_unit(self, code: int) -> None:
        """Of all flows at once (assumed)."""
        if code not in PER_SCCM:
            raise ValueRefusedError
        self.unit = code

    def set_ramp(self, rate: float, time: int) -> None:
        """Most change of the setpoint, in its unit, per time of that code."""
        if not isfinite(rate) or rate < 0.0 or time not in RAMP_S:
            raise ValueRefusedError
        self.ramp = (rate, time)

    def tare(self, wiring: Wiring) -> None:
        """What is felt now is nothing from here on."""
        self.tare_sccm = bounded(self.sensed(wiring) * self._gain(), LEAST * self.full_scale_sccm, self.full_scale_sccm)

    def hold(self, wiring: Wiring, how: str) -> None:
        """Keep the valve where it is, or closed, whatever the setpoint; "" lets it go."""
        self.held = how
        self.held_sccm = self.driven_sccm(wiring) if how == HERE else 0.0


def signed(value: float, digits: int) -> str:
    """Sign and seven characters in all (captures)."""
    return f"{round(value, digits) + 0.0:+07.{digits}f}"
