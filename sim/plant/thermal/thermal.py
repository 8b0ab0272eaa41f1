"""All temperatures of a tool, one slow step at a time, and what their sensors feel.

Owns the order: heat of the plasma, mask, chuck, coolant, bath, walls. Gas temperature belongs to the plasma room.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.thermal.chiller import Chiller, ChillerSpec, circulate, in_hoses_j, regulate
from sim.plant.thermal.heat import Heat
from sim.plant.thermal.mask import Mask, MaskSpec, conduct


class ThermalSpec(Record):
    """Chuck, walls, sensors, room."""

    chuck_j_k: float
    chuck_coolant_w_k: float
    chuck_wall_w_k: float
    wall_j_k: float
    wall_water_w_k: float
    wall_room_w_k: float
    water_c: float
    coupling_to_chuck: float
    pt100_lag_s: float
    pt100_noise_k: float
    pyrometer_lag_s: float
    pyrometer_noise_k: float
    room_c: float


class Thermal(Record):
    """State; temperatures in degC."""

    mask: Mask
    chiller: Chiller
    heat: Heat
    chuck_c: float
    wall_c: float
    chuck_sensor_c: float
    mask_sensor_c: float
    water_w: float  # heat that leaves the walls: to their cooling water, or without it to the room


@law
def step(
    state: Thermal,
    spec: ThermalSpec,
    mask: MaskSpec,
    chiller: ChillerSpec,
    gap_pa: float,
    chiller_on: float,
    setpoint_c: float,
    water: float,
    dt: float,
) -> None:
    """Advance by a slow step; ``state.heat`` says what the plasma gives, ``gap_pa`` the gas under the mask, ``water``
    whether cooling water flows.
    """
    conduct(state.mask, mask, state.heat.mask_w, gap_pa, state.chuck_c, state.wall_c, dt)
    flowing = chiller_on != 0.0 and state.chiller.available != 0.0
    to_coolant_w = spec.chuck_coolant_w_k * (state.chuck_c - state.chiller.supply_c) if flowing else 0.0
    leaving_c = state.chiller.supply_c + to_coolant_w / chiller.coolant_w_k
    circulate(state.chiller, chiller, leaving_c, flowing, dt)
    regulate(state.chiller, chiller, flowing, water, setpoint_c, spec.room_c, dt)
    to_wall_w = spec.chuck_wall_w_k * (state.chuck_c - state.wall_c)
    state.chuck_c += dt * (state.mask.down_w + state.heat.chuck_w - to_coolant_w - to_wall_w) / spec.chuck_j_k
    if water > 0.0:
        state.water_w = spec.wall_water_w_k * (state.wall_c - spec.water_c)
    else:
        state.water_w = spec.wall_room_w_k * (state.wall_c - spec.room_c)
    to_walls_w = state.heat.wall_w + to_wall_w + state.mask.radiated_w
    state.wall_c += dt * (to_walls_w - state.water_w) / spec.wall_j_k
    state.chuck_sensor_c += dt / (spec.pt100_lag_s + dt) * (state.chuck_c - state.chuck_sensor_c)
    state.mask_sensor_c += dt / (spec.pyrometer_lag_s + dt) * (state.mask.layer_c[0] - state.mask_sensor_c)


def rest(state: Thermal, spec: ThermalSpec) -> None:
    """A tool that has stood in its room for long, walls at the temperature of their water."""
    fresh_mask(state, spec)
    for part in (state.chiller.there, state.chiller.back):
        part[:] = spec.room_c
    state.chiller.bath_c = state.chiller.supply_c = state.chiller.return_c = spec.room_c
    state.chiller.available = 1.0
    state.chuck_c = state.chuck_sensor_c = state.mask_sensor_c = spec.room_c
    state.wall_c = spec.water_c


def fresh_mask(state: Thermal, spec: ThermalSpec) -> None:
    """A mask at room temperature is laid on the chuck."""
    state.mask.layer_c[:] = spec.room_c


def heat_content_j(state: Thermal, spec: ThermalSpec, mask: MaskSpec, chiller: ChillerSpec) -> float:
    """Heat above 0 degC in mask, chuck, bath, hoses and walls [J], for balances."""
    in_mask = mask.capacity_j_k * float(state.mask.layer_c.mean())
    in_bath = chiller.bath_j_k * state.chiller.bath_c + in_hoses_j(state.chiller, chiller)
    return float(in_mask + in_bath + spec.chuck_j_k * state.chuck_c + spec.wall_j_k * state.wall_c)
