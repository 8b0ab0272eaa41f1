"""The vacuum room as one state: gas, valves, flows, pumps and gauges, and the order in which they advance.

Owns the order, the first state and the reading of the room's tables. `fast` runs every sub-step, `slow` every fifth;
plasma, film and heat come from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

from sim.plant.cables import FORELINE, GAS_0, ISOLATION, SOFT_PUMP, VENT, Commands, Fast, Slow
from sim.plant.law import law
from sim.plant.records import Floats, Record, dtype_of, new
from sim.plant.species import (
    AIR,
    ATMOSPHERE_PA,
    BOLTZMANN_J_K,
    COUNT,
    FEEDS,
    H2O,
    MOLECULES_PER_S_PER_SCCM,
    ZERO_C_K,
)
from sim.plant.tool import read_tables, section
from sim.plant.vacuum import dry_pump as dry
from sim.plant.vacuum.air import VentSpec, change_mask, meet_room, move_lid, vent
from sim.plant.vacuum.chamber import ChamberSpec, Vacuum, feel_pressure
from sim.plant.vacuum.foreline import ForelineSpec, back_up
from sim.plant.vacuum.gauges import Gauge, GaugesSpec, capacitance_pa, wide_pa
from sim.plant.vacuum.mfc import LINES, Mfcs, MfcSpec, control_flow, felt_sccm
from sim.plant.vacuum.path import PathSpec, conductance_m3_s
from sim.plant.vacuum.pumping import SoftPumpSpec, pump_out, pump_softly
from sim.plant.vacuum.turbo import Turbo, TurboSpec, know_gases, turn_turbo, warm_turbo
from sim.plant.vacuum.valves import Throttle, Valves, ValvesSpec, move_throttle, move_valves
from sim.plant.vacuum.walls import bleed, filled_pool, give_water, leak

PARKED_PA = 10.0  # assumed: the turbo was parked under vacuum, both its valves are normally closed
MASK_CHANGE_S = 60.0  # assumed: how long the lid is open for a mask


class VacuumSpec(Record):
    """All numbers of the room."""

    chamber: ChamberSpec
    path: PathSpec
    turbo: TurboSpec
    dry_pump: dry.DryPumpSpec
    foreline: ForelineSpec
    soft_pump: SoftPumpSpec
    vent: VentSpec
    valves: ValvesSpec
    mfc: MfcSpec
    gauges: GaugesSpec


class VacuumRoom(Record):
    """All state of the room."""

    gas: Vacuum
    valves: Valves
    throttle: Throttle
    mfcs: Mfcs
    turbo: Turbo
    dry_pump: dry.DryPump
    chamber_gauge: Gauge
    guard_gauge: Gauge
    wide_gauge: Gauge


@law
def let_in(room: VacuumRoom, spec: VacuumSpec, dt: float) -> None:
    """Add up what comes into the chamber [molecules/s]: gas lines, walls, leaks, vent."""
    gas = room.gas
    for i in range(COUNT):
        gas.inflow[i] = 0.0
    for line in range(LINES):
        gas.inflow[FEEDS[line]] += MOLECULES_PER_S_PER_SCCM * room.mfcs.flow_sccm[line]
    give_water(gas, spec.chamber, dt)
    leak(gas)
    bleed(gas, spec.chamber, dt)
    vent(gas, spec.vent, room.valves.position[VENT])


@law
def balance(room: VacuumRoom, spec: VacuumSpec, source: Floats, dt: float) -> None:
    """Advance all gas by ``dt``; ``source`` [molecules/s per species] of plasma and film, sinks negative."""
    gas, valve = room.gas, room.valves.position
    let_in(room, spec, dt)
    pump_softly(gas, spec.chamber, spec.soft_pump, valve[SOFT_PUMP], dt)
    path = valve[ISOLATION] * conductance_m3_s(spec.path, room.throttle.pct)
    pump_out(gas, spec.chamber, room.turbo, spec.turbo, path, spec.foreline.exhaust_volume_m3, source, dt)
    back_up(gas, spec.foreline, valve[FORELINE], spec.dry_pump, room.dry_pump.fraction, dt)
    meet_room(gas, spec.chamber, dt)
    feel_pressure(gas, spec.chamber, dt)


@law
def fast(
    room: VacuumRoom,
    spec: VacuumSpec,
    commands: Commands,
    sensors: Fast,
    source: Floats,
    z_chamber: float,
    z_guard: float,
    dt: float,
) -> None:
    """One sub-step: valves, flows, gas, capacitance gauges. ``source`` as in `balance`, z standard normal."""
    move_valves(room.valves, spec.valves, commands.valve_open, dt)
    move_throttle(room.throttle, spec.path, commands.throttle_target_pct, commands.throttle_speed, dt)
    control_flow(room.mfcs, spec.mfc, commands.flow_setpoint_sccm, room.valves.position, GAS_0, dt)
    balance(room, spec, source, dt)
    pressure = room.gas.pressure_pa
    sensors.throttle_pct = room.throttle.motor_pct
    sensors.chamber_gauge_pa = capacitance_pa(room.chamber_gauge, spec.gauges, pressure, z_chamber, dt)
    sensors.guard_gauge_pa = capacitance_pa(room.guard_gauge, spec.gauges, pressure, z_guard, dt)


@law
def turn(room: VacuumRoom, spec: VacuumSpec, commands: Commands, room_c: float, water: float, dt: float) -> None:
    """Rotors change speed in seconds and minutes, and warm up; ``water`` 1: cooling water flows."""
    dry.turn_dry_pump(
        room.dry_pump, spec.dry_pump, commands.dry_pump_on, commands.dry_pump_speed_pct, room.gas.foreline_pa, dt
    )
    dry.warm_dry_pump(room.dry_pump, spec.dry_pump, room_c, dt)
    turn_turbo(room.turbo, spec.turbo, commands.turbo_on, commands.turbo_speed_pct, room.gas.throughput_pa_m3_s, dt)
    warm_turbo(room.turbo, spec.turbo, spec.chamber.wall_temperature_k, water, dt)


@law
def slow(
    room: VacuumRoom,
    spec: VacuumSpec,
    commands: Commands,
    sensors: Slow,
    room_c: float,
    water: float,
    z: Floats,
    dt: float,
) -> None:
    """Every fifth sub-step: rotors, lid, wide gauge, flow sensors, switches. ``z``: five standard normal numbers."""
    turn(room, spec, commands, room_c, water, dt)
    move_lid(room.gas, spec.chamber)
    gas, turbo, pump = room.gas, room.turbo, room.dry_pump
    sensors.wide_gauge_pa = wide_pa(room.wide_gauge, spec.gauges, gas.pressure_pa, gas.molecules, z[LINES], dt)
    for line in range(LINES):
        sensors.flow_sccm[line] = felt_sccm(room.mfcs, spec.mfc, line, z[line])
    sensors.turbo_speed_hz = turbo.fraction * spec.turbo.nominal_hz
    sensors.turbo_power_w = turbo.power_w
    sensors.turbo_current_a = turbo.power_w / spec.turbo.supply_v
    sensors.turbo_bearing_c = turbo.bearing_c
    sensors.dry_pump_speed_hz = pump.fraction * spec.dry_pump.nominal_hz
    sensors.dry_pump_power_w = pump.power_w
    sensors.dry_pump_temperature_c = pump.temperature_c
    sensors.at_atmosphere = 1.0 if gas.pressure_pa >= spec.chamber.atm_switch_pa else 0.0
    sensors.foreline_ok = 1.0 if gas.exhaust_pa < spec.foreline.switch_pa else 0.0


def specification(tables: dict[str, Any] | None = None) -> VacuumSpec:
    """The room's numbers, of the nominal tool or of ``tables``: each field is the table of its name."""
    tables = read_tables() if tables is None else tables
    spec = new(VacuumSpec)
    kinds = get_type_hints(VacuumSpec)
    for name in dtype_of(VacuumSpec).names or ():
        setattr(spec, name, section(name, kinds[name], tables))
    return spec


