"""A small machine for recipes, and a tool whose readings the tests set."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from recipes.engine import Status
from recipes.model import Recipe
from recipes.program import Knob, Program, build

HEAD = '[recipe]\nname = "test"\nfinish = "end-safe"\nabort = "abort-safe"\n'
PROCEDURES = {
    name: Recipe.model_validate(
        tomllib.loads(
            f'[recipe]\nname = "{name}"\nkind = "procedure"\n[[step]]\nname = "off"\nend = {{ time = "1 s" }}\n'
        )
    )
    for name in ("end-safe", "abort-safe", "pump")
}


class SmallMachine:
    """Some knobs and tags."""

    knobs: ClassVar = {
        "load_power_w": Knob(0.0, 600.0),
        "o2_flow_sccm": Knob(0.0, 200.0),
        "h2_flow_sccm": Knob(0.0, 100.0),
        "chamber_pressure_pa": Knob(0.0, 60.0),
        "chuck_temperature_c": Knob(15.0, 60.0),
        "vent_valve": Knob(0.0, 1.0, switch=True),
    }
    tag_names = frozenset({*knobs, "plasma_on", "rf_on", "reflected_power_w", "dc_bias_v", "mask_temperature_c"})
    endpoints = frozenset({"CO"})


class FakeTool:
    """What the engine sees: readings and statuses by hand, requests written down."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {"plasma_on": False, "rf_asked": False, "chamber_pressure_pa": 8.0}
        self.statuses: dict[str, Status] = {}
        self.asked: dict[str, Any] = {}
        self.log: list[tuple[str, Any]] = []
        self.endpoint = ""

    def ask(self, knob: str, value: float | bool) -> None:
        self.asked[knob] = value
        self.log.append((knob, value))

    def status(self, knob: str) -> Status:
        return self.statuses.get(knob, Status("IDLE"))

    def watch_endpoint(self, name: str) -> None:
        self.endpoint = name


@pytest.fixture
def machine() -> SmallMachine:
    return SmallMachine()


@pytest.fixture
def tool() -> FakeTool:
    return FakeTool()


@pytest.fixture
def compiled() -> Callable[[str], tuple[Program, list[Any]]]:
    """Steps as text -> program and findings."""
    return lambda steps: build(Recipe.model_validate(tomllib.loads(HEAD + steps)), SmallMachine(), PROCEDURES)


@pytest.fixture
def program(compiled: Any) -> Callable[[str], Program]:
    """Steps as text -> a program without findings, but for what a piece of a recipe leaves on at its end."""

    def make(steps: str) -> Program:
        made, errors = compiled(steps)
        assert [error for error in errors if "the recipe ends with" not in error.reason] == []
        return made

    return make
