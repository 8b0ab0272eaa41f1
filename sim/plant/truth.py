"""The truth: what is really so in the plant, flat and by name, for traces and tests. Never for control.

Owns the names; units end each name. Most are numbers of the state as they are; a few follow from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plant.records import Floats, place_of
from sim.plant.species import BOLTZMANN_J_K, SPECIES
from sim.plant.state import State

if TYPE_CHECKING:
    from sim.plant.plant import Plant

#: name -> where it is in the state
TRUTH = {
    "chamber_pressure_pa": "vacuum.gas.pressure_pa",
    "gas_temperature_k": "vacuum.gas.temperature_k",
    "plasma_gas_temperature_k": "plasma.zone_temperature_k",
    "o2_flow_sccm": "vacuum.mfcs.flow_sccm[0]",
    "h2_flow_sccm": "vacuum.mfcs.flow_sccm[1]",
    "ar_flow_sccm": "vacuum.mfcs.flow_sccm[2]",
    "n2_flow_sccm": "vacuum.mfcs.flow_sccm[3]",
    "leak_pa_m3_s": "vacuum.gas.leak_pa_m3_s",
    "outgassing_pa_m3_s": "vacuum.gas.outgassing_pa_m3_s",
    "particle_risk_kpa": "vacuum.gas.particle_risk_kpa",
    "turbo_inlet_pressure_pa": "vacuum.gas.inlet_pa",
    "turbo_exhaust_pressure_pa": "vacuum.gas.exhaust_pa",
    "foreline_pressure_pa": "vacuum.gas.foreline_pa",
    "throttle_pct": "vacuum.throttle.pct",
    "turbo_speed_hz": "sensors.slow.turbo_speed_hz",
    "forward_power_w": "rf.forward_w",
    "reflected_power_w": "rf.reflected_w",
    "match_loss_w": "rf.loss_w",
    "load_power_w": "rf.load_w",
    "load_r_ohm": "rf.load_r_ohm",
    "load_x_ohm": "rf.load_x_ohm",
    "electrode_v": "rf.electrode_v",
    "arcs": "rf.arcs",
    "plasma_on": "plasma.lit",
    "electron_density_m3": "plasma.electron_density_m3",
    "electron_temperature_ev": "plasma.electron_temperature_ev",
    "electronegativity": "plasma.alpha",
    "absorbed_power_w": "plasma.absorbed_w",
    "coupling_efficiency": "plasma.efficiency",
    "ion_flux_m2s": "plasma.chuck_ion_flux_m2s",
    "ion_energy_ev": "plasma.ion_energy_ev",
    "dc_bias_v": "plasma.dc_bias_v",
    "wall_recombination_o": "walls.gamma_o",
    "wall_recombination_h": "walls.gamma_h",
    "film_mean_nm": "surface.film.mean_nm",
    "film_max_nm": "surface.film.max_nm",
    "film_min_nm": "surface.film.min_nm",
    "carbon_removed_per_s": "surface.film.carbon_per_s",
    "tin_mean_nm": "surface.tin.mean_nm",
    "haze_mean_nm": "surface.haze.mean_nm",
    "cap_oxide_mean_nm": "surface.cap.oxide_mean_nm",
    "absorber_oxide_mean_nm": "surface.absorber.oxide_mean_nm",
    "hydrogen_ion_dose_m2": "surface.ion_dose_m2",
    "window_depth": "light.window_depth",
    "mask_temperature_c": "thermal.mask.layer_c[0]",
    "mask_underside_c": "thermal.mask.layer_c[4]",
    "chuck_temperature_c": "thermal.chuck_c",
    "bath_temperature_c": "thermal.chiller.bath_c",
    "wall_temperature_c": "thermal.wall_c",
    "power_generator_w": "utilities.power_w[0]",
    "power_turbo_w": "utilities.power_w[1]",
    "power_dry_pump_w": "utilities.power_w[2]",
    "power_chiller_w": "utilities.power_w[3]",
    "power_electronics_w": "utilities.power_w[4]",
    "power_total_w": "utilities.total_w",
    "energy_kwh": "utilities.energy_kwh",
}
#: pressure each species would have alone, and the densities of radicals
PARTIAL = tuple(f"p_{name}_pa" for name in SPECIES)
RADICALS = {"o_density_m3": SPECIES.index("o"), "h_density_m3": SPECIES.index("h"), "n_density_m3": SPECIES.index("n")}
NAMES = (*TRUTH, *PARTIAL, *RADICALS)

_MOLECULES = [f"vacuum.gas.molecules[{i}]" for i in range(len(SPECIES))]
_AT = np.array(
    [
        place_of(State, path)
        for path in (
            *TRUTH.values(),
            *_MOLECULES,
            *(_MOLECULES[place] for place in RADICALS.values()),
            "vacuum.gas.temperature_k",
            "tool.vacuum.chamber.volume_m3",
        )
    ]
)
_PARTIAL = slice(len(TRUTH), len(TRUTH) + len(PARTIAL))
_RADICALS = slice(_PARTIAL.stop, _PARTIAL.stop + len(RADICALS))


def values(numbers: Floats) -> list[float]:
    """What is true of this block of numbers, in the order of NAMES."""
    found = numbers.take(_AT)
    kelvin, volume_m3 = found[-2:].tolist()
    found[_PARTIAL] *= BOLTZMANN_J_K * kelvin / volume_m3
    found[_RADICALS] /= volume_m3
    told: list[float] = found[:-2].tolist()
    return told


def truth(plant: Plant) -> dict[str, float]:
    """Every quantity of interest as a float."""
    return dict(zip(NAMES, values(plant.numbers), strict=True))
