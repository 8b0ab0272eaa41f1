"""The tool file and its sisters: what is refused, and how far tools lie apart."""

from __future__ import annotations

import math

import pytest

from sim.plant.parameters import PARAMETERS
from sim.plant.rf.motors import MotorSpec
from sim.plant.spread import SPREAD, check, factor, parameters_of, tables_of, tolerances
from sim.plant.state import TABLES, tool_of
from sim.plant.tool import REFERENCE, ToolError, read_tables, section


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


# --- nothing in a file is passed over


def refused(tables: dict, file: object = REFERENCE) -> list[str]:
    with pytest.raises(ToolError) as said:
        tool_of(tables, file)
    return str(said.value).splitlines()


@pytest.mark.parametrize("table", TABLES)
def test_a_key_that_no_room_reads_is_refused_in_every_table(table):
    tables = read_tables()
    tables[table]["colour"] = 1.0
    (said,) = refused(tables, "mine.toml")
    assert said.startswith(f"mine.toml: [{table}]: unknown colour; known: ")
    assert ", ".join(sorted(read_tables()[table])) in said


@pytest.mark.parametrize(
    ("table", "key"), [("load", "gap_m"), ("load", "electrode_area_m2"), ("surface", "mask_side_m")]
)
def test_a_number_that_another_table_gives_is_not_given_twice(table, key):
    tables = read_tables()
    tables[table][key] = 0.1
    (said,) = refused(tables)
    assert f"[{table}]: unknown {key}" in said and str(REFERENCE) in said


def test_all_that_is_wrong_with_a_tool_file_is_said_at_once():
    tables = read_tables()
    tables["laser"] = {"power_w": 1.0}
    tables["loose"] = 3.0
    del tables["arc"]
    del tables["mfc"]["lag_s"]
    tables["mfc"]["lag"] = 0.12
    tables["chiller"]["bath_j_k"] = "much"
    tables["walls"]["oh"] = -0.1
    said = refused(tables, "mine.toml")
    wanted = [
        "[laser]: unknown table",
        "[loose]: unknown table",
        "[mfc]: unknown lag;",
        "[mfc]: missing lag_s",
        "[arc]: must be a table",
        "[walls] oh: must be above 0",
        "[chiller] bath_j_k: must be a finite number, not 'much'",
    ]
    assert len(said) == len(wanted)
    for reason in wanted:
        assert any(line.startswith(f"mine.toml: {reason}") for line in said), reason


@pytest.mark.parametrize(
    ("table", "key", "value", "words"),
    [
        ("chamber", "volume_m3", 0, "must be above 0, not 0"),
        ("chamber", "volume_m3", -0.03, "must be above 0, not -0.03"),
        ("turbo", "nominal_hz", -820.0, "must be above 0, not -820.0"),
        ("turbo", "efficiency", 7, "must be at most 1, not 7"),
        ("chamber", "fast_share", 1.2, "must be at most 1, not 1.2"),
        ("path", "character", 9, "must be at most 2, not 9"),
        ("path", "backlash_pct", -1.0, "must be 0 or more, not -1.0"),
        ("chamber", "virtual_leak_m3_s", -1e-9, "must be 0 or more, not -1e-09"),
        ("path", "throttle_stroke_s", 10**400, "must be a finite number"),
    ],
)
def test_what_no_tool_can_have_is_refused(table, key, value, words):
    tables = read_tables()
    tables[table][key] = value
    (reason,) = refused(tables, "mine.toml")
    assert reason.startswith(f"mine.toml: [{table}] {key}: {words}")


def test_what_a_tool_may_do_without():
    tables = read_tables()
    tables["path"]["backlash_pct"] = tables["chamber"]["virtual_leak_m3_s"] = tables["load"]["feed_x_ohm"] = 0.0
    assert tool_of(tables).vacuum.path.backlash_pct == 0.0


def test_the_file_as_it_is_has_every_table_and_no_other():
    assert set(read_tables()) == set(TABLES)


def test_all_that_is_wrong_with_the_tolerances_is_said_at_once():
    nominal = read_tables()
    check(nominal, PARAMETERS)
    spread = read_tables(SPREAD)
    spread["tolerance"] = {}
    spread["tool"]["laser"] = {"power_w": 0.1}
    spread["tool"]["mask"]["colour"] = 0.1
    spread["tool"]["load"]["feed_x_ohm"] = -0.5
    spread["parameter"] |= {"colour": 0.1, "coupling": "wide"}
    with pytest.raises(ToolError) as refusal:
        check(nominal, PARAMETERS, spread)
    said = str(refusal.value).splitlines()
    wanted = ["[tolerance]: unknown table", "[tool.laser]", "[tool.mask] colour", "[tool.load] feed_x_ohm: must be"]
    wanted += ["[parameter] colour", "[parameter] coupling: must be"]
    assert len(said) == len(wanted)
    for reason in wanted:
        assert any(line.startswith(f"{SPREAD}: {reason}") for line in said), reason


def test_a_file_that_is_no_toml_is_named(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[arc]\ndetect_s 2")
    with pytest.raises(ToolError, match=r"mine\.toml: not TOML: .*line 2"):
        read_tables(file)
