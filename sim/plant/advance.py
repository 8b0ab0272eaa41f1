"""A sub-step of the whole plant, compiled as one: which room comes after which, and what it hands on.

Owns the order. Every sub-step: gas room, then RF and plasma. Every fifth: mask, heat, light, supplies, slow sensors.
"""

from __future__ import annotations

from math import isfinite, sqrt
from typing import Any

import numpy as np

from sim.plant.dice import hand, normal
from sim.plant.discharge import burns_well, sub_step
from sim.plant.law import law
from sim.plant.optics.light import foul, shine
from sim.plant.plasma.particles import ION_AMU, POSITIVE
from sim.plant.plasma.walls import season
from sim.plant.records import Floats, dtype_of, place_of, places_of
from sim.plant.sound import sound
from sim.plant.species import ATMOSPHERE_PA, COUNT, H2, MASS_AMU, MOLECULES_PER_S_PER_SCCM, N2, O2, ZERO_C_K
from sim.plant.state import State
from sim.plant.surface.arriving import flux_m2s
from sim.plant.surface.surface import step as wear
from sim.plant.surface.tin import wall_loss_per_s
from sim.plant.thermal.heat import ion_w_m2, share
from sim.plant.thermal.thermal import step as warm
from sim.plant.utilities import draw, meter, supply
from sim.plant.vacuum.room import fast, slow

HYDROGEN_IONS = tuple(POSITIVE.index(ion) for ion in ("H+", "H2+", "H3+"))
ROOT_AMU = tuple(sqrt(amu) for amu in ION_AMU)
AIR_PA = 0.5 * ATMOSPHERE_PA  # assumed: an open lid below this still draws air in


WELL, BAD_START, BAD_GAS, BAD_DISCHARGE, BAD_SLOWLY = range(5)  #: how a sub-step went
#: rooms in which to look first for what went wrong, by how it went
SUSPECTS = ((), (), ("vacuum",), ("rf", "plasma", "walls"), ("thermal", "surface", "walls", "light", "utilities"))

#: what is looked at before it is read: in every sub-step what is told, the fast rooms, and what stands behind the
#: blocks of chance; with the slow rooms theirs, and the tool. Maps of the mask show in their means.
TOLD, FAST_END = places_of(State, "commands").start, places_of(State, "walls").stop
SLOW, SLOW_END = places_of(State, "thermal").start, places_of(State, "sensors").stop
CHANCE, REST = places_of(State, "dice.uniforms").start, place_of(State, "dice.at_normal")
ALL = dtype_of(State).itemsize // np.dtype(np.float64).itemsize


@law
def readable(numbers: Floats, slowly: float) -> bool:
    """Whether what the rooms of this sub-step read are numbers."""
    if not (sound(numbers, TOLD, FAST_END) and sound(numbers, REST, ALL)):
        return False
    return slowly <= 0.0 or (
        sound(numbers, 0, TOLD) and sound(numbers, SLOW, SLOW_END) and sound(numbers, CHANCE, REST)
    )


@law
def advance(memory: Any, dt: float, slowly: float) -> int:
    """One sub-step of ``memory[0]``; ``slowly`` > 0: the slow rooms too, for so many seconds.

    Returns WELL, or what is no longer finite; it stops there, before that spreads. A law may take the other branch
    of a comparison for what is no number, and give a wrong number instead: so what a step reads is looked at first.
    """
    if not readable(memory.view(np.float64), slowly):
        return BAD_START
    s = memory[0]
    dice, gas = s.dice, s.vacuum.gas
    fast(s.vacuum, s.tool.vacuum, s.commands, s.sensors.fast, s.source, normal(dice), normal(dice), dt)
    if not isfinite(gas.pressure_pa + gas.foreline_pa + s.vacuum.turbo.fraction):
        return BAD_GAS
    sub_step(s, dt)
    if not burns_well(s):
        return BAD_DISCHARGE
    if slowly > 0.0:
        slow_step(s, slowly)
        if not lasts_well(s):
            return BAD_SLOWLY
    return WELL


@law
def slow_step(s: State, dt: float) -> None:
    """Rooms that need no more than 20 Hz."""
    hand(s.dice)
    room_c = s.tool.thermal.room_c
    slow(s.vacuum, s.tool.vacuum, s.commands, s.sensors.slow, room_c, s.water, s.dice.five, dt)
    mask(s, dt)
    heat(s, dt)
    gas, plasma = s.vacuum.gas, s.plasma
    open_to_air = 1.0 if gas.lid_open != 0.0 and gas.pressure_pa > AIR_PA else 0.0
    season(s.walls, s.tool.walls, gas.molecules, plasma.lit, open_to_air, dt)
    light(s, dt)
    building(s, dt)


@law
def lasts_well(s: State) -> bool:
    """Whether what the slow rooms give is finite."""
    surface = s.surface
    given = s.thermal.chuck_c + s.thermal.wall_c + s.thermal.mask.down_w + s.walls.gamma_o
    given += surface.film.mean_nm + surface.tin.mean_nm + surface.haze.mean_nm
    given += surface.cap.oxide_mean_nm + surface.absorber.oxide_mean_nm
    for i in range(COUNT):
        given += s.source[i]
    return isfinite(given + s.light.background + s.utilities.energy_kwh)


