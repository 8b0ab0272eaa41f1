"""What the simulated tool is made of: the numbers of ``sim/tools/*.toml`` as frozen dataclasses, units in the names.

Owns reading and refusing (unknown, missing, non-numeric keys). No physics here; sources stand beside each number.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

TOOLS = Path(__file__).resolve().parent.parent / "tools"

Section = TypeVar("Section")


class ToolError(ValueError):
    """A tool file says something that the plant does not understand."""


@dataclass(frozen=True, slots=True)
class ChamberSpec:
    """The vessel and what its walls give off."""

    volume_m3: float
    area_m2: float
    radius_m: float
    height_m: float
    wall_temperature_k: float
    outgassing_pa_m_s: float
    outgassing_offset_s: float
    dry_vent_age_s: float
    leak_pa_m3_s: float
    lid_exchange_s: float
    atm_switch_pa: float
    relief_s: float


@dataclass(frozen=True, slots=True)
class PathSpec:
    """Chamber to turbo: isolation valve and butterfly."""

    open_m3_s: float
    leak_m3_s: float
    exponent: float
    throttle_stroke_s: float


@dataclass(frozen=True, slots=True)
class TurboSpec:
    """Turbo pump and its drive."""

    speed_n2_m3_s: float
    speed_ar_m3_s: float
    speed_h2_m3_s: float
    speed_other_m3_s: float
    rolloff_pa: float
    critical_exhaust_pa: float
    passive_m3_s: float
    nominal_hz: float
    inertia_kg_m2: float
    motor_w: float
    drag_w: float
    brake_w: float
    gas_drag_w_s_pa_m3: float
    efficiency: float
    electronics_w: float
    supply_v: float
    bearing_k_per_w: float
    bearing_s: float
    bearing_dry_k_per_w: float


@dataclass(frozen=True, slots=True)
class DryPumpSpec:
    """Dry pump."""

    speed_m3_s: float
    ultimate_pa: float
    nominal_hz: float
    ramp_s: float
    idle_w: float
    load_w: float
    load_pa: float
    warm_k_per_w: float
    warm_s: float
    purge_slm: float


@dataclass(frozen=True, slots=True)
class ForelineSpec:
    """Volumes between turbo and dry pump."""

    volume_m3: float
    exhaust_volume_m3: float
    valve_m3_s: float
    switch_pa: float


@dataclass(frozen=True, slots=True)
class SoftPumpSpec:
    """Bypass from chamber to dry pump."""

    throughput_pa_m3_s: float
    open_m3_s: float


@dataclass(frozen=True, slots=True)
class VentSpec:
    """Restricted N2 line."""

    throughput_pa_m3_s: float
    line_pa: float


@dataclass(frozen=True, slots=True)
class ValvesSpec:
    """Travel times."""

    isolation_s: float
    foreline_s: float
    vent_s: float
    soft_pump_s: float
    gas_s: float


@dataclass(frozen=True, slots=True)
class MfcSpec:
    """Mass-flow controllers."""

    o2_full_scale_sccm: float
    h2_full_scale_sccm: float
    ar_full_scale_sccm: float
    n2_full_scale_sccm: float
    dead_time_s: float
    lag_s: float
    overdrive: float
    noise_of_reading: float
    noise_of_full_scale: float


@dataclass(frozen=True, slots=True)
class GaugesSpec:
    """Capacitance gauges and the wide-range gauge."""

    full_scale_pa: float
    lag_s: float
    noise_of_reading: float
    noise_of_full_scale: float
    wide_lag_s: float
    wide_noise: float
    wide_low_pa: float
    wide_high_pa: float


@dataclass(frozen=True, slots=True)
class RfSpec:
    """Matching network and the loads behind it."""

    frequency_hz: float
    source_ohm: float
    load_pf_at_0: float
    load_pf_per_pct: float
    tune_pf_at_0: float
    tune_pf_per_pct: float
    inductance_h: float
    resistance_ohm: float
    stroke_s: float
    unlit_r_ohm: float
    unlit_x_ohm: float
    lit_r_ohm: float
    lit_x_ohm: float
    lit_density_m3: float
    lit_r_exponent: float
    lit_x_exponent: float
    arc_r_ohm: float
    arc_x_ohm: float
    reflected_noise_w: float


@dataclass(frozen=True, slots=True)
class PlasmaSpec:
    """Discharge."""

    zone_radius_m: float
    zone_height_m: float
    coupling: float
    coupling_density_m3: float
    density_lag_s: float
    ion_cross_section_m2: float
    wall_recombination_o: float
    wall_recombination_h: float
    gas_heat_fraction: float
    gas_conduction_length_m: float
    electrode_area_m2: float
    asymmetry: float
    chuck_flux_fraction: float
    breakdown_ar_v: float
    breakdown_other_v: float
    breakdown_pressure_pa: float
    strike_delay_s: float
    seed_density_m3: float
    sustain_fraction: float
    oh_loss_per_s: float


@dataclass(frozen=True, slots=True)
class SurfaceSpec:
    """Films on the mask and what removes them."""

    mask_side_m: float
    cells: float
    organic_carbon_m3: float
    carbon_carbon_m3: float
    resist_carbon_m3: float
    organic_h_per_c: float
    carbon_h_per_c: float
    resist_h_per_c: float
    o_activation_ev: float
    o_prefactor: float
    reaction_cap: float
    o_sticking: float
    o_yield: float
    o_threshold_ev: float
    o_per_ion: float
    h_sticking: float
    h_yield: float
    h_threshold_ev: float
    h_peak_yield: float
    h_peak_k: float
    h_activation_ev: float
    sputter_yield: float
    sputter_threshold_ev: float
    co_fraction: float
    monolayer_m: float
    radical_droop: float
    ion_droop: float
    film_spread: float


@dataclass(frozen=True, slots=True)
class ThermalSpec:
    """Mask, chuck, chiller, walls."""

    mask_j_k: float
    mask_conductivity_w_m_k: float
    mask_thickness_m: float
    contact_w_m2_k: float
    gas_contact_w_m2_k_pa: float
    gas_contact_limit_w_m2_k: float
    chuck_j_k: float
    chuck_bath_w_k: float
    chuck_wall_w_k: float
    bath_j_k: float
    heater_w: float
    cooler_w: float
    bath_gain_pct_k: float
    bath_integral_pct_k_s: float
    wall_j_k: float
    wall_room_w_k: float
    coupling_to_chuck: float
    pt100_lag_s: float
    pt100_noise_k: float
    pyrometer_lag_s: float
    pyrometer_noise_k: float
    room_c: float


@dataclass(frozen=True, slots=True)
class OpticsSpec:
    """Spectrometer."""

    photons: float
    continuum: float
    dark: float


@dataclass(frozen=True, slots=True)
class UtilitiesSpec:
    """Electricity and water."""

    generator_efficiency: float
    generator_idle_w: float
    chiller_idle_w: float
    chiller_cop: float
    electronics_w: float
    water_lpm: float


@dataclass(frozen=True, slots=True)
class Tool:
    """One simulated tool."""

    chamber: ChamberSpec
    path: PathSpec
    turbo: TurboSpec
    dry_pump: DryPumpSpec
    foreline: ForelineSpec
    soft_pump: SoftPumpSpec
    vent: VentSpec
    valves: ValvesSpec
    mfc: MfcSpec
    gauges: GaugesSpec
    rf: RfSpec
    plasma: PlasmaSpec
    surface: SurfaceSpec
    thermal: ThermalSpec
    optics: OpticsSpec
    utilities: UtilitiesSpec


_SECTIONS: dict[str, type[Any]] = {
    "chamber": ChamberSpec,
    "path": PathSpec,
    "turbo": TurboSpec,
    "dry_pump": DryPumpSpec,
    "foreline": ForelineSpec,
    "soft_pump": SoftPumpSpec,
    "vent": VentSpec,
    "valves": ValvesSpec,
    "mfc": MfcSpec,
    "gauges": GaugesSpec,
    "rf": RfSpec,
    "plasma": PlasmaSpec,
    "surface": SurfaceSpec,
    "thermal": ThermalSpec,
    "optics": OpticsSpec,
    "utilities": UtilitiesSpec,
}


def load_tool(path: Path | str = TOOLS / "reference.toml") -> Tool:
    """Read a tool file; raise ToolError naming file, table and key when something is unknown, missing or no number."""
    with open(path, "rb") as file:
        tables = tomllib.load(file)
    _same_keys(set(tables), set(_SECTIONS), f"{path}")
    return Tool(**{name: _section(cls, tables[name], f"{path} [{name}]") for name, cls in _SECTIONS.items()})


def _section(cls: type[Section], table: Any, where: str) -> Section:
    if not isinstance(table, dict):
        raise ToolError(f"{where}: must be a table")
    _same_keys(set(table), {field.name for field in fields(cls)}, where)  # type: ignore[arg-type]
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ToolError(f"{where} {key}: must be a number, not {value!r}")
    return cls(**{key: float(value) for key, value in table.items()})


def _same_keys(given: set[str], known: set[str], where: str) -> None:
    if unknown := sorted(given - known):
        raise ToolError(f"{where}: unknown {', '.join(unknown)}")
    if missing := sorted(known - given):
        raise ToolError(f"{where}: missing {', '.join(missing)}")
