"""The plant: every room of the physics, advanced together in sub-steps of 10 ms.

Owns the order of the rooms, plant time and the only seed. Reads Commands, writes Sensors, and shows the truth. Gas,
valves, RF and plasma run every sub-step; rotors, surface, heat, light, flow sensors and energy every fifth (50 ms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, pi, sqrt

from sim.plant import faults, parameters
from sim.plant.gas import AMU_KG, ATMOSPHERE_PA, BOLTZMANN_J_K, CHARGE_C, MOLECULES_PER_S_PER_SCCM, SPECIES
from sim.plant.gauges import CapacitanceGauge, Gauge, WideGauge
from sim.plant.mfc import Mfc
from sim.plant.noise import Noise
from sim.plant.optics import photons
from sim.plant.plasma import Plasma
from sim.plant.pumps import DryPump, Turbo
from sim.plant.rf import Match
from sim.plant.surface import Surface
from sim.plant.thermal import Thermal
from sim.plant.tool import Tool
from sim.plant.truth import truth
from sim.plant.utilities import Utilities
from sim.plant.vacuum import Vacuum
from sim.plant.valves import Throttle, Valves
from sim.wiring import GASES, Wiring

SUB_STEP_S = 0.010
SLOW_EVERY = 5
LID_LIFTS_PA = 9.0e4  # assumed: below this the room's pressure holds the lid
ION_RELEASE_EV = 21.8  # paper: per ion pair at the surface, 15.8 eV recombination + about 6 eV electrons


class PlantDivergedError(ArithmeticError):
    """A state became non-finite: the message names the law and its values."""


class Plant:
    """One simulated tool's physics. Plain and picklable; the same seed and commands give the same bits."""

    def __init__(self, tool: Tool, wiring: Wiring, seed: int, machine_gases: Sequence[str] = GASES) -> None:
        """``machine_gases``: the gas lines that this machine has; the others stay dry."""
        self.tool = tool
        self.wiring = wiring
        self.noise = Noise(seed)
        self.valves = Valves(tool.valves)
        self.throttle = Throttle(tool.path)
        full = {gas: float(getattr(tool.mfc, f"{gas}_full_scale_sccm")) for gas in GASES}
        self.mfcs = [Mfc(tool.mfc, full[gas] if gas in machine_gases else 0.0, SUB_STEP_S) for gas in GASES]
        self.vacuum = Vacuum(tool)
        self.turbo = Turbo(tool.turbo, tool.thermal.room_c)
        self.dry_pump = DryPump(tool.dry_pump, tool.thermal.room_c)
        self.match = Match(tool.rf)
        self.plasma = Plasma(tool.plasma, tool.chamber, SUB_STEP_S)
        self.surface = Surface(tool.surface, seed)
        self.thermal = Thermal(tool.thermal, tool.surface.mask_side_m**2, self.vacuum.wall_temperature_k - 273.15)
        self.utilities = Utilities(tool.utilities)
        self.chamber_gauge = CapacitanceGauge(tool.gauges, SUB_STEP_S, ATMOSPHERE_PA)
        self.guard_gauge = CapacitanceGauge(tool.gauges, SUB_STEP_S, ATMOSPHERE_PA)
        self.wide_gauge = WideGauge(tool.gauges, SUB_STEP_S * SLOW_EVERY, ATMOSPHERE_PA)
        self.arc_per_s = 0.0
        self.lid_open = False  # as the world wants it; under vacuum only the switch follows
        self.masks = 0  # laid in so far
        self.oes_flat = False
        self.window_transmission = 1.0
        self._feed = [0.0] * len(SPECIES)
        self._steps = 0
        self._rf_quiet = False
        self._read_slow(SUB_STEP_S * SLOW_EVERY)

    @property
    def time_s(self) -> float:
        """Plant time [s], counted in whole sub-steps."""
        return self._steps * SUB_STEP_S

    @property
    def gauges(self) -> dict[str, Gauge]:
        """Pressure gauges by name."""
        return {"chamber_gauge": self.chamber_gauge, "guard_gauge": self.guard_gauge, "wide_gauge": self.wide_gauge}

    @property
    def film_nm(self) -> float:
        """Mean film on the mask [nm]."""
        return self.surface.mean_nm

    @film_nm.setter
    def film_nm(self, film_nm: float) -> None:
        self.surface.load(self.surface.film_class, film_nm)

    def load_mask(self, film_class: str, film_nm: float) -> None:
        """Lay a mask in: film class "organic", "carbon" or "resist", mean thickness [nm]. Room air wets the walls.

        Each mask bears a code of its own, MASK-0001 and on.
        """
        self.masks += 1
        self.wiring.sensors.mask_code = f"MASK-{self.masks:04d}"
        self.surface.load(film_class, film_nm)
        self.thermal.fresh_mask()
        if self.vacuum.pressure_pa > LID_LIFTS_PA:
            self.vacuum.age_s = 0.0

    def inject(self, name: str, params: Mapping[str, float], on: bool) -> None:
        """Start or end the fault ``name`` (see faults.PLANT_FAULTS); KeyError names the known ones."""
        faults.inject(self, name, params, on)

    def set_parameter(self, name: str, value: float) -> None:
        """Set a parameter; KeyError for an unknown name, ValueError outside its range."""
        parameters.set_parameter(self, name, value)

    def parameters(self) -> list[tuple[str, float, str, float, float, str]]:
        """(name, value, unit, low, high, text) of every parameter."""
        return parameters.list_parameters(self)

    def truth(self) -> dict[str, float]:
        """What is really so, by name with unit; see truth.py."""
        return truth(self)

    def step(self, dt: float = SUB_STEP_S) -> None:
        """Advance by one sub-step; ``dt`` must be SUB_STEP_S. PlantDivergedError when a state is no longer finite."""
        if dt != SUB_STEP_S:
            raise ValueError(f"the plant advances in sub-steps of {SUB_STEP_S} s, not {dt} s")
        self._steps += 1
        commands, sensors = self.wiring.commands, self.wiring.sensors
        vacuum, plasma = self.vacuum, self.plasma
        self.valves.step(dt, commands.valve_open, sensors)
        sensors.throttle_pct = throttle = self.throttle.step(dt, commands.throttle_target_pct, commands.throttle_speed)
        position, feed, setpoint = self.valves.position, self._feed, commands.flow_setpoint_sccm
        for i, gas in enumerate(GASES):
            feed[i] = MOLECULES_PER_S_PER_SCCM * self.mfcs[i].step(setpoint[gas], position[gas])
        self._discharge(dt)
        vacuum.step(dt, feed, self.surface.source, position, throttle, self.turbo, self.dry_pump.speed_m3_s)
        pressure = vacuum.pressure_pa
        sensors.chamber_gauge_pa = self.chamber_gauge.step(dt, pressure, self.noise)
        sensors.guard_gauge_pa = self.guard_gauge.step(dt, pressure, self.noise)
        if self._steps % SLOW_EVERY == 0:
            self._slow(dt * SLOW_EVERY)
        if not isfinite(pressure + plasma.electron_density_m3 + self.turbo.fraction + vacuum.foreline_pa):
            self._diverged()

    def _discharge(self, dt: float) -> None:
        """RF through the match into the chamber, and what the plasma makes of it."""
        commands, sensors = self.wiring.commands, self.wiring.sensors
        match, plasma, vacuum, noise = self.match, self.plasma, self.vacuum, self.noise
        forward = commands.rf_forward_w
        load, tune = commands.match_load_target_pct, commands.match_tune_target_pct
        moving = load != match.load_pct or tune != match.tune_pct
        if forward <= 0.0 and self._rf_quiet and not moving:
            if plasma.o_density_m3 + plasma.h_density_m3 > 0.0 or plasma.gas_temperature_k != plasma.wall_temperature_k:
                plasma.step(dt, vacuum.molecules, vacuum.pressure_pa, 0.0, 0.0, 1.0)
                self._gas_feels_plasma()
            return
        match.move(dt, load, tune)
        arc = self.arc_per_s > 0.0 and plasma.lit and noise.uniform() < self.arc_per_s * dt
        match.see(plasma.lit, plasma.electron_density_m3, arc)
        power = match.deliver(forward)
        chance = noise.uniform() if forward > 0.0 and not plasma.lit else 1.0
        plasma.step(dt, vacuum.molecules, vacuum.pressure_pa, 0.0 if arc else power, match.electrode_v, chance)
        self._gas_feels_plasma()
        reflected = match.reflected_w
        if forward > 0.0:
            reflected = max(0.0, reflected + self.tool.rf.reflected_noise_w * noise.normal())
        sensors.reflected_w = reflected
        sensors.gamma_re, sensors.gamma_im = match.gamma_re, match.gamma_im
        sensors.load_r_ohm, sensors.load_x_ohm = match.load_r_ohm, match.load_x_ohm
        sensors.match_load_pct, sensors.match_tune_pct = match.load_pct, match.tune_pct
        sensors.dc_bias_v = plasma.dc_bias_v
        self._rf_quiet = forward <= 0.0 and not plasma.lit

    def _gas_feels_plasma(self) -> None:
        """Hot gas, and one more particle for every two atoms."""
        vacuum, plasma = self.vacuum, self.plasma
        vacuum.gas_temperature_k = plasma.gas_temperature_k
        vacuum.extra_particles = 0.5 * (plasma.o_density_m3 + plasma.h_density_m3) * self.tool.chamber.volume_m3

    def _slow(self, dt: float) -> None:
        """Everything that needs no more than 20 Hz."""
        plasma, thermal, match = self.plasma, self.thermal, self.match
        self._rotors(dt)
        self._surface(dt)
        mask_w, chuck_w, wall_w = self.heat_w()
        commands = self.wiring.commands
        thermal.step(
            dt, mask_w, chuck_w, wall_w, self.vacuum.pressure_pa, commands.chiller_on, commands.chiller_setpoint_c
        )
        self.vacuum.wall_temperature_k = plasma.wall_temperature_k = thermal.wall_c + 273.15
        if plasma.lit and not isfinite(plasma.electron_temperature_ev + match.load_w):
            self._diverged()
        if self.vacuum.gas_temperature_k < plasma.wall_temperature_k:
            self.vacuum.gas_temperature_k = plasma.gas_temperature_k = plasma.wall_temperature_k
            plasma.zone_temperature_k = plasma.wall_temperature_k
        water = self.wiring.sensors.water_flowing
        self.turbo.warm(dt, self.tool.chamber.wall_temperature_k - 273.15, water)
        self.dry_pump.warm(dt, self.tool.thermal.room_c)
        self.utilities.step(
            dt,
            commands.rf_forward_w,
            self.turbo.power_w,
            self.dry_pump.power_w,
            commands.chiller_on and thermal.chiller_available,
            thermal.bath_w,
        )
        self._read_slow(dt)

    def _rotors(self, dt: float) -> None:
        """Pumps change speed in seconds and minutes."""
        commands, vacuum = self.wiring.commands, self.vacuum
        self.dry_pump.step(dt, commands.dry_pump_on, commands.dry_pump_speed_pct, vacuum.foreline_pa)
        self.turbo.step(dt, commands.turbo_on, commands.turbo_speed_pct, vacuum.throughput_pa_m3_s)

    def _surface(self, dt: float) -> None:
        """Radical and ion fluxes [1/m2/s] at the mask: n v/4 of atoms at gas temperature, ions from the sheath."""
        plasma = self.plasma
        quarter = 0.25 * sqrt(8.0 * BOLTZMANN_J_K * plasma.zone_temperature_k / (pi * AMU_KG))
        self.surface.step(
            dt,
            plasma.o_density_m3 * quarter * 0.25,  # 1/sqrt(16 amu)
            plasma.h_density_m3 * quarter,
            plasma.chuck_ion_flux_m2s,
            plasma.ion_energy_ev,
            self.thermal.mask_surface_k,
        )

    def heat_w(self) -> tuple[float, float, float]:
        """Plasma heat to mask, chuck and walls [W]; together all of the load power."""
        plasma, spec = self.plasma, self.tool
        mask_m2, area_m2 = spec.surface.mask_side_m**2, spec.chamber.area_m2
        ion_w_m2 = CHARGE_C * plasma.chuck_ion_flux_m2s * (plasma.ion_energy_ev + ION_RELEASE_EV)
        chuck_m2 = spec.plasma.electrode_area_m2 - mask_m2
        by_ions = ion_w_m2 * spec.plasma.electrode_area_m2
        spread = max(0.0, plasma.absorbed_w - by_ions) / area_m2  # light, hot gas, ions elsewhere: even over all walls
        scale = min(1.0, plasma.absorbed_w / by_ions) if by_ions > 0.0 else 0.0
        mask_w = mask_m2 * (scale * ion_w_m2 + spread)
        uncoupled = self.match.load_w - plasma.absorbed_w
        chuck_w = chuck_m2 * (scale * ion_w_m2 + spread) + spec.thermal.coupling_to_chuck * uncoupled
        return mask_w, chuck_w, plasma.absorbed_w + uncoupled - mask_w - chuck_w

    def _read_slow(self, dt: float) -> None:
        """Sensors that need no more than 20 Hz."""
        sensors, noise, vacuum, thermal = self.wiring.sensors, self.noise, self.vacuum, self.thermal
        flow = sensors.flow_sccm
        for i, gas in enumerate(GASES):
            flow[gas] = self.mfcs[i].sensor(noise)
        pressure = vacuum.pressure_pa
        sensors.wide_gauge_pa = self.wide_gauge.step(dt, pressure, vacuum.molecules, noise)
        sensors.at_atmosphere = pressure >= self.tool.chamber.atm_switch_pa
        sensors.lid_closed = not self.lid_open
        vacuum.lid_open = self.lid_open and (vacuum.lid_open or pressure >= LID_LIFTS_PA)
        sensors.foreline_ok = vacuum.exhaust_pa < self.tool.foreline.switch_pa
        turbo, dry = self.turbo, self.dry_pump
        sensors.turbo_speed_hz = turbo.speed_hz
        sensors.turbo_power_w = turbo.power_w
        sensors.turbo_current_a = turbo.power_w / self.tool.turbo.supply_v
        sensors.turbo_bearing_c = turbo.bearing_c
        sensors.dry_pump_speed_hz = dry.speed_hz
        sensors.dry_pump_power_w = dry.power_w
        sensors.dry_pump_temperature_c = dry.temperature_c
        thermal.sense(dt)
        sensors.chiller_bath_c = thermal.bath_c
        sensors.chiller_power_pct = thermal.effort_pct
        sensors.chuck_c = thermal.pt100_c(noise)
        sensors.mask_c = thermal.pyrometer_c(noise)
        sensors.quartz_film_nm = self.surface.mean_nm
        sensors.mains_w = self.utilities.total_w
        sensors.water_lpm = self.tool.utilities.water_lpm if sensors.water_flowing else 0.0
        self._look(sensors.oes_photons)

    def _look(self, lines: dict[str, float]) -> None:
        """Light of the plasma through the window."""
        plasma, optics = self.plasma, self.tool.optics
        background = photons(
            optics,
            self.window_transmission,
            lines,
            self.vacuum.molecules,
            self.tool.chamber.volume_m3,
            0.0 if self.oes_flat else plasma.electron_density_m3,
            plasma.electron_temperature_ev,
            plasma.o_density_m3,
            plasma.h_density_m3,
            plasma.oh_density_m3,
        )
        self.wiring.sensors.oes_background = background

    def _diverged(self) -> None:
        """Name the first law whose result is no number."""
        vacuum, plasma = self.vacuum, self.plasma
        laws: list[tuple[str, dict[str, float]]] = [
            ("gas balance", {"pressure_pa": vacuum.pressure_pa, "gas_k": vacuum.gas_temperature_k}),
            ("gas balance", dict(zip(SPECIES, vacuum.molecules, strict=True))),
            ("foreline", {"foreline_pa": vacuum.foreline_pa, "exhaust_pa": vacuum.exhaust_pa}),
            ("turbo rotor", {"fraction": self.turbo.fraction}),
            ("electron balance", {"n_e": plasma.electron_density_m3, "te": plasma.electron_temperature_ev}),
            ("matching network", {"load_w": self.match.load_w, "electrode_v": self.match.electrode_v}),
        ]
        bad = [(law, values) for law, values in laws if not all(map(isfinite, values.values()))]
        law, values = bad[0] if bad else ("sum of states", {})
        said = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        raise PlantDivergedError(f"at {self.time_s:.2f} s the {law} is not finite: {said}")
