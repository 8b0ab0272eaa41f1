"""The discharge: what burns between chuck and counter-electrode, and what it makes of the chamber's gas.

Owns the state of the plasma and the order of its laws: electrons and ions are solved for at each step (they settle in
microseconds), molecules, gas temperature and walls are integrated. One point; radicals spread through the chamber.
Leaves out: hot-electron tails, H-, vibrational states, profiles. Expect n_e within 1.5 (argon) to 2, T_e within 15 %,
radicals within 2 to 3 of a measurement. When it strikes, and what it is to the match, is for the rf room.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.law import law
from sim.plant.plasma.burn import burn
from sim.plant.plasma.chemistry import discharge, neutrals, quiet, react
from sim.plant.plasma.heat import chamber_mean_k, zone_k
from sim.plant.plasma.particles import IONS
from sim.plant.plasma.recombination import bury, recombine, star_loss_hz
from sim.plant.plasma.spec import Plasma, PlasmaSpec
from sim.plant.plasma.walls import Walls, WallsSpec
from sim.plant.plasma.work import Work
from sim.plant.records import Floats, new
from sim.plant.species import AMU_KG, BOLTZMANN_J_K, COUNT, MASS_AMU, H, N, O
from sim.plant.vacuum.chamber import total

FEW_M3 = 1e9  # assumed: radicals far below any effect; ends the exponential tail


def cold(wall_k: float) -> Plasma:
    """No discharge, gas at wall temperature."""
    return new(Plasma, gas_temperature_k=wall_k, zone_temperature_k=wall_k, electron_temperature_ev=3.0, at_rest=1.0)


@law
def ignite(p: Plasma, spec: PlasmaSpec) -> None:
    """The first avalanche is through: seed electrons, everything else is found in the next step."""
    p.lit = 1.0
    p.at_rest = 0.0
    p.electron_density_m3 = spec.seed_density_m3
    p.electron_temperature_ev = 3.0
    p.alpha = p.negative_m3 = 0.0
    for i in range(IONS):
        p.ion_m3[i] = 0.0


@law
def go_out(p: Plasma) -> None:
    """No electrons any more; radicals die in their own time, gas cools."""
    p.lit = p.electron_density_m3 = p.alpha = p.negative_m3 = p.metastable_m3 = 0.0
    p.efficiency = p.absorbed_w = p.lost_w = p.inelastic_w = p.elastic_w = p.electron_wall_w = p.ion_power_w = 0.0
    p.chuck_ion_flux_m2s = p.ion_energy_ev = p.dc_bias_v = p.sheath_m = p.collision_hz = p.bohm_m_s = 0.0
    for i in range(IONS):
        p.ion_m3[i] = 0.0


@law
def step(
    p: Plasma,
    walls: Walls,
    w: Work,
    spec: PlasmaSpec,
    wall_spec: WallsSpec,
    molecules: Floats,
    volume_m3: float,
    area_m2: float,
    wall_k: float,
    load_w: float,
    electrode_v: float,
    dt: float,
) -> None:
    """Advance by ``dt``: ``molecules`` of the chamber react; ``load_w`` and peak ``electrode_v`` from the match."""
    if p.lit == 0.0 and p.at_rest > 0.0:
        p.zone_temperature_k = p.gas_temperature_k = wall_k
        return
    zone_m3 = pi * spec.zone_radius_m * spec.zone_radius_m * spec.zone_height_m
    share = min(zone_m3 / volume_m3, 1.0)
    thin = p.gas_temperature_k / p.zone_temperature_k  # density in the zone over mean density
    pressure_pa = total(molecules) * BOLTZMANN_J_K * p.gas_temperature_k / volume_m3
    quiet(w)
    w.star_wall_hz = star_loss_hz(spec, pressure_pa, p.zone_temperature_k)
    if p.lit > 0.0:
        if load_w <= 0.0 or pressure_pa <= 0.0:
            p.lit = 0.0
        else:
            for i in range(COUNT):
                w.gas_m3[i] = molecules[i] * thin / volume_m3
            burn(p, w, spec, load_w, electrode_v, dt)
        if p.lit == 0.0:
            go_out(p)
    if p.lit > 0.0:
        discharge(w, molecules, share * thin, zone_m3, p.electron_density_m3, p.electron_temperature_ev)
    if pressure_pa > 0.0:
        recombine(w, walls, wall_spec, molecules, pressure_pa, p.gas_temperature_k, volume_m3 / area_m2)
        around = p.gas_temperature_k / wall_k
        hot, cool = share * thin * thin, (1.0 - share) * around * around
        neutrals(w, volume_m3, hot, cool, p.zone_temperature_k, wall_k)
        react(w, molecules, walls, volume_m3, dt)
    p.zone_temperature_k = zone_k(spec, molecules, p.absorbed_w, wall_k, p.zone_temperature_k, dt)
    p.gas_temperature_k = chamber_mean_k(share, p.zone_temperature_k, wall_k)
    if p.lit == 0.0:
        left = bury(molecules, FEW_M3 * volume_m3)
        p.at_rest = 1.0 if left == 0.0 and p.zone_temperature_k == wall_k else 0.0
    strike_mask(p, molecules, volume_m3, wall_k)


@law
def strike_mask(p: Plasma, molecules: Floats, volume_m3: float, wall_k: float) -> None:
    """Fluxes n v/4 of radicals [1/m2/s] at the mask; the last free path before it is at wall temperature."""
    quarter = sqrt(BOLTZMANN_J_K * wall_k / (2.0 * pi * AMU_KG)) * p.gas_temperature_k / (wall_k * volume_m3)
    p.o_flux_m2s = molecules[O] * quarter / sqrt(MASS_AMU[O])
    p.h_flux_m2s = molecules[H] * quarter / sqrt(MASS_AMU[H])
    p.n_flux_m2s = molecules[N] * quarter / sqrt(MASS_AMU[N])