def at_air(room: VacuumRoom, spec: VacuumSpec, lines: Sequence[bool] = (True,) * LINES) -> None:
    """Make ``room`` (zeros) a tool that has long stood at air, switched off; ``lines``: the gas lines that it has."""
    _fill_with_air(room.gas, spec)
    know_gases(room.turbo, spec.turbo)
    room.turbo.available = room.dry_pump.available = 1.0
    room.turbo.bearing_c = room.dry_pump.temperature_c = spec.chamber.wall_temperature_k - ZERO_C_K
    room.throttle.pct = room.throttle.motor_pct = 100.0
    room.throttle.backlash_pct = spec.path.backlash_pct
    mfc = spec.mfc
    full = (mfc.o2_full_scale_sccm, mfc.h2_full_scale_sccm, mfc.ar_full_scale_sccm, mfc.n2_full_scale_sccm)
    room.mfcs.full_scale_sccm[:] = [scale if there else 0.0 for scale, there in zip(full, lines, strict=True)]
    room.mfcs.calibrated_for[:] = range(LINES)
    for gauge in (room.chamber_gauge, room.guard_gauge):
        gauge.felt_pa = gauge.reading_pa = spec.gauges.full_scale_pa
    room.wide_gauge.felt_pa = room.wide_gauge.reading_pa = ATMOSPHERE_PA


