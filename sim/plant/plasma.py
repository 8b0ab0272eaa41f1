"""The discharge: ignition, electron temperature and density, ions, radicals; one point, quasi-steady.

Owns the particle and power balance of the electrons (Lieberman & Lichtenberg, chapter 10) as a mean over the zone
between chuck and counter-electrode; atoms spread through the whole chamber.
Leaves out for now: negative ions, N atoms, metastables, hot-electron tails; expect densities within a factor 2 to 3.
"""

from __future__ import annotations

from math import exp, log, pi, sqrt

from sim.plant.breakdown import breakdown_v
from sim.plant.electrons import (
    inelastic_ev_per_s,
    ionisation_ev_per_s,
    ionising_per_s,
    mean_ion_amu,
    next_temperature_ev,
)
from sim.plant.gas import AMU_KG, AR, CH4, CHARGE_C, CO, CO2, H2, H2O, N2, O2
from sim.plant.sheath import edge_area_m2, floating_potential_v, mean_free_path_m, sheath_m
from sim.plant.tool import ChamberSpec, PlasmaSpec
from sim.plant.walls import atom_loss_per_s


class Plasma:
    """State of the discharge; ``step`` follows gas and power."""

    __slots__ = (
        "_chamber",
        "_follow",
        "_radical_age",
        "_settled",
        "_spec",
        "_spent_at_ev",
        "_spent_ev_s",
        "absorbed_w",
        "breakdown_factor",
        "chuck_flux_fraction",
        "chuck_ion_flux_m2s",
        "coupling",
        "dc_bias_v",
        "efficiency",
        "electron_density_m3",
        "electron_temperature_ev",
        "gas_temperature_k",
        "h_density_m3",
        "h_loss_per_s",
        "h_recombination",
        "ion_energy_ev",
        "ion_power_w",
        "lit",
        "lost_w",
        "no_ignite",
        "o_density_m3",
        "o_loss_per_s",
        "o_recombination",
        "oh_density_m3",
        "quench_s",
        "wall_temperature_k",
        "zone_m3",
        "zone_share",
        "zone_temperature_k",
    )

    def __init__(self, spec: PlasmaSpec, chamber: ChamberSpec, dt: float) -> None:
        self._spec = spec
        self._chamber = chamber
        self._follow = dt / (spec.density_lag_s + dt)
        self._radical_age = 0
        self._settled = False  # whether T_e has found its balance since the strike
        self._spent_ev_s = self._spent_at_ev = 0.0  # inelastic losses of one electron, and the T_e they belong to
        self.coupling = spec.coupling
        self.chuck_flux_fraction = spec.chuck_flux_fraction
        self.breakdown_factor = 1.0  # this tool's breakdown voltage over the nominal one
        self.o_recombination = spec.wall_recombination_o
        self.h_recombination = spec.wall_recombination_h
        self.o_loss_per_s = self.h_loss_per_s = 100.0
        self.wall_temperature_k = self.gas_temperature_k = chamber.wall_temperature_k
        self.zone_temperature_k = chamber.wall_temperature_k
        self.zone_m3 = pi * spec.zone_radius_m**2 * spec.zone_height_m
        self.zone_share = self.zone_m3 / chamber.volume_m3
        self.electron_temperature_ev = 3.0
        self.no_ignite = False
        self.quench_s = 0.0  # a fault keeps the discharge out for this long
        self.o_density_m3 = self.h_density_m3 = self.oh_density_m3 = 0.0
        self.go_out()

    def go_out(self) -> None:
        """No electrons any more; radicals die in their own time."""
        self.lit = False
        self.electron_density_m3 = 0.0
        self.absorbed_w = self.lost_w = self.ion_power_w = self.efficiency = 0.0
        self.chuck_ion_flux_m2s = self.ion_energy_ev = self.dc_bias_v = 0.0

    def step(
        self, dt: float, molecules: list[float], pressure_pa: float, load_w: float, electrode_v: float, chance: float
    ) -> None:
        """Advance: gas [molecules per species], power and voltage at the load; ``chance`` uniform in [0, 1)."""
        if self.quench_s > 0.0:
            self.quench_s -= dt
            if self.lit:
                self.go_out()
        elif self.lit:
            self._burn(molecules, pressure_pa, load_w, electrode_v)
        elif load_w > 0.0 and not self.no_ignite:
            self._strike(dt, molecules, pressure_pa, electrode_v, chance)
        if self.lit or self.gas_temperature_k != self.wall_temperature_k or self.o_density_m3 + self.h_density_m3 > 0.0:
            self._radicals(dt, molecules, pressure_pa)
            self._warm_gas(molecules)

    def _strike(self, dt: float, molecules: list[float], pressure_pa: float, electrode_v: float, chance: float) -> None:
        """Above the breakdown voltage the first electron comes after an exponential delay (paper: mean 10..100 ms)."""
        spec = self._spec
        if electrode_v < self.breakdown_factor * breakdown_v(spec, molecules, pressure_pa):
            return
        if chance < dt / spec.strike_delay_s:
            self.lit = True
            self._settled = False
            self.electron_density_m3 = spec.seed_density_m3
            self.electron_temperature_ev = 3.0

    def _burn(self, molecules: list[float], pressure_pa: float, load_w: float, electrode_v: float) -> None:
        """Particle balance gives T_e, power balance gives n_e; too little power or gas and the discharge goes out."""
        spec, volume = self._spec, self.zone_m3
        per_m3 = self.gas_temperature_k / (self.zone_temperature_k * self._chamber.volume_m3)  # hot gas is thinner
        o, h = self.o_density_m3, self.h_density_m3
        n_o2 = max(0.0, (molecules[O2] + molecules[CO2] + molecules[H2O] + molecules[CH4]) * per_m3 - 0.5 * o)
        n_h2 = max(0.0, molecules[H2] * per_m3 - 0.5 * h)
        n_ar, n_n2 = molecules[AR] * per_m3, (molecules[N2] + molecules[CO]) * per_m3
        gas = n_o2 + n_h2 + n_ar + n_n2 + o + h
        if gas <= 0.0:
            self.go_out()
            return
        free_path = mean_free_path_m(gas, spec.ion_cross_section_m2)
        edge_m2, edge_axial = edge_area_m2(spec.zone_radius_m, spec.zone_height_m, free_path)
        te = self.electron_temperature_ev
        for _ in range(1 if self._settled else 12):  # Newton: once a sub-step, to the end after a strike
            by = ionising_per_s(te, n_ar, n_o2, n_n2, n_h2, o, h)
            made = by[0] + by[1] + by[2] + by[3] + by[4] + by[5]
            ion_amu = mean_ion_amu(by[0], by[1] + by[4], by[2], by[3] + by[5], n_h2 / gas)
            bohm_m_s = sqrt(CHARGE_C * te / (ion_amu * AMU_KG))
            loss = bohm_m_s * edge_m2 / volume
            te = next_temperature_ev(te, made, loss)
        self._settled = True
        self.electron_temperature_ev = te
        # power balance
        if self._radical_age == 0 or abs(te - self._spent_at_ev) > 0.002 * te:  # moves slowly: every fifth sub-step
            self._spent_ev_s = inelastic_ev_per_s(te, n_ar, n_o2, n_n2, n_h2, o)
            self._spent_at_ev = te
        spent_ev_s = self._spent_ev_s + ionisation_ev_per_s(by)
        wall_v = floating_potential_v(te, ion_amu)
        n_e = self.electron_density_m3
        chuck = edge_axial * self.chuck_flux_fraction * bohm_m_s  # ion flux to the chuck per n_e
        bias_w = CHARGE_C * chuck * spec.electrode_area_m2 * self.dc_bias_v
        ions_w = CHARGE_C * volume * loss * (wall_v + 0.5 * te)
        per_density_w = CHARGE_C * volume * (spent_ev_s + loss * 2.0 * te) + ions_w + bias_w
        target = self.coupling * load_w / per_density_w - spec.coupling_density_m3
        n_e += self._follow * (target - n_e)
        if n_e < spec.sustain_fraction * spec.coupling_density_m3:
            self.go_out()
            return
        self.electron_density_m3 = n_e
        self.efficiency = self.coupling * n_e / (n_e + spec.coupling_density_m3)
        self.absorbed_w = self.efficiency * load_w
        self.lost_w = n_e * per_density_w
        self.ion_power_w = n_e * (ions_w + bias_w)
        self.dc_bias_v = spec.asymmetry * electrode_v
        self.chuck_ion_flux_m2s = flux = n_e * chuck
        thick = sheath_m(flux / bohm_m_s, te, self.dc_bias_v + wall_v)
        self.ion_energy_ev = wall_v + 0.5 * te + self.dc_bias_v * free_path / (free_path + thick)

    def _radicals(self, dt: float, molecules: list[float], pressure_pa: float) -> None:
        """dn/dt = 2 n_e (V_zone/V) n_X k_diss - n/tau_wall for O and H; OH from water; semi-implicit.

        Atoms are taken as mixed through the whole chamber.
        """
        n_e, te = self.electron_density_m3 * self.zone_share, self.electron_temperature_ev
        per_m3 = 1.0 / self._chamber.volume_m3
        if self._radical_age == 0:  # wall losses change slowly: every fifth sub-step
            self._wall_losses(pressure_pa)
        self._radical_age = (self._radical_age + 1) % 5
        by_o = by_h = by_oh = 0.0
        if n_e > 0.0:
            ln_te = log(te)
            # rates.DISSOCIATE_*: same remark as above
            by_o = n_e * (1.80e-14 * exp(-0.722 * ln_te - 7.21 / te) + 4.03e-14 * exp(0.017 * ln_te - 8.37 / te))
            if molecules[H2] > 0.0:
                by_h = n_e * (
                    1.37e-14 * exp(-0.11 * ln_te - 9.81 / te)
                    + 2.37e-14 * exp(-0.712 * ln_te - 12.73 / te)
                    + 8.86e-15 * exp(-0.605 * ln_te - 13.25 / te)
                )
            by_oh = n_e * 1.14e-14 * exp(0.937 * ln_te - 6.95 / te)
        water = molecules[H2O] * per_m3
        o = self.o_density_m3 + 2.0 * dt * by_o * molecules[O2] * per_m3
        self.o_density_m3 = _faded(o / (1.0 + dt * (by_o + self.o_loss_per_s)))
        h = self.h_density_m3 + dt * (2.0 * by_h * molecules[H2] * per_m3 + by_oh * water)
        self.h_density_m3 = _faded(h / (1.0 + dt * (by_h + self.h_loss_per_s)))
        oh = self.oh_density_m3 + dt * by_oh * water
        self.oh_density_m3 = _faded(oh / (1.0 + dt * (by_oh + self._spec.oh_loss_per_s)))

    def _wall_losses(self, pressure_pa: float) -> None:
        chamber, t = self._chamber, self.gas_temperature_k
        self.o_loss_per_s = atom_loss_per_s(chamber, 16.0, 2.4e-5, pressure_pa, t, self.o_recombination)
        self.h_loss_per_s = atom_loss_per_s(chamber, 1.0, 1.5e-4, pressure_pa, t, self.h_recombination)

    def _warm_gas(self, molecules: list[float]) -> None:
        """T_zone - T_wall = P_gas l/(2 kappa A): heat conducts to both electrodes in milliseconds, so only a short lag.

        The gas outside the zone stays at wall temperature: the mean of the chamber is weighted by volume.
        """
        spec, wall = self._spec, self.wall_temperature_k
        total = sum(molecules)
        hydrogen = molecules[H2] / total if total > 0.0 else 0.0
        kappa = 0.033 + 0.17 * hydrogen  # paper: W/m/K at 400 K, O2/N2 0.033, H2 0.23 (mole-weighted: assumed)
        area_m2 = 2.0 * pi * spec.zone_radius_m**2
        rise = spec.gas_heat_fraction * self.absorbed_w * spec.gas_conduction_length_m / (kappa * area_m2)
        zone = self.zone_temperature_k + self._follow * (wall + rise - self.zone_temperature_k)
        if rise == 0.0 and abs(zone - wall) < 1e-3:
            zone = wall
        self.zone_temperature_k = zone
        self.gas_temperature_k = wall + self.zone_share * (zone - wall)


def _faded(density_m3: float) -> float:
    return density_m3 if density_m3 > 1e9 else 0.0  # ends the exponential tail far below any effect
