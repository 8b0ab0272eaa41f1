"""Reads a machine file and holds its tables against each other: names, lines, addresses, options.

Owns every finding that the strict model alone cannot see; all come at once, each with its line. Opens no hardware.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from controller.machine.lines import check_line, check_lines
from controller.machine.model import CORE_TAGS, DeviceTable, MachineFile, full_name
from drivers.catalogue import driver_class
from drivers.tags import Output, Tag
from drivers.transport import Port
from recipes.conditions import Condition
from recipes.files import Document, FileRefused, Finding, examine, field_name, read


def load_machine(path: str | Path) -> tuple[MachineFile, Document]:
    """Read and check a machine file; FileRefused carries every finding with its line."""
    document = read(path)
    machine, findings, _ = examine(document, MachineFile)
    if machine is not None:
        findings += cross_check(machine, document)
    if machine is None or findings:
        raise FileRefused(sorted(findings, key=lambda finding: (finding.line or 0, finding.field)))
    return machine, document


def cross_check(machine: MachineFile, document: Document) -> list[Finding]:
    """What only shows when tables are held against each other: names, lines, addresses, options."""
    findings: list[Finding] = []

    def add(field: tuple[str | int, ...], reason: str) -> None:
        findings.append(Finding(document.path, document.line_of(field), field_name(field), reason))

    check_lines(machine, add)
    tags, outputs = dict.fromkeys(CORE_TAGS, "core"), dict[str, str]()
    places: dict[tuple[str, int], str] = {}
    for name, table in machine.device.items():
        if not _check_device(name, table, machine, places, add):
            for full in _perhaps_called(table):  # its names are not the mistake: nothing else complains of them
                tags.setdefault(full, name)
                outputs.setdefault(full, name)
            continue
        names = names_of(table)
        _check_local_names(name, table, names, add)
        for local, is_tag in names:
            full = full_name(table, local)
            book = tags if is_tag else outputs
            if full in book:
                add(
                    ("device", name),
                    f"{full} is already the name of something on {book[full]}: give a prefix or rename",
                )
            book[full] = name
    for kind in ("derived", "memory", "counter", "timer", "plausible"):
        for name in getattr(machine, kind):
            if name in tags:
                add((kind, name), "this name is already taken by a tag")
            tags[name] = kind
    for name in machine.endpoint:
        tags[f"endpoint_{name.lower()}"] = tags[f"endpoint_{name.lower()}_signal"] = "endpoint"
    _check_conditions(machine, frozenset(tags), add)
    _check_actuators(machine, frozenset(tags), outputs, add)
    return findings


def names_of(table: DeviceTable) -> list[tuple[str, bool]]:
    """Local names of a device's tags (True) and outputs (False)."""
    no_port = cast(Port, None)  # declarations only: nothing is opened
    device = driver_class(table.driver)("", no_port, table.address, table.options())
    return [(name, True) for name in device.tags] + [(name, False) for name in device.outputs]


def _check_local_names(name: str, table: DeviceTable, names: list[tuple[str, bool]], add: Any) -> None:
    """What is renamed, or polled at another period, must be something that this device has."""
    tags = [local for local, is_tag in names if is_tag]
    for key, known, what in (
        ("rename", [local for local, _ in names], "tag or output"),
        ("period_s", tags, "tag"),
    ):
        for local in getattr(table, key):
            if local not in known:
                reason = f"{table.driver} has no {what} {local!r}; known: {', '.join(known)}"
                add(("device", name, key, local), reason)


def _perhaps_called(table: DeviceTable) -> set[str]:
    """Every name that a device whose options are wrong may bear: what its class declares, and what its options name."""
    driver = driver_class(table.driver)
    declared = [value for base in driver.__mro__ for value in vars(base).values() if isinstance(value, Tag | Output)]
    return {full_name(table, local) for local in {*(each.name for each in declared), *_texts(table.model_extra)}}


def _texts(options: Any) -> Iterator[str]:
    if isinstance(options, str):
        yield options
    elif isinstance(options, dict | list):
        for each in options.values() if isinstance(options, dict) else options:
            yield from _texts(each)


