"""A whole plant as one record: what its tool is made of, what it is told and says, and the state of every room.

Owns the layout. All of it is one vector of float64 with names, so that it is saved, restored and searched as one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

from sim.plant.cables import Commands, Sensors
from sim.plant.dice import Dice
from sim.plant.optics.light import Light, OpticsSpec
from sim.plant.plasma.spec import Plasma, PlasmaSpec
from sim.plant.plasma.walls import Walls, WallsSpec
from sim.plant.plasma.work import Work
from sim.plant.records import Floats, Record, new, vector
from sim.plant.rf.breakdown import BreakdownSpec
from sim.plant.rf.delivery import ArcSpec, Rf
from sim.plant.rf.load import OF_PLASMA, LoadSpec
from sim.plant.rf.load import specification as load_of
from sim.plant.rf.motors import MotorSpec
from sim.plant.rf.network import NetworkSpec
from sim.plant.species import COUNT
from sim.plant.surface.surface import OF_MASK, Surface, SurfaceSpec
from sim.plant.surface.surface import TABLES as OF_SURFACE
from sim.plant.surface.surface import specification as surface_of
from sim.plant.thermal.chiller import ChillerSpec
from sim.plant.thermal.mask import MaskSpec
from sim.plant.thermal.thermal import Thermal, ThermalSpec
from sim.plant.tool import REFERENCE, ToolError, refuse_unknown, section, wrong
from sim.plant.utilities import Utilities, UtilitiesSpec
from sim.plant.vacuum.room import VacuumRoom, VacuumSpec
from sim.plant.vacuum.room import specification as vacuum_of


class SensorsSpec(Record):
    """What belongs to no room's sensors."""

    reflected_noise_w: float


class Tool(Record):
    """Every number of a tool file."""

    vacuum: VacuumSpec
    network: NetworkSpec
    motors: MotorSpec
    load: LoadSpec
    breakdown: BreakdownSpec
    arc: ArcSpec
    sensors: SensorsSpec
    plasma: PlasmaSpec
    walls: WallsSpec
    surface: SurfaceSpec
    mask: MaskSpec
    chiller: ChillerSpec
    thermal: ThermalSpec
    optics: OpticsSpec
    utilities: UtilitiesSpec


class State(Record):
    """Every room, and the cables."""

    tool: Tool
    commands: Commands
    vacuum: VacuumRoom
    rf: Rf
    plasma: Plasma
    walls: Walls
    work: Work
    surface: Surface
    thermal: Thermal
    light: Light
    utilities: Utilities
    sensors: Sensors  # last of the records: what follows from the rooms is not named before them
    dice: Dice
    source: Floats = vector(COUNT)  # molecules/s from the mask to the gas
    valve_before: Floats = vector(8)  # what was asked of the valves a slow step ago
    water: float  # cooling water flows
    rf_quiet: float  # no power, no plasma, and what the network shows is up to date
    breakdown_factor: float  # this tool's breakdown voltage over the nominal one
    no_ignite: float
    quench_s: float  # a fault keeps the discharge out for this long
    strikes: float  # how often it has lit


def fields(record: type[Record]) -> dict[str, type[Record]]:
    """The records that a record is made of, by name."""
    return {name: kind for name, kind in get_type_hints(record).items() if not name.startswith("_")}


#: tables that are one field of Tool each, under its name
OWN: dict[str, type[Record]] = {
    "network": NetworkSpec,
    "motors": MotorSpec,
    "breakdown": BreakdownSpec,
    "arc": ArcSpec,
    "sensors": SensorsSpec,
    "plasma": PlasmaSpec,
    "walls": WallsSpec,
    "mask": MaskSpec,
    "chiller": ChillerSpec,
    "thermal": ThermalSpec,
    "optics": OpticsSpec,
    "utilities": UtilitiesSpec,
}
#: every table of a tool file
TABLES: dict[str, type[Record]] = {
    **fields(VacuumSpec),
    **{table: fields(SurfaceSpec)[name] for table, name in OF_SURFACE.items()},
    "load": LoadSpec,
    **OWN,
}
DERIVED = {"load": OF_PLASMA, "surface": OF_MASK}  #: fields that another table gives


def refuse(tables: dict[str, Any], file: Path | str = REFERENCE) -> None:
    """ToolError with file, table and key of everything that is wrong with a tool file."""
    reasons = refuse_unknown(tables, TABLES, file)
    for name, record in TABLES.items():
        reasons += [f"{file}: {reason}" for reason in wrong(name, record, tables, DERIVED.get(name, ()))]
    if reasons:
        raise ToolError("\n".join(reasons))


def tool_of(tables: dict[str, Any], file: Path | str = REFERENCE) -> Tool:
    """The tool that ``file`` describes; ToolError as from ``refuse``."""
    refuse(tables, file)
    tool = new(Tool)
    tool.vacuum, tool.surface, tool.load = vacuum_of(tables), surface_of(tables), load_of(tables)
    for name, record in OWN.items():
        setattr(tool, name, section(name, record, tables))
    return tool
