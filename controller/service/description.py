"""What a screen is told once: tags, rules, actuators, recipes, users. A pure projection of the built tool."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from controller.build import Built
from controller.scan.interlocks import cause_and_effect
from controller.service.messages import Description, RecipeText, TagText
from controller.service.users import Users
from recipes.files import FileRefused
from recipes.program import FlatStep, Program
from recipes.store import LIBRARY, PROCEDURES, Loaded, library, load_recipe, prepare

PROFILE_POINTS = 40
EVERYDAY = ("organic", "resist", "carbon", "haze", "tin", "none")  #: contaminations, the most common first
OFFERED = ("pump-down", "end-safe", "standby", "season", "leak-check", "vent")  #: procedures that a person may start


def describe(built: Built, users: Users, demo: bool, folder: Path = LIBRARY) -> Description:
    """Everything that does not change while a controller runs."""
    machine = built.machine
    image = built.scan.image
    stale = dict(image.stale_after_s)
    tags: dict[str, TagText] = {
        name: {
            "text": tag.text,
            "unit": tag.unit,
            "low": tag.low,
            "high": tag.high,
            "stale_s": stale.get(name, tag.stale_after_s),
            "kind": tag.kind,
        }
        for name, tag in image.tags.items()
        if tag.kind != "array"
    }
    rows = cause_and_effect(machine)
    keys = ("id", "name", "requires", "effect", "hazard")
    return {
        "type": "description",
        "machine": machine.machine.name,
        "location": machine.machine.location,
        "demo": demo,
        "tags": tags,
        "rules": [dict(zip(keys, row, strict=True)) for row in rows],
        "actuators": {
            name: {
                "unit": "" if table.switch else image.tags[table.actual].unit if table.actual else "",
                "low": table.low,
                "high": table.high,
                "switch": table.switch,
                "actual": table.actual,
            }
            for name, table in machine.actuator.items()
        },
        "recipes": recipes(built, folder),
        "users": users.listed(),
    }


def recipes(built: Built, folder: Path = LIBRARY) -> list[RecipeText]:
    """The recipes that this machine can run: cleans, the everyday one first, then procedures for a person to start."""
    listed: list[RecipeText] = []
    for path in [*library(folder), *(PROCEDURES / f"{name}.toml" for name in OFFERED)]:
        try:
            loaded = load_recipe(path)
            listed.append(_recipe(path, loaded, prepare(loaded, built.view)))
        except FileRefused:
            continue  # `maskglow check` says why; a screen offers only what can run
    return sorted(listed, key=lambda told: (told["kind"] != "clean", EVERYDAY.index(told["contamination"])))


def expected_steps(program: Program) -> list[dict[str, Any]]:
    """The steps as a step bar shows them: name, group, expected time [s], whether plasma burns."""
    return [
        {
            "name": step.name,
            "group": step.group,
            "expected_s": step.end.expected_s,
            "plasma": plasma,
            "ends_by": _ends_by(step),
        }
        for step, plasma in zip(program.steps, plasma_steps(program), strict=True)
    ]


def plasma_steps(program: Program) -> list[bool]:
    """For each step whether RF is asked for in it."""
    return [power > 0 for power in _powers(program)]


def _powers(program: Program) -> list[float]:
    """RF power [W] at the end of each step, as the recipe has it."""
    powers, now = [], 0.0
    for step in program.steps:
        ramp = step.ramp.get("load_power_w")
        now = ramp.to if ramp is not None else float(step.set.get("load_power_w", now))
        powers.append(now)
    return powers


def _recipe(path: Path, loaded: Loaded, program: Program) -> RecipeText:
    header = loaded.recipe.recipe
    steps = expected_steps(program)
    return {
        "file": path.stem,
        "name": header.name,
        "version": header.version,
        "status": header.status,
        "kind": header.kind,
        "mask": header.mask,
        "contamination": header.contamination,
        "text": header.text,
        "sha256": loaded.sha256,
        "expected_s": sum(step["expected_s"] for step in steps),
        "steps": steps,
        "profile": _profile(program),
    }


def _profile(program: Program) -> list[float]:
    """RF power [W] at equidistant times of the expected run."""
    lengths = [max(step.end.expected_s, 1e-3) for step in program.steps]
    powers, total = _powers(program), sum(lengths)
    found, index, end = [], 0, lengths[0]
    for point in range(PROFILE_POINTS):
        at = total * point / (PROFILE_POINTS - 1)
        while at > end and index < len(lengths) - 1:
            index += 1
            end += lengths[index]
        found.append(powers[index])
    return found


def _ends_by(step: FlatStep) -> str:
    """What ends a step, in words."""
    end = step.end
    match end.kind:
        case "time":
            return f"after {end.time_s:g} s"
        case "plasma_on":
            return f"after {end.time_s:g} s of plasma"
        case "endpoint":
            return f"endpoint {end.endpoint}"
        case "operator":
            return end.message or "operator"
        case "rate_of_rise":
            return f"leak check over {end.time_s:g} s"
        case "arrived":
            return "all setpoints reached"
        case _:
            return end.says or (end.when.text if end.when is not None else "")
