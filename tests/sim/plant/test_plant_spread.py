"""Tools of one type: each comes up, lights a plasma and cleans, a little differently from the others."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from sim.plant.parameters import PARAMETERS
from sim.plant.spread import tables_of, tolerances
from sim.plant.state import tool_of
from sim.plant.tool import read_tables
from tests.sim.plant.plant_bench import all_finite, fresh, live, matched, ready, wrong

TOOLS = range(1, 21)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_burns_and_cleans(tool):
    plant = ready("cleaning", 0, tool)
    assert plant.tool == tool
    live(plant, 20.0, matched)
    truth = plant.truth()
    assert truth["plasma_on"] == 1.0
    assert truth["reflected_power_w"] < 9.0
    assert truth["film_mean_nm"] < 7.5
    assert wrong(plant) == [] and all_finite(plant)


def test_tool_0_is_the_tool_file():
    plant = fresh(tool=0)
    assert plant.state.tool.tobytes() == tool_of(read_tables()).tobytes()
    assert tables_of(read_tables(), 0) == read_tables()
    for name, value, _, low, _, _ in plant.parameters():
        if name.endswith("_span"):
            assert value == 0.0, name
        assert value >= low


def test_the_same_number_is_the_same_tool_whatever_the_seed():
    assert fresh(1, 4).state.tool.tobytes() == fresh(2, 4).state.tool.tobytes()
    assert fresh(1, 4).parameters() == fresh(2, 4).parameters()
    assert fresh(1, 4).state.tool.tobytes() != fresh(1, 5).state.tool.tobytes()


def test_every_tolerance_reaches_the_plant():
    """Each name of spread.toml makes a difference in some tool's numbers."""
    nominal = fresh(tool=0)
    names = {name: value for name, value, *_ in nominal.parameters()}
    tables = read_tables()
    for name in tolerances():
        section, dot, key = name.partition(".")
        if dot:
            assert tables_of(tables, 1)[section][key] != tables[section][key], name
        else:
            drawn = {n: value for n, value, *_ in fresh(tool=1).parameters()}
            assert name in PARAMETERS
            assert drawn[name] != names[name], name


#: of 20 tools at the same settings: relative standard deviation, at least and at most
APART = {
    "chamber_pressure_pa": (0.01, 0.15),
    "load_power_w": (0.002, 0.05),
    "match_loss_w": (0.05, 0.3),
    "electron_density_m3": (0.01, 0.15),
    "o_density_m3": (0.03, 0.3),
    "ion_flux_m2s": (0.02, 0.2),
    "carbon_removed_per_s": (0.02, 0.3),
    "outgassing_pa_m3_s": (0.2, 0.8),
}


def test_tools_lie_apart_as_tools_do():
    truths = [ready("cleaning", 0, tool).truth() for tool in TOOLS]
    nominal = ready("cleaning", 0, 0).truth()
    for name, (low, high) in APART.items():
        values = [truth[name] for truth in truths]
        assert low < statistics.stdev(values) / statistics.mean(values) < high, name
        assert min(values) < nominal[name] < max(values), name


def test_their_sensors_err_by_their_class():
    """Capacitance gauges 0.25..0.5 %, flow 1 % of setpoint; the wide gauge far more."""
    chamber, wide, flows = [], [], []
    for tool in TOOLS:
        plant = ready("flowing", 0, tool)
        chamber.append(plant.state.vacuum.chamber_gauge.span)
        wide.append(plant.state.vacuum.wide_gauge.span)
        flows.append(plant.truth()["o2_flow_sccm"] / 120.0 - 1.0)
        assert plant.wiring.sensors.flow_sccm["o2"] == pytest.approx(120.0, rel=0.005)  # its own sensor sees no error
    for errors, most in ((chamber, 0.005), (wide, 0.15), (flows, 0.01)):
        assert 0.3 * most < np.std(errors) < most
        assert max(map(abs, errors)) <= 1.001 * most