@law
def mask(s: State, dt: float) -> None:
    """What falls on the mask, and what that does."""
    arriving, plasma, gas = s.surface.arriving, s.plasma, s.vacuum.gas
    volume, kelvin = s.tool.vacuum.chamber.volume_m3, gas.temperature_k
    arriving.o, arriving.h, arriving.n = plasma.o_flux_m2s, plasma.h_flux_m2s, plasma.n_flux_m2s
    arriving.o2 = flux_m2s(gas.molecules[O2] / volume, kelvin, MASS_AMU[O2])
    arriving.h2 = flux_m2s(gas.molecules[H2] / volume, kelvin, MASS_AMU[H2])
    arriving.ions, arriving.ion_ev = plasma.chuck_ion_flux_m2s, plasma.ion_energy_ev
    arriving.light_part = hydrogen_part(s)
    chamber, tin = s.tool.vacuum.chamber, s.tool.surface.tin
    arriving.snh4_loss_per_s = wall_loss_per_s(tin, chamber.area_m2, volume, kelvin, gas.wall_temperature_k)
    wear(s.surface, s.tool.surface, dt, s.thermal.mask.layer_c[0] + ZERO_C_K, gas.molecules)
    exchange = s.surface.exchange
    for i in range(COUNT):
        s.source[i] = exchange.source[i]
    s.walls.mask_o_hz, s.walls.mask_h_hz = exchange.o_uptake_per_s, exchange.h_uptake_per_s
    s.walls.mask_n_hz = exchange.n_uptake_per_s


@law
def hydrogen_part(s: State) -> float:
    """Of the ions, those of hydrogen alone, weighted by how fast each reaches the wall (1/sqrt(M), Bohm)."""
    ions = s.plasma.ion_m3
    of_all = of_hydrogen = 0.0
    for i in range(len(ROOT_AMU)):
        of_all += ions[i] / ROOT_AMU[i]
    for i in HYDROGEN_IONS:
        of_hydrogen += ions[i] / ROOT_AMU[i]
    return 0.0 if of_all <= 0.0 else of_hydrogen / of_all


@law
def heat(s: State, dt: float) -> None:
    """Where the load power ends, and the temperatures that follow."""
    plasma, tool, thermal = s.plasma, s.tool, s.thermal
    share(
        thermal.heat,
        s.rf.load_w,
        plasma.absorbed_w,
        ion_w_m2(plasma.chuck_ion_flux_m2s, plasma.ion_energy_ev),
        tool.mask.side_m**2,
        tool.plasma.electrode_area_m2,
        tool.vacuum.chamber.area_m2,
        tool.thermal.coupling_to_chuck,
    )
    gas, commands = s.vacuum.gas, s.commands
    warm(
        thermal,
        tool.thermal,
        tool.mask,
        tool.chiller,
        gas.pressure_pa,
        commands.chiller_on,
        commands.chiller_setpoint_c,
        s.water,
        dt,
    )
    gas.wall_temperature_k = thermal.wall_c + ZERO_C_K
    slowly = s.sensors.slow
    slowly.chuck_c = thermal.chuck_sensor_c + tool.thermal.pt100_noise_k * normal(s.dice)
    slowly.mask_c = thermal.mask_sensor_c + tool.thermal.pyrometer_noise_k * normal(s.dice)
    slowly.chiller_bath_c = thermal.chiller.bath_c
    slowly.chiller_power_pct = thermal.chiller.effort_pct


@law
def light(s: State, dt: float) -> None:
    """Light of this moment, and what the window has caught."""
    plasma, gas, tool = s.plasma, s.vacuum.gas, s.tool
    removed = s.surface.film.carbon_per_s / (tool.surface.maps.mask_side_m**2)
    foul(s.light, tool.optics, plasma.lit, removed, dt)
    shine(
        s.light,
        tool.optics,
        gas.molecules,
        tool.vacuum.chamber.volume_m3,
        plasma.gas_temperature_k / plasma.zone_temperature_k,
        plasma.electron_density_m3,
        plasma.electron_temperature_ev,
    )
    s.sensors.slow.oes_background = s.light.background


@law
def nitrogen_slm(s: State) -> float:
    """Nitrogen drawn for process and vent [standard litres a minute]."""
    arriving: float = s.vacuum.gas.inflow[N2]
    return max(arriving, 0.0) / MOLECULES_PER_S_PER_SCCM * 1e-3


@law
def strokes_per_s(s: State, dt: float) -> float:
    """How many pneumatic valves were switched since the last slow step."""
    strokes = 0.0
    for i in range(8):
        if s.commands.valve_open[i] != s.valve_before[i]:
            strokes += 1.0
        s.valve_before[i] = s.commands.valve_open[i]
    return strokes / dt


@law
def building(s: State, dt: float) -> None:
    """Electricity and supplies."""
    utilities, spec, commands, vacuum = s.utilities, s.tool.utilities, s.commands, s.vacuum
    flowing = 0.0
    for line in range(4):
        flowing += vacuum.mfcs.flow_sccm[line]
    utilities.process = 1.0 if flowing > 0.0 or commands.rf_forward_w > 0.0 else 0.0
    bath_w = s.thermal.chiller.heat_w
    chiller_on = commands.chiller_on != 0.0 and s.thermal.chiller.available != 0.0
    draw(utilities, spec, commands.rf_forward_w, vacuum.turbo.power_w, vacuum.dry_pump.power_w, chiller_on, bath_w)
    supply(utilities, spec, nitrogen_slm(s), commands.dry_pump_on != 0.0, strokes_per_s(s, dt), s.water != 0.0)
    meter(utilities, dt)
    slowly = s.sensors.slow
    slowly.mains_w = utilities.total_w
    slowly.water_lpm = spec.water_lpm if s.water != 0.0 else 0.0
    slowly.quartz_film_nm = s.surface.film.mean_nm
