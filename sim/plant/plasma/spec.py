"""What the discharge of the simulated tool is made of (table [plasma]), and its state."""

from __future__ import annotations

from sim.plant.plasma.particles import IONS
from sim.plant.records import Floats, Record, vector


class PlasmaSpec(Record):
    """Table [plasma]. Zone: the cylinder between chuck and counter-electrode in which the electrons are."""

    zone_radius_m: float
    zone_height_m: float
    coupling: float
    coupling_density_m3: float
    density_lag_s: float
    gas_lag_s: float
    gas_heat_fraction: float
    gas_conduction_length_m: float
    electrode_area_m2: float
    asymmetry: float
    chuck_flux_fraction: float
    seed_density_m3: float
    sustain_fraction: float


class Plasma(Record):
    """State and outputs of the discharge. Densities are those of the zone, powers those of the whole discharge."""

    lit: float
    at_rest: float  # unlit, and neither radicals nor warm gas are left
    electron_density_m3: float
    electron_temperature_ev: float
    alpha: float  # electronegativity, O- per electron
    negative_m3: float  # O-
    ion_m3: Floats = vector(IONS)  # in the order of particles.POSITIVE
    metastable_m3: float  # Ar*
    ion_amu: float  # mean mass of the ions that reach the wall
    bohm_m_s: float
    collision_hz: float  # momentum transfer of electrons
    efficiency: float  # absorbed power per load power
    absorbed_w: float
    lost_w: float  # sum of the four sinks
    inelastic_w: float
    elastic_w: float
    electron_wall_w: float
    ion_power_w: float  # ions falling through the sheaths
    dc_bias_v: float
    sheath_m: float
    ion_energy_ev: float  # mean at the mask
    chuck_ion_flux_m2s: float
    o_flux_m2s: float
    h_flux_m2s: float
    n_flux_m2s: float
    zone_temperature_k: float
    gas_temperature_k: float  # mean of the chamber
