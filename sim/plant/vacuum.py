"""The gas balance: chamber (per species), turbo exhaust and foreline (total), in molecules.

Owns where every molecule is. Takes valve positions, pump states and sources; knows no plasma chemistry, only that
plasma may warm the gas and split molecules (``gas_temperature_k``, ``extra_particles``).
"""

from __future__ import annotations

from math import sqrt

from sim.plant.gas import AIR, AIR_PARTS, ATMOSPHERE_PA, BOLTZMANN_J_K, CONDUCTANCE_FACTOR, H2O, N2, SPECIES
from sim.plant.pumps import Turbo
from sim.plant.tool import Tool
from sim.plant.valves import butterfly_m3_s

PARKED_PA = 10.0  # assumed: the tool was parked with the turbo under vacuum, both its valves are normally closed


class Vacuum:
    """State of all gas volumes. Trapezoidal in each species, pump curves taken at the start of the sub-step."""

    __slots__ = (
        "_butterfly_m3_s",
        "_butterfly_pct",
        "_tool",
        "age_s",
        "exhaust_molecules",
        "exhaust_pa",
        "extra_particles",
        "foreline_molecules",
        "foreline_pa",
        "gas_temperature_k",
        "inflow",
        "inlet_pa",
        "leak_pa_m3_s",
        "lid_open",
        "molecules",
        "outgassing_pa_m_s",
        "path_factor",
        "pressure_pa",
        "pumped",
        "throughput_pa_m3_s",
        "wall_temperature_k",
    )

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        chamber = tool.chamber
        self.wall_temperature_k = self.gas_temperature_k = chamber.wall_temperature_k
        kt = BOLTZMANN_J_K * self.wall_temperature_k
        total = ATMOSPHERE_PA * chamber.volume_m3 / kt
        self.molecules = [total * fraction for fraction in AIR]
        self.pressure_pa = ATMOSPHERE_PA
        self.extra_particles = 0.0
        self.foreline_molecules = ATMOSPHERE_PA * tool.foreline.volume_m3 / kt
        self.exhaust_molecules = PARKED_PA * tool.foreline.exhaust_volume_m3 / kt
        self.foreline_pa, self.exhaust_pa = ATMOSPHERE_PA, PARKED_PA
        self.inlet_pa = 0.0
        self.throughput_pa_m3_s = 0.0
        self.age_s = 0.0  # time under vacuum since the walls last saw air
        self.leak_pa_m3_s = chamber.leak_pa_m3_s
        self.outgassing_pa_m_s = chamber.outgassing_pa_m_s
        self.lid_open = False
        self.path_factor = 1.0  # this tool's conductance over the nominal one
        self.inflow = [0.0] * len(SPECIES)  # molecules/s given by gas lines, walls and leaks in the last sub-step
        self.pumped = [0.0] * len(SPECIES)  # molecules that left through the pumps (and over the lid)
        self._butterfly_pct = 100.0
        self._butterfly_m3_s = butterfly_m3_s(tool.path, 100.0)

    def step(
        self,
        dt: float,
        feed: list[float],
        source: list[float],
        position: dict[str, float],
        throttle_pct: float,
        turbo: Turbo,
        dry_m3_s: float,
    ) -> None:
        """Advance by ``dt``: ``feed`` and ``source`` in molecules/s per species, ``dry_m3_s`` of the dry pump."""
        inflow = self.inflow
        inflow[:] = feed
        self._walls(dt, inflow)
        if position["vent"] > 0.0:
            inflow[N2] += position["vent"] * self._vent_per_s()
        to_exhaust, to_foreline = self._pump_out(dt, source, position, throttle_pct, turbo)
        self._foreline(dt, to_exhaust, to_foreline, position["foreline"], dry_m3_s)
        if self.lid_open or self.pressure_pa > ATMOSPHERE_PA:
            self._meet_room(dt)
        self.update_pressure()

    def update_pressure(self) -> None:
        """p = (molecules + extra particles) k T_g / V."""
        particles = sum(self.molecules) + self.extra_particles
        self.pressure_pa = particles * BOLTZMANN_J_K * self.gas_temperature_k / self._tool.chamber.volume_m3

    def _walls(self, dt: float, inflow: list[float]) -> None:
        """Add outgassing q = q_1h (1 h / t)^1 (O'Hanlon; Dayton), all water, and a real leak of room air."""
        chamber = self._tool.chamber
        if self.lid_open:
            self.age_s = 0.0
        elif self.pressure_pa > 1e4:  # vented dry: the walls take some water back
            self.age_s = min(self.age_s, chamber.dry_vent_age_s)
        else:
            self.age_s += dt
        per_pa_m3 = 1.0 / (BOLTZMANN_J_K * self.wall_temperature_k)
        age = self.age_s + chamber.outgassing_offset_s
        inflow[H2O] += self.outgassing_pa_m_s * chamber.area_m2 * 3600.0 / age * per_pa_m3
        leak = self.leak_pa_m3_s * per_pa_m3
        if leak > 0.0:
            leak *= max(0.0, 1.0 - self.pressure_pa / ATMOSPHERE_PA)
            for i, fraction in AIR_PARTS:
                inflow[i] += leak * fraction

    def _vent_per_s(self) -> float:
        """Choked orifice on a regulated N2 line, fading as the chamber comes within 20 % of the line."""
        vent = self._tool.vent
        head = min(1.0, max(0.0, (vent.line_pa - self.pressure_pa) / (0.2 * vent.line_pa)))
        return vent.throughput_pa_m3_s * head / (BOLTZMANN_J_K * self.wall_temperature_k)

    def _pump_out(
        self,
        dt: float,
        source: list[float],
        position: dict[str, float],
        throttle_pct: float,
        turbo: Turbo,
    ) -> tuple[float, float]:
        """dN/dt = F - S p_i/(k T_w) per species; return molecules/s to the turbo exhaust and to the foreline.

        Gas flows by pressure and meets cold pipes (viscous at process pressures), hence S p_i/(k T_w), not S N_i/V.
        """
        molecules, inflow, pumped = self.molecules, self.inflow, self.pumped
        pressure = self.pressure_pa
        total = sum(molecules)
        half = 0.0
        if total > 0.0:  # dt/2 * (p_i / (k T_w)) / N_i
            half = 0.5 * dt * pressure / (total * BOLTZMANN_J_K * self.wall_temperature_k)
        soft = self._soft_m3_s(position["soft_pump"]) if position["soft_pump"] > 0.0 else 0.0
        path = 0.0
        if position["isolation"] > 0.0:
            path = self.path_factor * position["isolation"] * self._path_m3_s(throttle_pct)
        blades = turbo.fraction / (1.0 + (self.exhaust_pa / self._tool.turbo.critical_exhaust_pa) ** 2)
        passive = self._tool.turbo.passive_m3_s
        rolloff = self._rolloff(path, blades, passive, pressure)
        to_exhaust = to_foreline = 0.0
        rate = 1.0 / dt
        for i, pumping in enumerate(turbo.pumping_m3_s):
            n = molecules[i]
            gain = dt * (inflow[i] + source[i])
            if n <= 0.0 and gain <= 0.0:
                continue
            turbo_m3_s = 0.0
            if path > 0.0:
                conductance = path * CONDUCTANCE_FACTOR[i]
                speed = (pumping * blades + passive) * rolloff
                turbo_m3_s = conductance * speed / (conductance + speed)
            h = half * (turbo_m3_s + soft)
            after = (n * (1.0 - h) + gain) / (1.0 + h)
            out = half * (n + after)
            if after < 0.0:
                after = 0.0
            molecules[i] = after
            pumped[i] += out * (turbo_m3_s + soft)
            to_exhaust += out * turbo_m3_s * rate
            to_foreline += out * soft * rate
        self.throughput_pa_m3_s = to_exhaust * BOLTZMANN_J_K * self.wall_temperature_k
        return to_exhaust, to_foreline

    def _path_m3_s(self, throttle_pct: float) -> float:
        if throttle_pct != self._butterfly_pct:
            self._butterfly_pct = throttle_pct
            self._butterfly_m3_s = butterfly_m3_s(self._tool.path, throttle_pct)
        return self._butterfly_m3_s

    def _rolloff(self, path: float, blades: float, passive: float, pressure: float) -> float:
        """S = S0/(1 + p_in/pk), p_in from C (p - p_in) = S p_in (a quadratic for the total, with the N2 speed)."""
        if path <= 0.0:
            self.inlet_pa = 0.0
            return 1.0
        pk = self._tool.turbo.rolloff_pa
        s0 = self._tool.turbo.speed_n2_m3_s * blades + passive
        b = 0.5 * (s0 * pk / path + pk - pressure)
        root = sqrt(b * b + pressure * pk)
        self.inlet_pa = inlet = pressure * pk / (b + root) if b > 0.0 else root - b
        return pk / (pk + inlet)

    def _soft_m3_s(self, position: float) -> float:
        """Soft-start valve: constant throughput while its main seat is held by the pressure, then open."""
        pressure = self.pressure_pa
        if pressure <= self.foreline_pa:  # the pump's own check valve keeps gas from coming back
            return 0.0
        soft = self._tool.soft_pump
        head = (pressure - self.foreline_pa) / pressure
        return position * min(soft.throughput_pa_m3_s / pressure, soft.open_m3_s * head)

    def _foreline(self, dt: float, to_exhaust: float, to_foreline: float, valve: float, dry_m3_s: float) -> None:
        """Exhaust and foreline volumes, joined by the foreline valve; the dry pump takes S (p - p_ult)."""
        line = self._tool.foreline
        kt = BOLTZMANN_J_K * self.wall_temperature_k
        v1, v2 = line.exhaust_volume_m3, line.volume_m3
        n1 = self.exhaust_molecules + dt * to_exhaust
        n2 = self.foreline_molecules + dt * to_foreline
        if valve > 0.0:  # relax both towards one pressure, implicit and conservative
            shared = (n1 + n2) / (v1 + v2)
            a = dt * valve * line.valve_m3_s * (1.0 / v1 + 1.0 / v2)
            moved = (n1 - shared * v1) * a / (1.0 + a)
            n1 -= moved
            n2 += moved
        if dry_m3_s > 0.0:
            ultimate = self._tool.dry_pump.ultimate_pa / kt
            a = dt * dry_m3_s / v2
            n2 = (n2 + a * ultimate * v2) / (1.0 + a) if n2 > ultimate * v2 else n2
        self.exhaust_molecules, self.foreline_molecules = n1, n2
        self.exhaust_pa, self.foreline_pa = n1 * kt / v1, n2 * kt / v2

    def _meet_room(self, dt: float) -> None:
        """Open lid: exchange with room air. Closed but above room pressure: the lid lifts and lets gas out."""
        chamber = self._tool.chamber
        room = ATMOSPHERE_PA * chamber.volume_m3 / (BOLTZMANN_J_K * self.gas_temperature_k)
        if not self.lid_open:
            share = dt / (chamber.relief_s + dt) * (1.0 - ATMOSPHERE_PA / self.pressure_pa)
            for i, n in enumerate(self.molecules):
                self.pumped[i] += n * share
                self.molecules[i] = n * (1.0 - share)
            return
        share = dt / (chamber.lid_exchange_s + dt)
        for i, n in enumerate(self.molecules):
            move = share * (room * AIR[i] - n)
            self.molecules[i] = n + move
            self.pumped[i] -= move
