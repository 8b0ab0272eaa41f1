"""Emulators to test: built as the world builds them, from a table and the cables."""

import copy
import tomllib
from functools import cache
from pathlib import Path

import pytest

from sim.devices.catalogue import emulator_class
from sim.wiring import Wiring

MACHINE = Path(__file__).parents[2] / "controller" / "machine" / "reference.toml"


@pytest.fixture
def wiring():
    return Wiring()


@pytest.fixture
def make(wiring):
    """make("mfc_elflow", prefix="o2_", ...) -> emulator on the test's wiring."""

    def build(driver, name="device", **table):
        return emulator_class(driver)(name, {"driver": driver, **table}, wiring)

    return build


@pytest.fixture
def reference(wiring):
    """Every emulator of the reference tool, by device name."""
    return {name: emulator_class(table["driver"])(name, table, wiring) for name, table in reference_tables().items()}


def reference_tables():
    """The tables of those emulators, each time anew."""
    return copy.deepcopy(_read())


@cache
def _read():
    return tomllib.loads(MACHINE.read_text("utf-8"))["device"]