def _check_device(name: str, table: DeviceTable, machine: MachineFile, places: dict[Any, str], add: Any) -> bool:
    driver = driver_class(table.driver)
    check_line(name, table, machine, add)
    low, high = driver.addresses
    if not low <= table.address <= high:
        add(("device", name, "address"), f"{table.driver} has addresses {low} to {high}, not {table.address}")
    place = (table.bus, table.address)
    if place in places:
        add(("device", name, "address"), f"address {table.address} on bus {table.bus} is already {places[place]}")
    places[place] = name
    try:
        table.options()
    except ValidationError as error:
        for detail in error.errors():
            field = tuple(part for part in detail["loc"] if isinstance(part, str | int))
            reason = "is not an option of this driver" if detail["type"] == "extra_forbidden" else detail["msg"]
            add(("device", name, *field), "is missing" if detail["type"] == "missing" else reason)
        return False
    return True


def _check_conditions(machine: MachineFile, tags: frozenset[str], add: Any) -> None:
    def names(field: tuple[str | int, ...], text: str) -> None:
        for name in sorted(Condition(text).names - tags):
            add(field, f"there is no tag {name!r} ({text})")

    for name, text in machine.derived.items():
        names(("derived", name), text)
    for name, memory in machine.memory.items():
        names(("memory", name, "set_by"), memory.set_by)
        names(("memory", name, "cleared_by"), memory.cleared_by)
    for name, counter in machine.counter.items():
        for key in ("set_by", "high", "low"):
            names(("counter", name, key), getattr(counter, key))
    for name, timer in machine.timer.items():
        names(("timer", name, "while"), timer.while_)
    for name, monitor in machine.plausible.items():
        for key in ("tag", "asked"):
            if (value := getattr(monitor, key)) is not None and value not in tags:
                add(("plausible", name, key), f"there is no tag {value!r}")
        if monitor.only_while:
            names(("plausible", name, "only_while"), monitor.only_while)
    seen: set[str] = set()
    for kind in ("interlock", "permissive", "alarm"):
        for index, row in enumerate(getattr(machine, kind)):
            for text in row.requires:
                names((kind, index, "requires"), text)
            if getattr(row, "only_while", None):
                names((kind, index, "only_while"), row.only_while)
            if row.id in seen:
                add((kind, index, "id"), f"{row.id} is used twice")
            seen.add(row.id)
    for name, permit in machine.permit.items():
        for text in permit.requires:
            names(("permit", name, "requires"), text)
    for index, check in enumerate(machine.start_check):
        names(("start_check", index, "requires"), check.requires)
        if check.shows and check.shows not in tags:
            add(("start_check", index, "shows"), f"there is no tag {check.shows!r}")
    names(("energy", "power_w"), machine.energy.power_w)


def _check_actuators(machine: MachineFile, tags: frozenset[str], outputs: dict[str, str], add: Any) -> None:
    for name, table in machine.actuator.items():
        for key, known, what in (("output", outputs, "output"), ("shut_off", outputs, "output")):
            if (value := getattr(table, key)) is not None and value not in known:
                add(("actuator", name, key), f"there is no {what} {value!r}")
        for key in ("actual", "opened", "closed"):
            if (value := getattr(table, key)) is not None and value not in tags:
                add(("actuator", name, key), f"there is no tag {value!r}")
    for name, action in machine.action.items():
        for target in action.set:
            if target not in machine.actuator:
                add(("action", name, "set", target), f"there is no actuator {target!r}")
        for permit in action.permits:
            if permit not in machine.permit:
                add(("action", name, "permits"), f"there is no permit {permit!r}")
    for name in machine.permit:
        if name not in outputs:
            add(("permit", name), f"there is no output {name!r}")
    for index, interlock in enumerate(machine.interlock):
        for action_name in interlock.actions:
            if action_name not in machine.action:
                add(("interlock", index, "action"), f"there is no action {action_name!r}")
    for index, permissive in enumerate(machine.permissive):
        if permissive.actuator not in machine.actuator:
            add(("permissive", index, "actuator"), f"there is no actuator {permissive.actuator!r}")
    for name, endpoint in machine.endpoint.items():
        for key in ("signal", "reference"):
            if (value := getattr(endpoint, key)) not in tags:
                add(("endpoint", name, key), f"there is no tag {value!r}")
    for loop in machine.loop:
        for key, value in loop[1]:
            is_output = key in ("output", "enable", "setpoint", "time_limit", "match_auto")
            if isinstance(value, str) and value not in (outputs if is_output else tags):
                add(("loop", loop[0], key), f"there is nothing called {value!r}")
