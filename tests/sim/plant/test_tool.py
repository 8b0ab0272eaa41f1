"""The tool file and its sisters: what is refused, and how far tools lie apart."""

from __future__ import annotations

import math

import pytest

from sim.plant.rf.motors import MotorSpec
from sim.plant.spread import factor, parameters_of, tables_of, tolerances
from sim.plant.tool import ToolError, read_tables, section


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"stroke_s": 1.0, "accelerate_s": 0.1}, "missing steps"),
        ({"stroke_s": 1.0, "accelerate_s": 0.1, "steps": 10.0, "gear": 2.0}, "unknown gear"),
        ({"stroke_s": "1", "accelerate_s": 0.1, "steps": 10.0}, "stroke_s: must be a finite number"),
        ({"stroke_s": math.nan, "accelerate_s": 0.1, "steps": 10.0}, "stroke_s: must be a finite number"),
        ({"stroke_s": True, "accelerate_s": 0.1, "steps": 10.0}, "stroke_s: must be a finite number"),
        ({"stroke_s": 0.0, "accelerate_s": 0.1, "steps": 10.0}, "stroke_s: must be above 0"),
        ({"stroke_s": 1.0, "accelerate_s": -0.1, "steps": 10.0}, "accelerate_s: must be above 0"),
        (3.0, "must be a table"),
    ],
)
def test_a_section_is_refused_by_name(table, words):
    with pytest.raises(ToolError, match=rf"\[motors\].*{words}"):
        section("motors", MotorSpec, {"motors": table})


def test_tool_0_is_nominal_and_every_number_is_the_same_tool():
    nominal = read_tables()
    assert tables_of(nominal, 0) == nominal
    assert tables_of(nominal, 7) == tables_of(nominal, 7) != tables_of(nominal, 8)
    assert set(parameters_of(0).values()) <= {1.0}


def test_tools_lie_within_their_tolerances_and_spread_over_them():
    nominal, many = read_tables(), [tables_of(read_tables(), tool) for tool in range(1, 201)]
    for name, tolerance in tolerances().items():
        section_, dot, key = name.partition(".")
        if dot:
            ratios = [tool[section_][key] / nominal[section_][key] for tool in many]
        else:
            ratios = [parameters_of(tool)[name] for tool in range(1, 201)]
        assert 1 / (1 + tolerance) <= min(ratios) and max(ratios) <= 1 + tolerance, name
        assert max(ratios) / min(ratios) > (1 + tolerance) ** 1.9, name


def test_a_number_is_drawn_for_itself():
    assert factor("path.open_m3_s", 3, 0.1) == factor("path.open_m3_s", 3, 0.1)
    assert factor("path.open_m3_s", 3, 0.1) != factor("path.exponent", 3, 0.1)
