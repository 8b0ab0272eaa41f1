"""Quantities as people write them, and recipes made ready for a machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recipes.program import MAX_STEPS, resolve
from recipes.units import DIMENSIONS, UnitError, format_s, parse, parse_rate


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("8 Pa", "pa", 8.0),
        ("60 mTorr", "pa", 7.999342),
        ("1 Torr", "pa", 133.322368),
        ("1e-3 mbar", "pa", 0.1),
        ("  .5   kPa ", "pa", 500.0),
        ("1.5slm", "sccm", 1500.0),
        ("+2 kW", "w", 2000.0),
        ("22 °C", "c", 22.0),
        ("295.15 K", "c", 22.0),
        ("90 s", "s", 90.0),
        ("1.5 min", "s", 90.0),
        ("250 ms", "s", 0.25),
        ("-5 %", "pct", -5.0),
    ],
)
def test_parse(text, dimension, value):
    assert parse(text, dimension) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [8, 8.0, None, True, "", "Pa", "8", "8 pa", "8 Pascal", "8,5 Pa", "1 2 Pa", "0x10 Pa", "nan Pa", "inf Pa",
     "1e400 Pa", "１２ Pa", "1_000 Pa", "8 Pa s", "--8 Pa", "8. . Pa", "٣ Pa", "½ Pa"],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(UnitError) as error:
        parse(text, "pa")
    assert "Pa" in str(error.value)


def test_rates():
    assert parse_rate("100 W/s", "w") == 100.0
    assert parse_rate("6 kW/min", "w") == 100.0
    assert parse_rate("1 Pa/min", "pa") == pytest.approx(1 / 60)
    assert parse_rate("18 K/h", "c") == pytest.approx(0.005), "a difference has no offset"
    with pytest.raises(UnitError):
        parse_rate("100 W", "w")


@given(
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([(dimension, unit) for dimension, units in DIMENSIONS.items() for unit in units]),
)
def test_what_is_written_is_what_is_read(number, where):
    dimension, unit = where
    factor, offset = DIMENSIONS[dimension][unit]
    assert parse(f"{number!r} {unit}", dimension) == number * factor + offset


def test_format_s():
    assert [format_s(s) for s in (0, 59.4, 59.6, 3600)] == ["0:00", "0:59", "1:00", "60:00"]


def test_names_without_their_unit(machine):
    assert resolve("o2_flow", machine.knobs) == "o2_flow_sccm"
    assert resolve("o2_flow_sccm", machine.knobs) == "o2_flow_sccm"
    assert resolve("vent_valve", machine.knobs) == "vent_valve"
    assert resolve("o2", machine.knobs) is None
    assert resolve("plasma", machine.tag_names) is None


def errors_of(compiled, steps):
    return [error.reason for error in compiled(steps)[1]]


def test_a_circle_of_calls(compiled):
    assert any("no procedure" in reason for reason in errors_of(compiled, '[[step]]\ncall = "round"\n'))


def test_too_many_steps(compiled):
    inner = '[[step.step]]\nname = "x"\nend = { time = "1 s" }\n' * 6
    found = errors_of(compiled, f'[[step]]\nname = "many"\nrepeat = 100\n{inner}')
    assert any(str(MAX_STEPS) in reason for reason in found)
    assert len(found) < 10


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ('set = { vent_valve = "ajar" }', "open or closed"),
        ('set = { vent_valve = "1 W" }', "open or closed"),
        ("set = { vent_valve = true }", ""),
        ('set = { o2_flow = "300 sccm" }', "0 to 200"),
        ("set = { o2_flow = true }", "no unit"),
        ('ramp = { o2_flow = { to = "300 sccm", rate = "1 sccm/s" } }', "0 to 200"),
        ('limits = [{ tag = "nothing", above = "1 Pa" }]', "no tag"),
        ('limits = [{ tag = "dc_bias", above = "1 Pa" }]', "unit"),
        ('limits = [{ tag = "dc_bias", above = "1 V", below = "0 V" }]', "refused"),
        ("limits = [{ tag = 'dc_bias' }]", "refused"),
    ],
)
def test_what_this_machine_cannot_do(compiled, step, says):
    text = f'[[step]]\nname = "x"\nend = {{ time = "1 s" }}\n{step}\n'
    if says == "refused":
        with pytest.raises(ValidationError):
            compiled(text)
        return
    found = errors_of(compiled, text)
    assert (found == []) if not says else any(says in reason for reason in found), found


@pytest.mark.parametrize(
    "end",
    [
        "",
        'time = "1 s", when = "plasma_on"',
        "arrived = false",
        'plasma_on = "9 s"',
        'when = "plasma_on"',
        'endpoint = "CO"',
        'time = "1"',
        "time = 1",
        'time = "1 s", on_timeout = "shrug"',
    ],
)
def test_ends_that_are_none(compiled, end):
    with pytest.raises(ValidationError):
        compiled(f'[[step]]\nname = "x"\nend = {{ {end} }}\n')


def test_hydrogen_and_oxygen_over_several_steps(compiled):
    """Neither step names both, but the second finds the first's oxygen still flowing."""
    steps = (
        '[[step]]\nname = "a"\nset = { o2_flow = "10 sccm" }\nend = { time = "1 s" }\n'
        '[[step]]\nname = "b"\nset = { h2_flow = "10 sccm" }\nend = { time = "1 s" }\n'
    )
    assert any("H2 and O2 together" in reason for reason in errors_of(compiled, steps))
    off = '[[step]]\nname = "c"\nset = { h2_flow = "0 sccm" }\nend = { time = "1 s" }\n'
    apart = steps.replace('h2_flow = "10 sccm"', 'h2_flow = "10 sccm", o2_flow = "0 sccm"') + off
    assert errors_of(compiled, apart) == []
    by_ramp = steps.replace(
        'set = { h2_flow = "10 sccm" }', 'ramp = { h2_flow = { to = "10 sccm", rate = "1 sccm/s" } }'
    )
    assert any("H2 and O2 together" in reason for reason in errors_of(compiled, by_ramp))


def test_longest_is_what_the_generator_is_limited_to(program):
    ends = {
        'time = "9 s"': 9.0,
        'plasma_on = "9 s", max = "20 s"': 20.0,
        'when = "plasma_on", within = "7 s"': 7.0,
        'endpoint = "CO", max = "100 s", then_over = "20 %"': 120.0,
        'endpoint = "CO", max = "100 s", then_over = "5 s"': 105.0,
    }
    for end, longest in ends.items():
        assert program(f'[[step]]\nname = "x"\nend = {{ {end} }}\n').steps[0].end.longest_s == longest
