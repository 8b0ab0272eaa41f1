"""The truth: what is really so in the plant, flat and by name, for traces and tests. Never for control.

Owns the names. Units end each name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.plant.gas import BOLTZMANN_J_K

if TYPE_CHECKING:
    from sim.plant.plant import Plant


def truth(plant: Plant) -> dict[str, float]:
    """Every quantity of interest as a float."""
    vacuum, plasma, match = plant.vacuum, plant.plasma, plant.match
    surface, thermal, utilities = plant.surface, plant.thermal, plant.utilities
    per_molecule_pa = BOLTZMANN_J_K * vacuum.gas_temperature_k / plant.tool.chamber.volume_m3
    o2, h2, ar, n2, co, co2, ch4, h2o = vacuum.molecules
    flow_o2, flow_h2, flow_ar, flow_n2 = plant.mfcs
    return {
        "chamber_pressure_pa": vacuum.pressure_pa,
        "gas_temperature_k": vacuum.gas_temperature_k,
        "plasma_gas_temperature_k": plasma.zone_temperature_k,
        "p_o2_pa": o2 * per_molecule_pa,
        "p_h2_pa": h2 * per_molecule_pa,
        "p_ar_pa": ar * per_molecule_pa,
        "p_n2_pa": n2 * per_molecule_pa,
        "p_co_pa": co * per_molecule_pa,
        "p_co2_pa": co2 * per_molecule_pa,
        "p_ch4_pa": ch4 * per_molecule_pa,
        "p_h2o_pa": h2o * per_molecule_pa,
        "o2_flow_sccm": flow_o2.flow_sccm,
        "h2_flow_sccm": flow_h2.flow_sccm,
        "ar_flow_sccm": flow_ar.flow_sccm,
        "n2_flow_sccm": flow_n2.flow_sccm,
        "turbo_inlet_pressure_pa": vacuum.inlet_pa,
        "turbo_exhaust_pressure_pa": vacuum.exhaust_pa,
        "foreline_pressure_pa": vacuum.foreline_pa,
        "throttle_pct": plant.throttle.pct,
        "turbo_speed_hz": plant.turbo.speed_hz,
        "forward_power_w": match.reflected_w + match.loss_w + match.load_w,
        "reflected_power_w": match.reflected_w,
        "match_loss_w": match.loss_w,
        "load_power_w": match.load_w,
        "electrode_v": match.electrode_v,
        "plasma_on": 1.0 if plasma.lit else 0.0,
        "electron_density_m3": plasma.electron_density_m3,
        "electron_temperature_ev": plasma.electron_temperature_ev,
        "absorbed_power_w": plasma.absorbed_w,
        "coupling_efficiency": plasma.efficiency,
        "ion_flux_m2s": plasma.chuck_ion_flux_m2s,
        "ion_energy_ev": plasma.ion_energy_ev,
        "dc_bias_v": plasma.dc_bias_v,
        "o_density_m3": plasma.o_density_m3,
        "h_density_m3": plasma.h_density_m3,
        "film_mean_nm": surface.mean_nm,
        "film_max_nm": surface.max_nm,
        "film_min_nm": surface.min_nm,
        "carbon_removed_per_s": surface.carbon_per_s,
        "mask_temperature_c": thermal.mask_c[0],
        "chuck_temperature_c": thermal.chuck_c,
        "bath_temperature_c": thermal.bath_c,
        "wall_temperature_c": thermal.wall_c,
        "power_generator_w": utilities.generator_w,
        "power_turbo_w": utilities.turbo_w,
        "power_dry_pump_w": utilities.dry_pump_w,
        "power_chiller_w": utilities.chiller_w,
        "power_electronics_w": utilities.electronics_w,
        "power_total_w": utilities.total_w,
        "energy_kwh": utilities.energy_kwh,
    }