def alone(spec: VacuumSpec) -> VacuumRoom:
    """A room at air, in no plant."""
    room = new(VacuumRoom)
    at_air(room, spec)
    return room


def new_mask(room: VacuumRoom, spec: VacuumSpec) -> None:
    """A mask is laid in: room air wets the walls, particle risk is counted anew; nothing under vacuum."""
    change_mask(room.gas, spec.chamber, MASK_CHANGE_S)


def at_speed(room: VacuumRoom, spec: VacuumSpec, backing_pa: float) -> None:
    """Pumps that have long run behind closed valves, at ``backing_pa``."""
    room.turbo.fraction = room.dry_pump.fraction = 1.0
    gas, line = room.gas, spec.foreline
    _fill(gas.exhaust_molecules, backing_pa, line.exhaust_volume_m3, gas.wall_temperature_k)
    _fill(gas.foreline_molecules, backing_pa, line.volume_m3, gas.wall_temperature_k)
    gas.exhaust_pa = gas.foreline_pa = backing_pa


def _fill_with_air(gas: Vacuum, spec: VacuumSpec) -> None:
    chamber, line = spec.chamber, spec.foreline
    warm = chamber.wall_temperature_k
    gas.temperature_k = gas.wall_temperature_k = warm
    _fill(gas.molecules, ATMOSPHERE_PA, chamber.volume_m3, warm)
    _fill(gas.trapped_molecules, ATMOSPHERE_PA, chamber.trapped_m3, warm)
    _fill(gas.foreline_molecules, ATMOSPHERE_PA, line.volume_m3, warm)
    _fill(gas.exhaust_molecules, PARKED_PA, line.exhaust_volume_m3, warm)
    gas.pressure_pa = gas.foreline_pa = ATMOSPHERE_PA
    gas.exhaust_pa = PARKED_PA
    gas.path_factor = 1.0
    gas.outgassing_pa_m_s = chamber.outgassing_pa_m_s
    gas.leak_pa_m3_s, gas.virtual_leak_m3_s = chamber.leak_pa_m3_s, chamber.virtual_leak_m3_s
    water_pa = AIR[H2O] * ATMOSPHERE_PA
    gas.fast_filling = filled_pool(1.0 / chamber.fast_end_s, chamber.fast_uptake_per_s_pa * water_pa)
    gas.slow_filling = filled_pool(1.0 / chamber.slow_end_s, chamber.slow_uptake_per_s_pa * water_pa)


def _fill(molecules: Floats, pressure_pa: float, volume_m3: float, temperature_k: float) -> None:
    """Fill a volume with air."""
    total = pressure_pa * volume_m3 / (BOLTZMANN_J_K * temperature_k)
    for i in range(COUNT):
        molecules[i] = total * AIR[i]
