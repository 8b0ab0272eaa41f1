"""From a machine file to the objects that run: lines, devices, image, core.

Owns the assembly and nothing else. Ports come from outside, so the same assembly serves hardware and simulator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from controller.machine.checks import load_machine
from controller.machine.model import CORE_TAGS, BusTable, DeviceTable, MachineFile, full_name
from controller.scan.derived import derived_tags
from controller.scan.image import Image
from controller.scan.plausibility import plausible_tags
from controller.scan.scan import Scan
from drivers.attached import Attached
from drivers.bus import Bus
from drivers.catalogue import driver_class
from drivers.device import Device
from drivers.staleness import stale_after_s, worst_cycle_s
from drivers.tags import Tag
from drivers.transport import Port
from recipes.files import Document
from recipes.program import Knob

OpenPort = Callable[[str, BusTable], Port]


@dataclass(frozen=True)
class RecipeView:
    """What recipes need to know of a machine."""

    knobs: dict[str, Knob]
    tag_names: frozenset[str]
    endpoints: frozenset[str]


@dataclass
class Built:
    """A whole tool, ready to be stepped."""

    machine: MachineFile
    document: Document
    buses: list[Bus]
    scan: Scan
    view: RecipeView


def build(path: str | Path, open_port: OpenPort) -> Built:
    """Read a machine file and assemble its tool; FileRefused carries every finding."""
    machine, document = load_machine(path)
    buses = [_bus(name, table, machine, open_port) for name, table in machine.bus.items()]
    tags, stale = image_tags(machine, buses)
    scan = Scan(machine, Image(tags, stale), buses)
    return Built(machine, document, buses, scan, recipe_view(machine, frozenset(tags)))


def recipe_view(machine: MachineFile, tag_names: frozenset[str]) -> RecipeView:
    """The narrow view of a machine that recipes are resolved against."""
    knobs = {name: Knob(table.low, table.high, table.switch) for name, table in machine.actuator.items()}
    return RecipeView(knobs, tag_names, frozenset(machine.endpoint))


def view_of(path: str | Path) -> RecipeView:
    """The recipe view of a machine file, with nothing opened."""
    machine, _ = load_machine(path)
    no_port: OpenPort = lambda _name, _table: None  # type: ignore[assignment, return-value]  # noqa: E731
    buses = [_bus(name, table, machine, no_port) for name, table in machine.bus.items()]
    return recipe_view(machine, frozenset(image_tags(machine, buses)[0]))


def image_tags(machine: MachineFile, buses: list[Bus]) -> tuple[dict[str, Tag], dict[str, float]]:
    """Every tag of the machine by full name, and after how long [s] the measured ones are stale."""
    tags: dict[str, Tag] = {}
    stale: dict[str, float] = {}
    for bus in buses:
        cycle_s = worst_cycle_s(bus.attached)
        for at in bus.attached:
            for _, locals_, period in at.periods:
                for local in locals_:
                    tag, name = at.device.tags[local], at.names[local]
                    tags[name] = replace(tag, name=name, period_s=period)
                    stale[name] = stale_after_s(tag, period, cycle_s)
    for tag in (*derived_tags(machine), *plausible_tags(machine)):
        tags[tag.name] = tag
    for name, text in CORE_TAGS.items():
        kind = "number" if Tag(name, text).unit or (name.endswith("_asked") and name != "rf_asked") else "flag"
        tags[name] = Tag(name, text, kind="text" if name == "unit_state" else kind)  # type: ignore[arg-type]
    for name in machine.endpoint:
        found, signal = f"endpoint_{name.lower()}", f"endpoint_{name.lower()}_signal"
        tags[found] = Tag(found, f"Get whether the {name} endpoint is reached", kind="flag")
        tags[signal] = Tag(signal, f"Measure {name} endpoint signal relative to its highest [1, 0..1]")
    return tags, stale


def _bus(name: str, table: BusTable, machine: MachineFile, open_port: OpenPort) -> Bus:
    port = open_port(name, table)
    devices = {key: device for key, device in machine.device.items() if device.bus == name}
    return Bus(name, port, [_attach(key, device, port) for key, device in devices.items()])


def _attach(name: str, table: DeviceTable, port: Port) -> Attached:
    device = driver_class(table.driver)(name, port, table.address, table.options())
    names = {local: full_name(table, local) for local in (*device.tags, *device.outputs)}
    periods = [(poll.method, poll.tags, _period(device, poll.tags, table)) for poll in device.polls()]
    return Attached(device, names, periods)


def _period(device: Device, tags: tuple[str, ...], table: DeviceTable) -> float:
    return min(table.period_s.get(local, device.tags[local].period_s) for local in tags)
