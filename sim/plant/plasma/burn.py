"""One step of a burning discharge: particle balance gives T_e, power balance gives n_e.

Owns the power balance (Lieberman & Lichtenberg, chapter 10) and what reaches the chuck.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.law import law
from sim.plant.plasma.edges import floating_potential_v, mean_free_path_m, sheath_m
from sim.plant.plasma.electrons import elastic, find_temperature_ev, inelastic_ev_hz
from sim.plant.plasma.ions import meet, quenched_hz
from sim.plant.plasma.particles import BOHM_PER_ROOT_EV, ION_AMU, IONS, O2_ION
from sim.plant.plasma.spec import Plasma, PlasmaSpec
from sim.plant.plasma.tables import HIT, N2_STAR_ROWS, O_STAR_ROWS
from sim.plant.plasma.work import Work
from sim.plant.species import CHARGE_C


@law
def burn(p: Plasma, w: Work, spec: PlasmaSpec, load_w: float, electrode_v: float, dt: float) -> None:
    """Follow gas (``w.gas_m3``) and power; with too little of either, ``lit`` becomes 0."""
    n_e = p.electron_density_m3
    w.o2_ion_part = p.ion_m3[O2_ION] / (n_e + p.negative_m3)
    w.ar_star_share = 0.0
    w.free_path_m = mean_free_path_m(w.gas_m3)
    meet(w)
    te = find_temperature_ev(w, spec, p.electron_temperature_ev, n_e, p.zone_temperature_k)
    if te == 0.0:
        p.lit = 0.0
        return
    p.electron_temperature_ev = te
    balance_power(p, w, spec, load_w, electrode_v, dt)
    fill_stars(p, w)


@law
def wall_losses(p: Plasma, w: Work) -> tuple[float, float]:
    """Ions lost to the walls per electron [1/s], and their sum of n u_B/n_e [m/s]; mean mass and u_B into ``p``."""
    lost = flux = count = by_root = 0.0
    root = sqrt(p.electron_temperature_ev)
    for i in range(IONS):
        lost += w.ion_share[i] * w.ion_wall_hz[i]
        flux += w.ion_share[i] * BOHM_PER_ROOT_EV[i] * root
        count += w.ion_share[i]
        by_root += w.ion_share[i] / sqrt(ION_AMU[i])
    p.ion_amu = (count / by_root) ** 2
    p.bohm_m_s = flux / count
    return lost, flux


@law
def balance_power(p: Plasma, w: Work, spec: PlasmaSpec, load_w: float, electrode_v: float, dt: float) -> None:
    """n_e from P_abs = n_e w, with P_abs = coupling n/(n + n_c) P_load: absorbed is not forward minus reflected.

    w: inelastic and elastic losses, 2 T_e per electron lost, V_s + T_e/2 per ion, and the bias of the chuck.
    """
    n_e, te = p.electron_density_m3, p.electron_temperature_ev
    inelastic = inelastic_ev_hz(w, te, n_e)
    elastic_ev_hz, p.collision_hz = elastic(w, te, p.zone_temperature_k)
    lost, flux = wall_losses(p, w)
    wall_v = floating_potential_v(te, p.ion_amu)
    p.dc_bias_v = spec.asymmetry * electrode_v
    to_chuck = w.edge_axial * spec.chuck_flux_fraction * flux
    joule = CHARGE_C * pi * spec.zone_radius_m * spec.zone_radius_m * spec.zone_height_m
    ions_w = joule * lost * (wall_v + 0.5 * te) + CHARGE_C * to_chuck * spec.electrode_area_m2 * p.dc_bias_v
    per_density_w = joule * (inelastic + elastic_ev_hz + 2.0 * te * lost) + ions_w
    target = spec.coupling * load_w / per_density_w - spec.coupling_density_m3
    n_e += dt / (spec.density_lag_s + dt) * (target - n_e)
    if n_e <= spec.sustain_fraction * spec.coupling_density_m3 + 1.0:
        p.lit = 0.0
        return
    p.electron_density_m3 = n_e
    p.efficiency = spec.coupling * n_e / (n_e + spec.coupling_density_m3)
    p.absorbed_w = p.efficiency * load_w
    p.inelastic_w, p.elastic_w = n_e * joule * inelastic, n_e * joule * elastic_ev_hz
    p.electron_wall_w, p.ion_power_w = n_e * joule * 2.0 * te * lost, n_e * ions_w
    p.lost_w = n_e * per_density_w
    p.alpha, p.negative_m3 = w.negative_share, w.negative_share * n_e
    for i in range(IONS):
        p.ion_m3[i] = w.ion_share[i] * n_e
    p.chuck_ion_flux_m2s = n_e * to_chuck
    p.sheath_m = sheath_m(p.chuck_ion_flux_m2s / p.bohm_m_s, te, p.dc_bias_v + wall_v)
    p.ion_energy_ev = wall_v + 0.5 * te + p.dc_bias_v * w.free_path_m / (w.free_path_m + p.sheath_m)


@law
def fill_stars(p: Plasma, w: Work) -> None:
    """Quasi-steady densities of Ar*, N2* and O(1D): made by electrons over quenched."""
    n_e = p.electron_density_m3
    w.star_m3[0] = p.metastable_m3 = w.ar_star_share * n_e
    made = 0.0
    for r in N2_STAR_ROWS:
        made += w.gas_m3[HIT[r]] * w.hit_k[r]
    w.star_m3[1] = n_e * made / quenched_hz(w, 1)
    made = 0.0
    for r in O_STAR_ROWS:
        made += w.gas_m3[HIT[r]] * w.hit_k[r]
    w.star_m3[2] = n_e * made / quenched_hz(w, 2)
