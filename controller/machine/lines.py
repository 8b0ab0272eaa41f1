"""Holds the lines of a machine file against each other and their devices: places, speed, protocol, who is on them.

Owns every finding about a line that the strict model alone cannot see. Opens none.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from controller.machine.model import BusTable, DeviceTable, MachineFile
from controller.machine.urls import NETWORK, covers, normalised
from drivers.catalogue import driver_class, driver_names
from drivers.device import Device


def check_lines(machine: MachineFile, add: Any) -> None:
    """Whether each line has a place of its own, a protocol that somebody speaks, and a device."""
    for (first, one), (second, other) in combinations(machine.bus.items(), 2):
        if reason := _share(first, one, other):
            add(("bus", second, "url"), reason)
    used = {(table.bus, driver_class(table.driver).protocol) for table in machine.device.values()}
    spoken = {(name, bus.protocol) for name, bus in machine.bus.items()}
    for name, bus in machine.bus.items():
        if (name, bus.protocol) in used:
            continue
        if bus.protocol not in (known := _protocols()):
            add(("bus", name, "protocol"), f"no driver speaks {bus.protocol!r}; known: {', '.join(known)}")
        elif used <= spoken:  # else its device may be one that says it is elsewhere, which is told there
            add(("bus", name), "nothing is on this line: no device names it")


def check_line(name: str, table: DeviceTable, machine: MachineFile, add: Any) -> None:
    """Whether a device has a line, can speak on it, and can be told from the others there."""
    driver, bus = driver_class(table.driver), machine.bus.get(table.bus)
    if bus is None:
        add(("device", name, "bus"), f"there is no bus {table.bus!r}; known: {', '.join(machine.bus)}")
        return
    if bus.protocol != driver.protocol:
        if bus.protocol in _protocols():  # else it is told at the bus
            reason = f"{table.driver} speaks {driver.protocol}, but bus {table.bus} is {bus.protocol}"
            add(("device", name, "bus"), reason)
        return
    _check_speed(name, table, bus, driver, add)
    there = [other for other, each in machine.device.items() if each.bus == table.bus]
    first = next(other for other in there if driver_class(machine.device[other].driver).protocol == bus.protocol)
    if driver.point_to_point and first != name:
        reason = f"{table.driver} has no addresses: bus {table.bus} belongs to {first} alone; give {name} its own"
        add(("device", name, "bus"), reason)


def _share(first: str, one: BusTable, other: BusTable) -> str:
    """Why two lines cannot be in these places, the second one being told; empty when they can."""
    differ = {key for key in ("protocol", "baud", "format") if getattr(one, key) != getattr(other, key)}
    if "*" in one.url + other.url:
        if differ and (covers(one.url, other.url) or covers(other.url, one.url)):
            words = ", ".join(sorted(differ))
            return f"{other.url} and {one.url} of bus {first} may be the same port, and differ in {words}"
        return ""
    if normalised(one.url) != normalised(other.url):
        return ""
    why = "with other settings: one line speaks one way only" if differ else "put their devices on one bus"
    spelt = "" if one.url == other.url else f", which it spells {one.url}"
    return f"bus {first} already uses {other.url}{spelt}; {why}"


def _protocols() -> list[str]:
    return sorted({driver_class(name).protocol for name in driver_names()})


def _check_speed(name: str, table: DeviceTable, bus: BusTable, driver: type[Device], add: Any) -> None:
    """Whether a device can do the speed of its line: baud rate and format are those of all devices on it."""
    if not driver.bauds:
        if not bus.url.startswith(NETWORK):
            add(("bus", table.bus, "url"), f"{name} ({table.driver}) is on the network: want {NETWORK}HOST:PORT")
        return
    formats = (driver.serial_format, *driver.formats)
    if bus.baud is None:
        rates = ", ".join(map(str, driver.bauds))
        add(("bus", table.bus, "baud"), f"is missing: {name} ({table.driver}) is a serial device, with {rates} Bd")
    elif bus.baud not in driver.bauds:
        rates = ", ".join(map(str, driver.bauds))
        add(("bus", table.bus, "baud"), f"{name} ({table.driver}) cannot do {bus.baud} Bd; it can do {rates}")
    if bus.format not in formats:
        add(
            ("bus", table.bus, "format"),
            f"{name} ({table.driver}) cannot do {bus.format}; it can do {', '.join(formats)}",
        )
